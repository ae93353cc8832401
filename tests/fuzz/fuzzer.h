#ifndef ORDERS_TESTS_FUZZ_FUZZER_H_
#define ORDERS_TESTS_FUZZ_FUZZER_H_

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

// What a fuzzer's code must not break. Holds in every build, unlike assert().
#define CHECK_FUZZED(condition)                                                           \
  do {                                                                                    \
    if (!(condition)) {                                                                   \
      std::fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #condition); \
      std::abort();                                                                       \
    }                                                                                     \
  } while (false)

// libFuzzer's entry point (https://llvm.org/docs/LibFuzzer.html): each fuzzer defines it.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

#endif  // ORDERS_TESTS_FUZZ_FUZZER_H_
