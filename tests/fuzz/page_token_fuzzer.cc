#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "server/validate/order_fields.h"
#include "server/validate/page_token.h"
#include "tests/fuzz/fuzzer.h"

namespace orders::validate {
namespace {

// What decodes encodes to a token that means the same, and means nothing to another list.
void CheckOrdersToken(std::string_view token, uint64_t hash) {
  const std::optional<PageStart> start = DecodeOrdersPageToken(token, hash);
  if (!start) return;
  CHECK_FUZZED(IsOrderId(start->order_id));
  const std::string encoded = EncodeOrdersPageToken(hash, *start);
  CHECK_FUZZED(DecodeOrdersPageToken(encoded, hash) == start);
  CHECK_FUZZED(!DecodeOrdersPageToken(encoded, hash + 1));
}

void CheckEventsToken(std::string_view token, std::string_view order_id) {
  const std::optional<int64_t> version = DecodeEventsPageToken(token, order_id);
  if (!version) return;
  CHECK_FUZZED(*version >= 0);
  CHECK_FUZZED(DecodeEventsPageToken(EncodeEventsPageToken(order_id, *version), order_id) == version);
}

// Every page of a list has a token, whatever its order's id and time.
void CheckRoundTrip(uint64_t hash, int64_t number, const std::string& order_id) {
  constexpr int64_t kLastMicros = 253'402'300'799'999'999;
  const PageStart start{absl::FromUnixMicros(number), order_id};
  const std::string token = EncodeOrdersPageToken(hash, start);
  const bool possible = IsOrderId(order_id) && number >= 0 && number <= kLastMicros;
  CHECK_FUZZED(DecodeOrdersPageToken(token, hash).has_value() == possible);
  if (possible) CHECK_FUZZED(*DecodeOrdersPageToken(token, hash) == start);
  CHECK_FUZZED(DecodeEventsPageToken(EncodeEventsPageToken(order_id, number), order_id).has_value() == (number >= 0));
}

// The input: 8 bytes of hash, 8 bytes of number, then the text, which is tried as a token and as an order's id.
void Fuzz(std::string_view input) {
  if (input.size() < 16) return;
  uint64_t hash = 0;
  int64_t number = 0;
  std::memcpy(&hash, input.data(), 8);
  std::memcpy(&number, input.data() + 8, 8);
  const std::string text(input.substr(16));
  CheckOrdersToken(text, hash);
  CheckEventsToken(text, "o1");
  CheckRoundTrip(hash, number, text);
}

}  // namespace
}  // namespace orders::validate

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  orders::validate::Fuzz({reinterpret_cast<const char*>(data), size});
  return 0;
}
