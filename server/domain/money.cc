#include "server/domain/money.h"

#include "absl/strings/str_cat.h"

namespace orders::domain {

namespace {

__extension__ using Uint128 = unsigned __int128;

constexpr uint64_t kTenToThe18th = 1'000'000'000'000'000'000;

// Sums on the way to a total can have more units than 64 bits hold.
std::string UnitsToDecimal(Uint128 units) {
  if (units < kTenToThe18th) return absl::StrCat(static_cast<uint64_t>(units));
  return absl::StrCat(static_cast<uint64_t>(units / kTenToThe18th),
                      absl::Dec(static_cast<uint64_t>(units % kTenToThe18th), absl::kZeroPad18));
}

}  // namespace

std::string Money::ToDecimal() const {
  const bool negative = nanos_ < 0;
  const Uint128 magnitude = negative ? -Uint128(nanos_) : Uint128(nanos_);
  const auto fraction = static_cast<uint64_t>(magnitude % kNanosPerUnit);
  std::string decimal = absl::StrCat(negative ? "-" : "", UnitsToDecimal(magnitude / kNanosPerUnit));
  if (fraction == 0) return decimal;
  absl::StrAppend(&decimal, ".", absl::Dec(fraction, absl::kZeroPad9));
  decimal.erase(decimal.find_last_not_of('0') + 1);
  return decimal;
}

}  // namespace orders::domain
