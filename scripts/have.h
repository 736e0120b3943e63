// Preprocessed by the Makefile: leaves the names of the libraries whose headers are installed.
#if __has_include(<CLI/CLI.hpp>)
cli11
#endif
#if __has_include(<nlohmann/json.hpp>)
json
#endif
#if __has_include(<zlib.h>)
zlib
#endif
#if __has_include(<doctest/doctest.h>)
doctest
#endif
#if defined(__x86_64__) || __has_include(<boost/context/detail/fcontext.hpp>)
context
#endif
#if __has_include(<archive.h>)
archive
#endif
#if __has_include(<toml++/toml.h>)
toml
#endif
