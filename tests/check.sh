# check.sh: for tests that are shell scripts: . tests/check.sh, then suite=...; a line "ok ..." or "FAILED ..." a check.
set -u
here=$(pwd)
# Whoever tests inside of make.
unset MAKEFLAGS MFLAGS MAKEOVERRIDES MAKELEVEL GNUMAKEFLAGS IMPL CUDA REAL CONFIGS
work=$(mktemp -d)
chmod 755 "$work" # programs without a sandbox, and jobs of a cluster, may be other users
trap 'rm -rf "$work"' EXIT
failed=0

check() { # what, command...: its output is shown where it fails
    what=$1
    shift
    if "$@" >"$work/out" 2>&1; then echo "ok      $suite: $what"
    else
        echo "FAILED  $suite: $what"
        tail -n 25 "$work/out"
        failed=$((failed + 1))
    fi
}
says() { # text, file
    grep -qF -e "$1" "$2" || { echo "expected: $1"; head -c 3000 "$2"; return 1; }
}
says_not() { ! grep -F -e "$1" "$2" || { echo "did not expect: $1"; return 1; }; }
