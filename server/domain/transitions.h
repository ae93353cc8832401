#ifndef ORDERS_SERVER_DOMAIN_TRANSITIONS_H_
#define ORDERS_SERVER_DOMAIN_TRANSITIONS_H_

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "server/domain/order.h"

// What may happen to an order, as data. docs/api.md and the database's own check are held against these tables by
// tests.
namespace orders::domain {

struct StateTransition {
  OrderState from;
  std::string_view verb;  // "confirm" for ConfirmOrder, and so on; or "expiry", which is the service's own.
  OrderState to;
};
// A row whose `to` is its `from` is a change that leaves the state as it is: one more partial shipment.
std::span<const StateTransition> StateTransitions();

struct PaymentTransition {
  PaymentState from;
  std::string_view verb;  // "update" for UpdateOrder, "refund" for RefundOrder.
  PaymentState to;
};
std::span<const PaymentTransition> PaymentTransitions();

// Which fields UpdateOrder may change, and in which states.
struct MutableField {
  std::string_view path;              // As in update_mask.
  std::vector<OrderState> in_states;  // Empty: in every state.
  bool only_unpaid;                   // Also needs payment_state UNPAID: the field moves the total.
};
std::span<const MutableField> MutableFields();

bool IsAllowed(OrderState from, OrderState to);
bool IsAllowed(PaymentState from, PaymentState to);
// Whether `verb` can lead anywhere from `state`.
bool IsAllowed(OrderState state, std::string_view verb);
bool IsAllowed(PaymentState state, std::string_view verb);
bool IsMutable(const MutableField& field, OrderState state, PaymentState payment_state);

// "cancel, confirm, reject": the callers' verbs allowed from `state`, sorted, for error texts; "none (final)" if there
// are none.
std::string AllowedVerbs(OrderState state);
std::string AllowedVerbs(PaymentState state);

}  // namespace orders::domain

#endif  // ORDERS_SERVER_DOMAIN_TRANSITIONS_H_
