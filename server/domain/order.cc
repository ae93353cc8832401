#include "server/domain/order.h"

#include <cstddef>

#include "absl/strings/str_cat.h"

namespace orders::domain {

namespace {

// By number, from 1.
constexpr std::string_view kOrderStateNames[] = {
    "PENDING", "CONFIRMED", "PARTIALLY_SHIPPED",  "SHIPPED", "DELIVERED", "REJECTED",
    "EXPIRED", "CANCELLED", "PARTIALLY_RETURNED", "RETURNED"};
constexpr std::string_view kPaymentStateNames[] = {"UNPAID",   "AUTHORIZED", "CAPTURED", "PARTIALLY_REFUNDED",
                                                   "REFUNDED", "VOIDED"};

template <size_t size>
std::string_view NameAt(const std::string_view (&names)[size], size_t number) {
  return number >= 1 && number <= size ? names[number - 1] : "UNSPECIFIED";
}

template <typename State, size_t size>
std::optional<State> Parse(const std::string_view (&names)[size], std::string_view name) {
  for (size_t i = 0; i < size; ++i) {
    if (names[i] == name) return static_cast<State>(i + 1);
  }
  return std::nullopt;
}

}  // namespace

std::string_view StateName(OrderState state) { return NameAt(kOrderStateNames, static_cast<size_t>(state)); }
std::string_view StateName(PaymentState state) { return NameAt(kPaymentStateNames, static_cast<size_t>(state)); }

std::optional<OrderState> ParseOrderState(std::string_view name) { return Parse<OrderState>(kOrderStateNames, name); }
std::optional<PaymentState> ParsePaymentState(std::string_view name) {
  return Parse<PaymentState>(kPaymentStateNames, name);
}

std::string EtagOf(int64_t version) { return absl::StrCat("v", version); }

}  // namespace orders::domain
