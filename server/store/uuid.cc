#include "server/store/uuid.h"

#include <openssl/evp.h>

#include <cstring>

#include "absl/random/random.h"

namespace orders::store {

namespace {

constexpr char kHexDigits[] = "0123456789abcdef";
constexpr size_t kTextLength = 36;

bool IsDashPlace(size_t place) { return place == 8 || place == 13 || place == 18 || place == 23; }

int HexValue(char digit) {
  if (digit >= '0' && digit <= '9') return digit - '0';
  if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
  return -1;
}

}  // namespace

std::string Uuid::ToString() const {
  std::string text;
  text.reserve(kTextLength);
  for (uint8_t octet : octets) {
    if (IsDashPlace(text.size())) text.push_back('-');
    text.push_back(kHexDigits[octet >> 4]);
    text.push_back(kHexDigits[octet & 15]);
  }
  return text;
}

std::optional<Uuid> Uuid::Parse(std::string_view text) {
  if (text.size() != kTextLength) return std::nullopt;
  Uuid uuid;
  size_t digits = 0;
  for (size_t place = 0; place < kTextLength; ++place) {
    if (IsDashPlace(place)) {
      if (text[place] != '-') return std::nullopt;
      continue;
    }
    int value = HexValue(text[place]);
    if (value < 0) return std::nullopt;
    uint8_t& octet = uuid.octets[digits / 2];
    octet = static_cast<uint8_t>((octet << 4) | value);
    ++digits;
  }
  return uuid;
}

Uuid Uuid::MakeV7(absl::Time now) {
  thread_local absl::BitGen generator;
  uint64_t high = absl::Uniform<uint64_t>(generator);
  uint64_t low = absl::Uniform<uint64_t>(generator);
  auto milliseconds = static_cast<uint64_t>(absl::ToUnixMillis(now));
  high = (milliseconds << 16) | 0x7000 | (high & 0x0fff);
  low = 0x8000000000000000 | (low >> 2);
  Uuid uuid;
  for (size_t i = 0; i < 8; ++i) {
    uuid.octets[i] = static_cast<uint8_t>(high >> (56 - 8 * i));
    uuid.octets[8 + i] = static_cast<uint8_t>(low >> (56 - 8 * i));
  }
  return uuid;
}

Uuid Uuid::HashOf(std::span<const std::string_view> parts) {
  std::string message;
  for (std::string_view part : parts) {
    uint64_t length = part.size();
    message.append(reinterpret_cast<const char*>(&length), sizeof(length));
    message.append(part);
  }
  std::array<uint8_t, EVP_MAX_MD_SIZE> digest;
  EVP_Digest(message.data(), message.size(), digest.data(), nullptr, EVP_sha256(), nullptr);
  Uuid uuid;
  std::memcpy(uuid.octets.data(), digest.data(), uuid.octets.size());
  return uuid;
}

}  // namespace orders::store
