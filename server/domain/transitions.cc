#include "server/domain/transitions.h"

#include <algorithm>
#include <array>
#include <set>

namespace orders::domain {

namespace {

using enum OrderState;

constexpr std::string_view kExpiryVerb = "expiry";

constexpr auto kStateTransitions = std::to_array<StateTransition>({
    {kPending, "confirm", kConfirmed},
    {kPending, "reject", kRejected},
    {kPending, "cancel", kCancelled},
    {kPending, kExpiryVerb, kExpired},
    {kConfirmed, "cancel", kCancelled},
    {kConfirmed, "ship", kPartiallyShipped},
    {kConfirmed, "ship", kShipped},
    {kPartiallyShipped, "ship", kPartiallyShipped},
    {kPartiallyShipped, "ship", kShipped},
    {kShipped, "deliver", kDelivered},
    {kShipped, "return", kPartiallyReturned},
    {kShipped, "return", kReturned},
    {kDelivered, "return", kPartiallyReturned},
    {kDelivered, "return", kReturned},
    {kPartiallyReturned, "return", kPartiallyReturned},
    {kPartiallyReturned, "return", kReturned},
});

constexpr auto kPaymentTransitions = std::to_array<PaymentTransition>({
    {PaymentState::kUnpaid, "update", PaymentState::kAuthorized},
    {PaymentState::kUnpaid, "update", PaymentState::kCaptured},
    {PaymentState::kAuthorized, "update", PaymentState::kCaptured},
    {PaymentState::kAuthorized, "update", PaymentState::kVoided},
    {PaymentState::kCaptured, "refund", PaymentState::kPartiallyRefunded},
    {PaymentState::kCaptured, "refund", PaymentState::kRefunded},
    {PaymentState::kPartiallyRefunded, "refund", PaymentState::kPartiallyRefunded},
    {PaymentState::kPartiallyRefunded, "refund", PaymentState::kRefunded},
});

template <typename Table, typename State>
bool HasMove(const Table& table, State from, State to) {
  return std::any_of(table.begin(), table.end(), [&](const auto& row) { return row.from == from && row.to == to; });
}

template <typename Table, typename State>
bool HasVerb(const Table& table, State from, std::string_view verb) {
  return std::any_of(table.begin(), table.end(), [&](const auto& row) { return row.from == from && row.verb == verb; });
}

template <typename Table, typename State>
std::string VerbsFrom(const Table& table, State from) {
  std::set<std::string_view> verbs;
  for (const auto& row : table) {
    if (row.from == from && row.verb != kExpiryVerb) verbs.insert(row.verb);
  }
  if (verbs.empty()) return "none (final)";
  std::string joined;
  for (std::string_view verb : verbs) joined.append(joined.empty() ? "" : ", ").append(verb);
  return joined;
}

}  // namespace

std::span<const StateTransition> StateTransitions() { return kStateTransitions; }
std::span<const PaymentTransition> PaymentTransitions() { return kPaymentTransitions; }

std::span<const MutableField> MutableFields() {
  static const std::array<MutableField, 8> fields = {{
      {"lines", {kPending}, true},
      {"shipping_fee", {kPending}, true},
      {"expire_time", {kPending}, false},
      {"shipping_address", {kPending, kConfirmed, kPartiallyShipped}, false},
      {"external_reference", {}, false},
      {"labels", {}, false},
      {"note", {}, false},
      {"payment_state", {}, false},
  }};
  return fields;
}

bool IsAllowed(OrderState from, OrderState to) { return HasMove(kStateTransitions, from, to); }
bool IsAllowed(PaymentState from, PaymentState to) { return HasMove(kPaymentTransitions, from, to); }
bool IsAllowed(OrderState state, std::string_view verb) { return HasVerb(kStateTransitions, state, verb); }
bool IsAllowed(PaymentState state, std::string_view verb) { return HasVerb(kPaymentTransitions, state, verb); }

bool IsMutable(const MutableField& field, OrderState state, PaymentState payment_state) {
  const std::vector<OrderState>& states = field.in_states;
  const bool state_fits = states.empty() || std::find(states.begin(), states.end(), state) != states.end();
  return state_fits && (!field.only_unpaid || payment_state == PaymentState::kUnpaid);
}

std::string AllowedVerbs(OrderState state) { return VerbsFrom(kStateTransitions, state); }
std::string AllowedVerbs(PaymentState state) { return VerbsFrom(kPaymentTransitions, state); }

}  // namespace orders::domain
