#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/domain/apply.h"
#include "server/domain/changed_fields.h"
#include "server/domain/pricing.h"
#include "server/domain/refusal.h"
#include "server/domain/transitions.h"

namespace orders::domain {

namespace {

// Whether the lines asked for are those that the order has, whatever has become of them since.
bool SameGoods(const std::vector<OrderLine>& stored, const std::vector<OrderLine>& asked) {
  return std::equal(stored.begin(), stored.end(), asked.begin(), asked.end(),
                    [](OrderLine line, const OrderLine& other) {
                      line.quantity_shipped = 0;
                      line.quantity_returned = 0;
                      return line == other;
                    });
}

void SetLines(std::vector<OrderLine> lines, Order& order, std::vector<FieldViolation>& violations) {
  PrepareLines(lines, violations);
  if (!SameGoods(order.lines, lines)) order.lines = std::move(lines);
}

// Sets in `after` what the command names, and says what is wrong with it in any state of the order.
std::vector<FieldViolation> SetFieldsNamed(const UpdateCommand& command, absl::Time now, const Order& before,
                                           Order& after) {
  std::vector<FieldViolation> violations;
  const std::string priced_field = command.lines ? "order.lines" : "order.shipping_fee";
  if (command.amounts_currency && *command.amounts_currency != before.currency_code) {
    violations.push_back({priced_field, absl::StrCat("amounts in '", *command.amounts_currency, "', but orders/",
                                                     before.order_id, " is in ", before.currency_code)});
  }
  if (command.lines) SetLines(*command.lines, after, violations);
  if (command.shipping_fee) after.shipping_fee = *command.shipping_fee;
  if (command.lines || command.shipping_fee) {
    after.totals = ComputeTotals(after.lines, after.shipping_fee);
    CheckTotals(after.totals, priced_field, violations);
  }
  if (command.shipping_address) after.shipping_address = *command.shipping_address;
  if (command.external_reference) after.external_reference = *command.external_reference;
  if (command.labels) after.labels = *command.labels;
  if (command.note) after.note = *command.note;
  if (command.payment_state) after.payment_state = *command.payment_state;
  if (command.expire_time) after.expire_time = *command.expire_time;
  if (after.expire_time && after.expire_time != before.expire_time && *after.expire_time <= now) {
    violations.push_back({"order.expire_time", absl::StrCat(absl::FormatTime(*after.expire_time, absl::UTCTimeZone()),
                                                            " has passed; give a time in the future, or none")});
  }
  return violations;
}

std::string WhenMutable(const MutableField& field) {
  std::string when;
  for (OrderState state : field.in_states) {
    absl::StrAppend(&when, when.empty() ? "while the order is " : " or ", std::string(StateName(state)));
  }
  return field.only_unpaid ? when + " and UNPAID" : when;
}

absl::Status RequireMutable(const std::vector<std::string>& changed, const Order& order) {
  for (const MutableField& field : MutableFields()) {
    const bool touched = std::find(changed.begin(), changed.end(), field.path) != changed.end();
    if (!touched || IsMutable(field, order.state, order.payment_state)) continue;
    const std::string path(field.path);
    const std::string state(StateName(order.state));
    const std::string payment_state(StateName(order.payment_state));
    return Refuse(Reason::kFieldNotMutable,
                  absl::StrCat("order.", path, " can be changed only ", WhenMutable(field), "; orders/", order.order_id,
                               " is ", state, " and ", payment_state),
                  {{"field", path}, {"current_state", state}, {"current_payment_state", payment_state}});
  }
  return absl::OkStatus();
}

// Refunds move money as well as the state: they have a verb of their own.
bool CanUpdatePayment(PaymentState from, PaymentState to) {
  const auto table = PaymentTransitions();
  return std::any_of(table.begin(), table.end(), [&](const PaymentTransition& row) {
    return row.from == from && row.verb == "update" && row.to == to;
  });
}

}  // namespace

absl::StatusOr<EventType> Apply(const UpdateCommand& command, absl::Time now, const Order& before, Order& after) {
  std::vector<FieldViolation> violations = SetFieldsNamed(command, now, before, after);
  if (!violations.empty()) return RefuseInvalid(std::move(violations));
  const std::vector<std::string> changed = ChangedFields(before, after);
  if (changed.empty()) return kAlreadyHolds;
  if (absl::Status allowed = RequireMutable(changed, before); !allowed.ok()) return allowed;
  if (after.payment_state != before.payment_state && !CanUpdatePayment(before.payment_state, after.payment_state)) {
    return RefusePaymentTransition(
        before, absl::StrCat("UpdateOrder can't make it ", std::string(StateName(after.payment_state))));
  }
  return "order.updated";
}

}  // namespace orders::domain
