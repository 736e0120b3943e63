#!/bin/sh
# rungs.sh emu|real float|double: the rungs of solutions/ladder that run here, in order. A rung's sources may say
# "// needs: sm_90": a GPU of at least that kind, never the emulator; "// numbers: float": not in double.
cd "$(dirname "$0")/.." || exit 2
order='host_transpose naive coalesced tiled streams cublas graph fused persistent persistent_cluster tensor_cores tensor_cores_bf16 tensor_cores_split'
gpu=
[ "$1" = real ] && gpu=$(nvidia-smi --query-gpu=compute_cap --format=csv,noheader 2>/dev/null | head -n 1 | tr -d .)
for rung in $order; do
    ls "solutions/ladder/$rung"/*.cu >/dev/null 2>&1 || continue
    says() { sed -n "s|^// $1: ||p" "solutions/ladder/$rung"/*.cu | head -n 1; }
    numbers=$(says numbers) needs=$(says needs)
    [ "${numbers:-$2}" = "$2" ] || continue
    if [ -n "$needs" ]; then
        [ "$1" = real ] && [ "${gpu:-999}" -ge "${needs#sm_}" ] || continue
    fi
    echo "$rung"
done
