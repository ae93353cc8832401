#ifndef ORDERS_SERVER_DOMAIN_APPLY_H_
#define ORDERS_SERVER_DOMAIN_APPLY_H_

#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "server/domain/decide.h"

// What each command does to an order; DecideChange() does what they have in common.
namespace orders::domain {

// Each Apply() is given `after` as a copy of `before`, and changes it as the command says. Returns the type of the
// event, a literal; kAlreadyHolds with `after` left as it is; or a refusal, with `after` unspecified. Leaves version
// and update_time alone. `now` is never before `before.update_time`.
using EventType = std::string_view;
inline constexpr EventType kAlreadyHolds = "";

absl::StatusOr<EventType> Apply(const UpdateCommand& command, absl::Time now, const Order& before, Order& after);
absl::StatusOr<EventType> Apply(const ConfirmCommand& command, absl::Time now, const Order& before, Order& after);
absl::StatusOr<EventType> Apply(const RejectCommand& command, absl::Time now, const Order& before, Order& after);
absl::StatusOr<EventType> Apply(const CancelCommand& command, absl::Time now, const Order& before, Order& after);
absl::StatusOr<EventType> Apply(const ShipCommand& command, absl::Time now, const Order& before, Order& after);
absl::StatusOr<EventType> Apply(const DeliverCommand& command, absl::Time now, const Order& before, Order& after);
absl::StatusOr<EventType> Apply(const ReturnCommand& command, absl::Time now, const Order& before, Order& after);
absl::StatusOr<EventType> Apply(const RefundCommand& command, absl::Time now, const Order& before, Order& after);
absl::StatusOr<EventType> Apply(const ExpireCommand& command, absl::Time now, const Order& before, Order& after);
absl::StatusOr<EventType> Apply(const EraseCommand& command, absl::Time now, const Order& before, Order& after);

// INVALID_TRANSITION with the state of `order` and what is allowed from it; `problem` says what can't be done and why.
absl::Status RefuseTransition(const Order& order, std::string_view problem);
// The same, where it is the state of the payment that forbids it.
absl::Status RefusePaymentTransition(const Order& order, std::string_view problem);

// OK if the table of transitions has `verb` from the state of `order`; otherwise INVALID_TRANSITION.
absl::Status RequireVerb(const Order& order, std::string_view verb);

// The reason given with a verb replaces the one before it; none given keeps it.
void KeepReason(const std::string& reason, Order& order);

}  // namespace orders::domain

#endif  // ORDERS_SERVER_DOMAIN_APPLY_H_
