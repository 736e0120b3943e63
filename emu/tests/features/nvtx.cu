// [given] nvtx.cu: ranges and marks for a profiler are accepted.
#include "test.h"
#include <nvtx3/nvToolsExt.h>

__global__ void nothing() {}
int main()
{
    nvtxRangePushA("outer");
    nvtxRangePush("inner");
    nothing<<<1, 1>>>();
    SYNC();
    nvtxRangePop();
    nvtxMarkA("here");
    nvtxEventAttributes_t a = {};
    a.version = NVTX_VERSION, a.size = NVTX_EVENT_ATTRIB_STRUCT_SIZE;
    a.colorType = NVTX_COLOR_ARGB, a.color = 0xff00ff00, a.messageType = NVTX_MESSAGE_TYPE_ASCII;
    a.message.ascii = "coloured";
    nvtxRangePushEx(&a);
    nvtxRangePop();
    nvtxMarkEx(&a);
    nvtxRangeId_t id = nvtxRangeStartA("from here to there");
    nvtxRangeEnd(id);
    nvtxRangePop();
    nvtxNameOsThreadA(1, "main");
    nvtxDomainHandle_t domain = nvtxDomainCreateA("course");
    nvtxDomainRangePushEx(domain, &a);
    nvtxDomainRangePop(domain);
    nvtxDomainDestroy(domain);
    return done();
}
