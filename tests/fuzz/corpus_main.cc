// Runs a fuzzer's function over the files of the folders given: the corpus as a regression test, without libFuzzer.

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <system_error>

#include "tests/fuzz/fuzzer.h"

namespace {

// How many files `folder` has; -1 if it or one of them can't be read.
int RunFolder(const char* folder) {
  std::error_code error;
  std::filesystem::directory_iterator files(folder, error);
  if (error) {
    std::fprintf(stderr, "%s: %s\n", folder, error.message().c_str());
    return -1;
  }
  int count = 0;
  for (const std::filesystem::directory_entry& file : files) {
    std::ifstream stream(file.path(), std::ios::binary);
    const std::string input((std::istreambuf_iterator<char>(stream)), std::istreambuf_iterator<char>());
    if (!stream) {
      std::fprintf(stderr, "%s: can't be read\n", file.path().c_str());
      return -1;
    }
    LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(input.data()), input.size());
    ++count;
  }
  return count;
}

}  // namespace

int main(int argc, char** argv) {
  int count = 0;
  for (int i = 1; i < argc; ++i) {
    const int files = RunFolder(argv[i]);
    if (files < 0) return 1;
    count += files;
  }
  std::printf("%d inputs\n", count);
  return count > 0 ? 0 : 1;
}
