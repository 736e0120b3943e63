// [given] cusparse.h: not supported, and says so.
#error "cusparse.h (cuSPARSE) is not supported by the emulator"
