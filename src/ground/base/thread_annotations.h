// Which mutex guards what, in words that clang checks (-Wthread-safety, which every build with clang has on). Under
// other compilers they are nothing but words. std::mutex carries no such words in libstdc++: use base/mutex.h.
#pragma once

#if defined(__clang__)
#define JINDO_THREAD_ANNOTATION(x) __attribute__((x))
#else
#define JINDO_THREAD_ANNOTATION(x)
#endif

// Of a type: its objects are locks; an object of it holds one while it lives.
#define JINDO_CAPABILITY(name) JINDO_THREAD_ANNOTATION(capability(name))
#define JINDO_SCOPED_CAPABILITY JINDO_THREAD_ANNOTATION(scoped_lockable)
// Of a member: read and written only with this mutex held.
#define JINDO_GUARDED_BY(mutex) JINDO_THREAD_ANNOTATION(guarded_by(mutex))
// Of a function: the caller holds it; the caller does not hold it; the function takes it; the function gives it back.
#define JINDO_REQUIRES(...) JINDO_THREAD_ANNOTATION(requires_capability(__VA_ARGS__))
#define JINDO_EXCLUDES(...) JINDO_THREAD_ANNOTATION(locks_excluded(__VA_ARGS__))
#define JINDO_ACQUIRE(...) JINDO_THREAD_ANNOTATION(acquire_capability(__VA_ARGS__))
#define JINDO_RELEASE(...) JINDO_THREAD_ANNOTATION(release_capability(__VA_ARGS__))
