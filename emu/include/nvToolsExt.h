// [given] nvToolsExt.h: NVTX's ranges and marks for a profiler. Nothing records them here.
#if !defined(NVTOOLSEXT_H_)
#define NVTOOLSEXT_H_
#define NVTX_VERSION 3
#include <stddef.h>
#include <stdint.h>
#include <wchar.h>

#define NVTX_INLINE static inline __attribute__((unused))
#define NVTX_SUCCESS 0
#define NVTX_NO_PUSH_POP_TRACKING (-2)

typedef enum nvtxColorType_t { NVTX_COLOR_UNKNOWN = 0, NVTX_COLOR_ARGB = 1 } nvtxColorType_t;
typedef enum nvtxMessageType_t {
    NVTX_MESSAGE_UNKNOWN = 0,
    NVTX_MESSAGE_TYPE_ASCII = 1,
    NVTX_MESSAGE_TYPE_UNICODE = 2,
    NVTX_MESSAGE_TYPE_REGISTERED = 3
} nvtxMessageType_t;
typedef enum nvtxPayloadType_t {
    NVTX_PAYLOAD_UNKNOWN = 0,
    NVTX_PAYLOAD_TYPE_UNSIGNED_INT64 = 1,
    NVTX_PAYLOAD_TYPE_INT64 = 2,
    NVTX_PAYLOAD_TYPE_DOUBLE = 3,
    NVTX_PAYLOAD_TYPE_UNSIGNED_INT32 = 4,
    NVTX_PAYLOAD_TYPE_INT32 = 5,
    NVTX_PAYLOAD_TYPE_FLOAT = 6
} nvtxPayloadType_t;
typedef uint64_t nvtxRangeId_t;
typedef struct nvtxDomainRegistration_st *nvtxDomainHandle_t;
typedef struct nvtxStringRegistration_st *nvtxStringHandle_t;
typedef union nvtxMessageValue_t {
    const char *ascii;
    const wchar_t *unicode;
    nvtxStringHandle_t registered;
} nvtxMessageValue_t;
typedef struct nvtxEventAttributes_v2 {
    uint16_t version, size;
    uint32_t category;
    int32_t colorType;
    uint32_t color;
    int32_t payloadType, reserved0;
    union payload_t {
        uint64_t ullValue;
        int64_t llValue;
        double dValue;
        uint32_t uiValue;
        int32_t iValue;
        float fValue;
    } payload;
    int32_t messageType;
    nvtxMessageValue_t message;
} nvtxEventAttributes_v2;
typedef struct nvtxEventAttributes_v2 nvtxEventAttributes_t;
#define NVTX_EVENT_ATTRIB_STRUCT_SIZE ((uint16_t)sizeof(nvtxEventAttributes_t))

#if defined(__cplusplus)
extern "C" {
#endif
NVTX_INLINE void nvtxInitialize(const void *reserved) { (void)reserved; }
NVTX_INLINE int nvtxRangePushA(const char *message) { return (void)message, 0; }
NVTX_INLINE int nvtxRangePushW(const wchar_t *message) { return (void)message, 0; }
NVTX_INLINE int nvtxRangePushEx(const nvtxEventAttributes_t *attributes) { return (void)attributes, 0; }
NVTX_INLINE int nvtxRangePop(void) { return 0; }
NVTX_INLINE nvtxRangeId_t nvtxRangeStartA(const char *message) { return (void)message, 1; }
NVTX_INLINE nvtxRangeId_t nvtxRangeStartW(const wchar_t *message) { return (void)message, 1; }
NVTX_INLINE nvtxRangeId_t nvtxRangeStartEx(const nvtxEventAttributes_t *attributes) { return (void)attributes, 1; }
NVTX_INLINE void nvtxRangeEnd(nvtxRangeId_t id) { (void)id; }
NVTX_INLINE void nvtxMarkA(const char *message) { (void)message; }
NVTX_INLINE void nvtxMarkW(const wchar_t *message) { (void)message; }
NVTX_INLINE void nvtxMarkEx(const nvtxEventAttributes_t *attributes) { (void)attributes; }
NVTX_INLINE void nvtxNameCategoryA(uint32_t category, const char *name) { (void)category, (void)name; }
NVTX_INLINE void nvtxNameOsThreadA(uint32_t thread, const char *name) { (void)thread, (void)name; }
NVTX_INLINE void nvtxNameOsThreadW(uint32_t thread, const wchar_t *name) { (void)thread, (void)name; }
NVTX_INLINE nvtxDomainHandle_t nvtxDomainCreateA(const char *name) { return (void)name, (nvtxDomainHandle_t)0; }
NVTX_INLINE nvtxDomainHandle_t nvtxDomainCreateW(const wchar_t *name) { return (void)name, (nvtxDomainHandle_t)0; }
NVTX_INLINE void nvtxDomainDestroy(nvtxDomainHandle_t domain) { (void)domain; }
NVTX_INLINE void nvtxDomainMarkEx(nvtxDomainHandle_t domain, const nvtxEventAttributes_t *attributes)
{
    (void)domain, (void)attributes;
}
NVTX_INLINE int nvtxDomainRangePushEx(nvtxDomainHandle_t domain, const nvtxEventAttributes_t *attributes)
{
    return (void)domain, (void)attributes, 0;
}
NVTX_INLINE int nvtxDomainRangePop(nvtxDomainHandle_t domain) { return (void)domain, 0; }
NVTX_INLINE nvtxRangeId_t nvtxDomainRangeStartEx(nvtxDomainHandle_t domain, const nvtxEventAttributes_t *attributes)
{
    return (void)domain, (void)attributes, 1;
}
NVTX_INLINE void nvtxDomainRangeEnd(nvtxDomainHandle_t domain, nvtxRangeId_t id) { (void)domain, (void)id; }
NVTX_INLINE nvtxStringHandle_t nvtxDomainRegisterStringA(nvtxDomainHandle_t domain, const char *text)
{
    return (void)domain, (void)text, (nvtxStringHandle_t)0;
}
NVTX_INLINE void nvtxDomainNameCategoryA(nvtxDomainHandle_t domain, uint32_t category, const char *name)
{
    (void)domain, (void)category, (void)name;
}
#if defined(__cplusplus)
}
#endif

#if defined(UNICODE)
#define nvtxMark nvtxMarkW
#define nvtxRangeStart nvtxRangeStartW
#define nvtxRangePush nvtxRangePushW
#define nvtxNameOsThread nvtxNameOsThreadW
#define nvtxDomainCreate nvtxDomainCreateW
#else
#define nvtxMark nvtxMarkA
#define nvtxRangeStart nvtxRangeStartA
#define nvtxRangePush nvtxRangePushA
#define nvtxNameOsThread nvtxNameOsThreadA
#define nvtxNameCategory nvtxNameCategoryA
#define nvtxDomainCreate nvtxDomainCreateA
#define nvtxDomainRegisterString nvtxDomainRegisterStringA
#define nvtxDomainNameCategory nvtxDomainNameCategoryA
#endif
#endif
