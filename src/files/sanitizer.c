/* What LeakSanitizer is not to tell of sanitized builds: the libraries' own leavings. It sees only the first
 * frames of a library without debug symbols, so the library is all that can be named. Nothing is compiled
 * into other builds. */
#include "minyi/base.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#endif

#ifdef SANITIZED
const char *__lsan_default_suppressions(void);
const char *__lsan_default_options(void);

/* Cairo 1.16 does not free an array (24 to 768 bytes) for each CFF font that it cuts down for a PDF.
 * fontconfig: what Pango's threads of its own still hold of the caches when the program ends; FcFini() would
 * abort on it. */
const char *__lsan_default_suppressions(void) {
    return "leak:libcairo.so\nleak:libfontconfig.so\n";
}

const char *__lsan_default_options(void) {
    return "print_suppressions=0";
}
#else
typedef int sanitizer_nothing; /* a file must declare something */
#endif
