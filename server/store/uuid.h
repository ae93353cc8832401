#ifndef ORDERS_SERVER_STORE_UUID_H_
#define ORDERS_SERVER_STORE_UUID_H_

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "absl/time/time.h"

namespace orders::store {

// 128 bits in the order of RFC 9562.
struct Uuid {
  std::array<uint8_t, 16> octets{};

  auto operator<=>(const Uuid&) const = default;

  // "01890a5d-ac96-774b-bcce-b302099a8057".
  std::string ToString() const;
  static std::optional<Uuid> Parse(std::string_view text);

  // Version 7 (RFC 9562, section 5.7): the millisecond of `now`, then 74 random bits. Ids made later sort later, to the
  // millisecond, which keeps B-tree inserts at the right edge. Thread-safe.
  static Uuid MakeV7(absl::Time now);

  // The first 128 bits of SHA-256 over the parts, each preceded by its length so that no two lists of parts collide.
  // Not a UUID of any version: PostgreSQL's uuid type keeps 16 bytes most compactly.
  static Uuid HashOf(std::span<const std::string_view> parts);
};

}  // namespace orders::store

#endif  // ORDERS_SERVER_STORE_UUID_H_
