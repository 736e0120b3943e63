// [ladder] graph/train.cu: rung 7: the passes of `tiled`, into a stream that the loop in nn.cu names. See there.
#include "../tiled/train.cu"

void use_stream(cudaStream_t s) { stream = s; }
