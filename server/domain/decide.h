#ifndef ORDERS_SERVER_DOMAIN_DECIDE_H_
#define ORDERS_SERVER_DOMAIN_DECIDE_H_

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "server/domain/order.h"

// The rules: pure functions from an order, a command and the time to the order afterwards, or a refusal (refusal.h).
// Commands come from validate/, which has checked everything that can be known without the order: formats, limits,
// required fields, currencies of amounts. `now` is truncated to the microsecond, as the database keeps it.
// Thread-safe: no state.
namespace orders::domain {

struct CreateCommand {
  std::string order_id;  // Already chosen: the caller's or a fresh UUIDv7.
  std::string customer_id;
  std::vector<OrderLine> lines;  // line_id may be empty: numbered here.
  std::string currency_code;
  Money shipping_fee;
  std::optional<Address> shipping_address;
  std::string external_reference;
  std::map<std::string, std::string> labels;
  std::string note;
  std::optional<absl::Time> expire_time;
};

// What UpdateOrder changes: only the members that are set.
struct UpdateCommand {
  std::optional<std::vector<OrderLine>> lines;
  std::optional<Money> shipping_fee;
  std::optional<std::optional<Address>> shipping_address;
  std::optional<std::string> external_reference;
  std::optional<std::map<std::string, std::string>> labels;
  std::optional<std::string> note;
  std::optional<std::optional<absl::Time>> expire_time;
  std::optional<PaymentState> payment_state;
  // The currency that the request's amounts were given in, if any: refused unless it is the order's.
  std::optional<std::string> amounts_currency;
};

struct ConfirmCommand {
  std::string reason;
};
struct RejectCommand {
  std::string reason;
};
struct CancelCommand {
  std::string reason;
};
struct ShipCommand {
  std::vector<LineQuantity> lines;  // Empty: everything left.
  std::string carrier;
  std::string tracking_number;
};
struct DeliverCommand {};
struct ReturnCommand {
  std::vector<LineQuantity> lines;  // Empty: everything shipped.
  std::string reason;
};
struct RefundCommand {
  std::optional<Money> amount;  // Absent: everything left.
  std::string currency_code;    // Of `amount`; refused unless it is the order's.
  std::string reason;
};
struct ExpireCommand {};
struct EraseCommand {};

using ChangeCommand = std::variant<UpdateCommand, ConfirmCommand, RejectCommand, CancelCommand, ShipCommand,
                                   DeliverCommand, ReturnCommand, RefundCommand, ExpireCommand, EraseCommand>;

// What was decided.
struct Decision {
  Order order;                              // After the change: version and update_time moved on.
  std::string_view event_type;              // "order.confirmed"; a literal. Empty: it already holds, nothing changes.
  std::vector<std::string> changed_fields;  // Top-level field names of orders.v1.Order, sorted.

  bool changes_nothing() const { return event_type.empty(); }
};

// The order that `command` asks for, at version 1. Refuses (INVALID_ARGUMENT) any of the totals beyond
// kMaxAmount, a discount above its line's amount, line ids used twice, and an expire_time that has passed.
absl::StatusOr<Decision> DecideCreate(CreateCommand command, absl::Time now);

// `order` after `command`. If `if_etag` is not empty and not the order's etag, refuses with kEtagMismatch and the
// current etag in the metadata "current_etag". A command whose outcome already holds yields changes_nothing(),
// with `order` as it is. The change is made at `now`, or at the order's update_time if that is later.
absl::StatusOr<Decision> DecideChange(const Order& order, const ChangeCommand& command, std::string_view if_etag,
                                      absl::Time now);

// The totals of `lines` and `shipping_fee`, for checkers of stored orders.
Totals ComputeTotals(const std::vector<OrderLine>& lines, Money shipping_fee);

}  // namespace orders::domain

#endif  // ORDERS_SERVER_DOMAIN_DECIDE_H_
