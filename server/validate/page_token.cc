#include "server/validate/page_token.h"

#include "absl/strings/escaping.h"
#include "server/validate/order_fields.h"

namespace orders::validate {

namespace {

// First byte of a token, so that another layout can follow one day.
constexpr char kOrdersLayout = 1;
constexpr char kEventsLayout = 2;
constexpr size_t kFixedBytes = 1 + 8 + 8;
// Longer than any token of ours.
constexpr size_t kMaxTokenBytes = 512;
// Times after 9999, like those before 1970, never come from us, and PostgreSQL would not read some of them.
constexpr int64_t kMaxMicros = 253'402'300'799'999'999;

void AppendInt64(std::string& target, uint64_t value) {
  for (int shift = 56; shift >= 0; shift -= 8) target.push_back(static_cast<char>(value >> shift));
}

uint64_t ReadInt64(std::string_view bytes) {
  uint64_t value = 0;
  for (size_t i = 0; i < 8; ++i) value = value << 8 | static_cast<uint8_t>(bytes[i]);
  return value;
}

// Binds everything in a token to the arguments of its list.
uint64_t Seal(uint64_t hash, std::string_view content) {
  std::string sealed;
  AppendInt64(sealed, hash);
  return StableHash(sealed.append(content));
}

std::string Encode(char layout, uint64_t hash, uint64_t number, std::string_view rest) {
  std::string content;
  AppendInt64(content, number);
  content.append(rest);
  std::string bytes(1, layout);
  AppendInt64(bytes, Seal(hash, content));
  return absl::WebSafeBase64Escape(bytes + content);
}

// The token's bytes if it is whole, and has this layout and hash.
std::optional<std::string> Decode(std::string_view token, char layout, uint64_t hash) {
  std::string bytes;
  if (token.size() > kMaxTokenBytes ||
      !absl::WebSafeBase64Unescape(absl::string_view(token.data(), token.size()), &bytes)) {
    return std::nullopt;
  }
  if (bytes.size() < kFixedBytes || bytes[0] != layout) return std::nullopt;
  const std::string_view content = std::string_view(bytes).substr(1 + 8);
  if (ReadInt64(std::string_view(bytes).substr(1)) != Seal(hash, content)) return std::nullopt;
  return bytes;
}

uint64_t NumberOf(const std::string& bytes) { return ReadInt64(std::string_view(bytes).substr(9)); }

}  // namespace

uint64_t StableHash(std::string_view text) {
  uint64_t hash = 0xcbf29ce484222325;
  for (char c : text) hash = (hash ^ static_cast<uint8_t>(c)) * 0x100000001b3;
  return hash;
}

std::string EncodeOrdersPageToken(uint64_t arguments_hash, const PageStart& start) {
  return Encode(kOrdersLayout, arguments_hash, static_cast<uint64_t>(absl::ToUnixMicros(start.sort_time)),
                start.order_id);
}

std::optional<PageStart> DecodeOrdersPageToken(std::string_view token, uint64_t arguments_hash) {
  const std::optional<std::string> bytes = Decode(token, kOrdersLayout, arguments_hash);
  if (!bytes) return std::nullopt;
  const auto micros = static_cast<int64_t>(NumberOf(*bytes));
  if (micros < 0 || micros > kMaxMicros) return std::nullopt;
  PageStart start{absl::FromUnixMicros(micros), bytes->substr(kFixedBytes)};
  if (!IsOrderId(start.order_id)) return std::nullopt;
  return start;
}

std::string EncodeEventsPageToken(std::string_view order_id, int64_t after_version) {
  return Encode(kEventsLayout, StableHash(order_id), static_cast<uint64_t>(after_version), "");
}

std::optional<int64_t> DecodeEventsPageToken(std::string_view token, std::string_view order_id) {
  const std::optional<std::string> bytes = Decode(token, kEventsLayout, StableHash(order_id));
  if (!bytes || bytes->size() != kFixedBytes) return std::nullopt;
  const auto version = static_cast<int64_t>(NumberOf(*bytes));
  if (version < 0) return std::nullopt;
  return version;
}

}  // namespace orders::validate
