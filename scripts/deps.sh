#!/bin/sh
# deps.sh run | emu | grade | test | fashion: installs the packages that are missing, or prints the line to type.
set -eu
CXX=${CXX:-g++}

has_header() { echo "#include <$1>" | $CXX -std=c++17 -E -x c++ - >/dev/null 2>&1; }
has_library() { echo 'int main() {}' | $CXX -x c++ - "-l$1" -o /dev/null >/dev/null 2>&1; }
has_blas() { has_library blas || has_library openblas; }
can_switch_stacks() { [ "$(uname -m)" = x86_64 ] || has_header boost/context/detail/fcontext.hpp; }
has_command() { command -v "$1" >/dev/null 2>&1; }
has_daemon() { has_command "$1" || [ -x "/usr/sbin/$1" ]; }

missing=
need() { # package, check...
    package=$1
    shift
    "$@" || missing="$missing $package"
}

need g++ has_command "$CXX"
need make has_command make
if [ "${1:-run}" != emu ]; then
    need libcli11-dev has_header CLI/CLI.hpp
    need nlohmann-json3-dev has_header nlohmann/json.hpp
    need zlib1g-dev has_header zlib.h
    need gnuplot-nox has_command gnuplot
fi
case ${1:-run} in
run | emu | grade | test) need libboost-context-dev can_switch_stacks ;; # for the emulator
esac
case ${1:-run} in
grade | test) # a class
    need libarchive-dev has_header archive.h
    need libtomlplusplus-dev has_header toml++/toml.h
    need bubblewrap has_command bwrap
    need slurm-wlm has_daemon slurmctld # tests only
    need munge has_daemon munged
    ;;
esac
case ${1:-run} in
grade | test)
    need doctest-dev has_header doctest/doctest.h
    need libblas-dev has_blas
    ;;
fashion) need dataset-fashion-mnist test -e /usr/share/datasets/fashion-mnist/train-images-idx3-ubyte.gz ;;
esac
[ -n "$missing" ] || exit 0

install="apt-get -o DPkg::Lock::Timeout=300 install -y --no-install-recommends$missing"
as_root=
[ "$(id -u)" = 0 ] || as_root=sudo
if ! has_command apt-get; then
    echo "missing packages (Debian's names):$missing" >&2
    echo "hint: install them with this system's own package manager" >&2
elif [ -z "$as_root" ] || sudo -n true 2>/dev/null; then
    echo "installing:$missing"
    log=$(mktemp)
    if { $as_root apt-get -o DPkg::Lock::Timeout=300 update && DEBIAN_FRONTEND=noninteractive $as_root $install; } >"$log" 2>&1; then
        rm -f "$log"
        exit 0
    fi
    tail -n 15 "$log" >&2
    rm -f "$log"
    echo "the packages could not be installed; the line was: $as_root $install" >&2
else
    echo "missing packages:$missing" >&2
    echo "type this (or have an administrator type it), then the same command again:" >&2
    echo "  sudo apt-get update && sudo $install" >&2
fi
# Plots, and the tests of grading, are nice to have; everything else is needed.
for package in $missing; do
    case $package in
    gnuplot-nox) echo "going on without plots" >&2 ;;
    libarchive-dev | libtomlplusplus-dev | bubblewrap | slurm-wlm | munge) echo "going on without the tests that need $package" >&2 ;;
    *) exit 1 ;;
    esac
done
