#ifndef ORDERS_SERVER_DOMAIN_MONEY_H_
#define ORDERS_SERVER_DOMAIN_MONEY_H_

#include <compare>
#include <cstdint>
#include <string>

namespace orders::domain {

// Wide enough for every sum of an order within its limits; absl::int128 cannot multiply at compile time.
__extension__ using Int128 = __int128;

// An exact amount in some currency, counted in nanos (10^-9 of the currency's unit), as google.type.Money has it.
//
// Arithmetic cannot overflow within the limits of limits.h: 500 lines of 1,000,000 pieces at the highest amount stay
// below 2^119. Inputs beyond the limits must be refused before they are added up.
class Money {
 public:
  constexpr Money() = default;

  // `units` and `nanos` as in google.type.Money: of one sign, |nanos| < 10^9.
  static constexpr Money FromUnits(int64_t units, int32_t nanos = 0) {
    return Money(Int128(units) * kNanosPerUnit + nanos);
  }
  static constexpr Money FromNanos(Int128 nanos) { return Money(nanos); }

  constexpr Int128 total_nanos() const { return nanos_; }
  constexpr int64_t units() const { return static_cast<int64_t>(nanos_ / kNanosPerUnit); }
  constexpr int32_t nanos() const { return static_cast<int32_t>(nanos_ % kNanosPerUnit); }
  constexpr bool is_zero() const { return nanos_ == 0; }

  constexpr Money operator+(Money other) const { return Money(nanos_ + other.nanos_); }
  constexpr Money operator-(Money other) const { return Money(nanos_ - other.nanos_); }
  constexpr Money operator*(int64_t times) const { return Money(nanos_ * times); }
  constexpr Money& operator+=(Money other) { return *this = *this + other; }
  constexpr bool operator==(const Money& other) const { return nanos_ == other.nanos_; }
  constexpr std::strong_ordering operator<=>(const Money& other) const {
    return nanos_ < other.nanos_   ? std::strong_ordering::less
           : nanos_ > other.nanos_ ? std::strong_ordering::greater
                                   : std::strong_ordering::equal;
  }

  // The shortest exact decimal: "12.99", "0", "-0.5". What SQL's numeric reads, and error texts show.
  std::string ToDecimal() const;

 private:
  static constexpr int64_t kNanosPerUnit = 1'000'000'000;
  explicit constexpr Money(Int128 nanos) : nanos_(nanos) {}

  Int128 nanos_ = 0;
};

}  // namespace orders::domain

#endif  // ORDERS_SERVER_DOMAIN_MONEY_H_
