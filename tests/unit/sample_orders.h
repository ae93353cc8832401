#ifndef ORDERS_TESTS_UNIT_SAMPLE_ORDERS_H_
#define ORDERS_TESTS_UNIT_SAMPLE_ORDERS_H_

#include <string>
#include <string_view>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "server/domain/decide.h"
#include "server/domain/refusal.h"

// Orders and commands that several tests of the domain start from.
namespace orders::domain {

inline const absl::Time kStart = absl::FromUnixSeconds(1'700'000'000);

inline OrderLine MakeLine(std::string line_id, int64_t quantity, Money unit_price) {
  OrderLine line;
  line.line_id = std::move(line_id);
  line.product_id = "product";
  line.quantity = quantity;
  line.unit_price = unit_price;
  return line;
}

inline Address MakeAddress(std::string locality) {
  Address address;
  address.locality = std::move(locality);
  return address;
}

// 3 * 10.00 + 2 * 2.50 - 1.00 + 0.50 + 4.00 shipping = 38.50 EUR.
inline CreateCommand MakeCreate() {
  CreateCommand command;
  command.order_id = "o1";
  command.customer_id = "customer";
  command.currency_code = "EUR";
  command.lines = {MakeLine("a", 3, Money::FromUnits(10)), MakeLine("b", 2, Money::FromUnits(2, 500'000'000))};
  command.lines[0].discount = Money::FromUnits(1);
  command.lines[1].tax = Money::FromUnits(0, 500'000'000);
  command.shipping_fee = Money::FromUnits(4);
  return command;
}

inline Order MakePending() { return DecideCreate(MakeCreate(), kStart)->order; }

// `order` after `command`, which must be allowed.
inline Order After(const Order& order, const ChangeCommand& command) {
  absl::StatusOr<Decision> decision = DecideChange(order, command, "", order.update_time + absl::Seconds(1));
  return decision.value().order;
}

inline UpdateCommand PaymentUpdate(PaymentState state) {
  UpdateCommand command;
  command.payment_state = state;
  return command;
}

// An order in `state`, by the shortest way from PENDING.
inline Order MakeOrderIn(OrderState state) {
  const Order pending = MakePending();
  const Order confirmed = After(pending, ConfirmCommand{});
  const Order shipped = After(confirmed, ShipCommand{});
  switch (state) {
    case OrderState::kPending:
      return pending;
    case OrderState::kConfirmed:
      return confirmed;
    case OrderState::kPartiallyShipped:
      return After(confirmed, ShipCommand{{{"a", 1}}, "", ""});
    case OrderState::kShipped:
      return shipped;
    case OrderState::kDelivered:
      return After(shipped, DeliverCommand{});
    case OrderState::kRejected:
      return After(pending, RejectCommand{});
    case OrderState::kExpired: {
      Order due = pending;
      due.expire_time = kStart;
      return After(due, ExpireCommand{});
    }
    case OrderState::kCancelled:
      return After(pending, CancelCommand{});
    case OrderState::kPartiallyReturned:
      return After(shipped, ReturnCommand{{{"a", 1}}, ""});
    case OrderState::kReturned:
      return After(shipped, ReturnCommand{});
  }
  return pending;
}

// What `result` was refused for; a refusal without a reason of its own if it was not.
template <typename T>
Refusal RefusalIn(const absl::StatusOr<T>& result) {
  return RefusalOf(result.status()).value_or(Refusal{Reason::kInternal, {{"not refused", ""}}, {}, {}});
}

}  // namespace orders::domain

#endif  // ORDERS_TESTS_UNIT_SAMPLE_ORDERS_H_
