#!/bin/sh
# rungs.sh emu|real float|double: the rungs of solutions/ladder that run here, in order. A rung says what it needs in a
# line "// needs: sm_90" or "// needs: sm_80 float": never on the emulator, a GPU of at least that kind, float only.
cd "$(dirname "$0")/.." || exit 2
order='host_transpose naive coalesced tiled streams cublas graph fused persistent persistent_cluster tensor_cores'
gpu=
[ "$1" = real ] && gpu=$(nvidia-smi --query-gpu=compute_cap --format=csv,noheader 2>/dev/null | head -n 1 | tr -d .)
for rung in $order; do
    needs=$(sed -n 's|^// needs: ||p' "solutions/ladder/$rung"/*.cu 2>/dev/null | head -n 1)
    ls "solutions/ladder/$rung"/*.cu >/dev/null 2>&1 || continue
    if [ -n "$needs" ]; then
        [ "$1" = real ] || continue
        case $2:$needs in double:*float*) continue ;; esac
        least=$(echo "$needs" | sed -n 's/.*sm_\([0-9]*\).*/\1/p')
        [ "${gpu:-999}" -ge "${least:-0}" ] || continue
    fi
    echo "$rung"
done
