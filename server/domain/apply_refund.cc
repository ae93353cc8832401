#include <string>

#include "absl/strings/str_cat.h"
#include "server/domain/apply.h"
#include "server/domain/refusal.h"
#include "server/domain/transitions.h"

namespace orders::domain {

namespace {

absl::Status CheckAmount(const RefundCommand& command, const Order& order) {
  if (!command.amount) return absl::OkStatus();
  std::vector<FieldViolation> violations;
  if (command.currency_code != order.currency_code) {
    violations.push_back(
        {"amount.currency_code", absl::StrCat("'", command.currency_code, "' is not the currency of orders/",
                                              order.order_id, ", ", order.currency_code)});
  }
  if (*command.amount <= Money()) {
    violations.push_back(
        {"amount", absl::StrCat(command.amount->ToDecimal(), " can't be refunded; give more than zero")});
  }
  return violations.empty() ? absl::OkStatus() : RefuseInvalid(std::move(violations));
}

absl::Status RefuseExcess(const Order& order, Money asked, Money available) {
  return Refuse(
      Reason::kRefundExceedsPaid,
      absl::StrCat("a refund of ", asked.ToDecimal(), " ", order.currency_code, " was asked of orders/", order.order_id,
                   ", but ", available.ToDecimal(), " is left of the ", order.totals.total.ToDecimal(), " paid"),
      {{"asked", asked.ToDecimal()}, {"available", available.ToDecimal()}});
}

}  // namespace

absl::StatusOr<EventType> Apply(const RefundCommand& command, absl::Time, const Order& before, Order& after) {
  if (absl::Status amount_ok = CheckAmount(command, before); !amount_ok.ok()) return amount_ok;
  const bool all_refunded = before.payment_state == PaymentState::kRefunded;
  if (all_refunded && !command.amount) return kAlreadyHolds;
  // Of a payment refunded in full, zero is left: that says more than that its state is final.
  if (!all_refunded && !IsAllowed(before.payment_state, "refund")) {
    return RefusePaymentTransition(before, "there is no payment to refund");
  }
  const Money available = before.totals.total - before.refunded_total;
  const Money asked = command.amount.value_or(available);
  if (asked > available || asked.is_zero()) return RefuseExcess(before, asked, available);

  after.refunded_total += asked;
  after.payment_state = asked == available ? PaymentState::kRefunded : PaymentState::kPartiallyRefunded;
  KeepReason(command.reason, after);
  return "order.refunded";
}

}  // namespace orders::domain
