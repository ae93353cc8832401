#include <string>

#include "absl/strings/str_cat.h"
#include "server/domain/apply.h"
#include "server/domain/refusal.h"
#include "server/domain/transitions.h"

namespace orders::domain {

namespace {

// The verbs that lead to one state and do nothing else.
absl::StatusOr<EventType> MoveTo(OrderState to, std::string_view verb, EventType event, const std::string& reason,
                                 const Order& before, Order& after) {
  if (before.state == to) return kAlreadyHolds;
  if (absl::Status allowed = RequireVerb(before, verb); !allowed.ok()) return allowed;
  after.state = to;
  KeepReason(reason, after);
  return event;
}

}  // namespace

absl::Status RefuseTransition(const Order& order, std::string_view problem) {
  const std::string state(StateName(order.state));
  const std::string allowed = AllowedVerbs(order.state);
  return Refuse(Reason::kInvalidTransition,
                absl::StrCat("orders/", order.order_id, " is ", state, ": ", std::string(problem),
                             "; allowed from here: ", allowed),
                {{"current_state", state}, {"allowed", allowed}});
}

absl::Status RefusePaymentTransition(const Order& order, std::string_view problem) {
  const std::string payment_state(StateName(order.payment_state));
  const std::string allowed = AllowedVerbs(order.payment_state);
  return Refuse(Reason::kInvalidTransition,
                absl::StrCat("the payment of orders/", order.order_id, " is ", payment_state, ": ",
                             std::string(problem), "; allowed from here: ", allowed),
                {{"current_state", std::string(StateName(order.state))},
                 {"current_payment_state", payment_state},
                 {"allowed", allowed}});
}

absl::Status RequireVerb(const Order& order, std::string_view verb) {
  if (IsAllowed(order.state, verb)) return absl::OkStatus();
  return RefuseTransition(order, absl::StrCat("'", std::string(verb), "' is not possible"));
}

void KeepReason(const std::string& reason, Order& order) {
  if (!reason.empty()) order.state_reason = reason;
}

absl::StatusOr<EventType> Apply(const ConfirmCommand& command, absl::Time, const Order& before, Order& after) {
  return MoveTo(OrderState::kConfirmed, "confirm", "order.confirmed", command.reason, before, after);
}

absl::StatusOr<EventType> Apply(const RejectCommand& command, absl::Time, const Order& before, Order& after) {
  return MoveTo(OrderState::kRejected, "reject", "order.rejected", command.reason, before, after);
}

absl::StatusOr<EventType> Apply(const CancelCommand& command, absl::Time, const Order& before, Order& after) {
  return MoveTo(OrderState::kCancelled, "cancel", "order.cancelled", command.reason, before, after);
}

absl::StatusOr<EventType> Apply(const DeliverCommand&, absl::Time, const Order& before, Order& after) {
  return MoveTo(OrderState::kDelivered, "deliver", "order.delivered", "", before, after);
}

absl::StatusOr<EventType> Apply(const ExpireCommand&, absl::Time now, const Order& before, Order& after) {
  // The order may have been given more time since it was found to be due.
  if (before.state == OrderState::kPending && (!before.expire_time || *before.expire_time > now)) {
    return RefuseTransition(before, "its expire_time has not passed");
  }
  return MoveTo(OrderState::kExpired, "expiry", "order.expired", "", before, after);
}

absl::StatusOr<EventType> Apply(const EraseCommand&, absl::Time, const Order& before, Order& after) {
  if (!before.shipping_address && before.note.empty()) return kAlreadyHolds;
  after.shipping_address.reset();
  after.note.clear();
  return "order.customer_data_erased";
}

}  // namespace orders::domain
