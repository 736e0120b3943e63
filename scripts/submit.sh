#!/bin/sh
# submit.sh GPUS ARGS... | resume: hands slurm.sbatch to the cluster, and keeps what was asked for in runs/submitted.
set -eu
cd "$(dirname "$0")/.."
command -v sbatch >/dev/null || {
    echo "error: sbatch is not here: this is no host of a SLURM cluster" >&2
    echo "hint: \`make run\` trains on this machine" >&2
    exit 1
}
mkdir -p runs
if [ "$1" = resume ]; then
    gpus=1 arguments=
    [ ! -s runs/submitted ] || read -r gpus arguments <runs/submitted
    more=--resume
else
    gpus=$1
    shift
    arguments=$* more=
    echo "$gpus $arguments" >runs/submitted
fi
# Words as typed: paths with blanks belong into slurm.sbatch.
set -- --gpus="$gpus" ${SBATCH:-} slurm.sbatch $arguments $more
echo "sbatch $*"
exec sbatch "$@"
