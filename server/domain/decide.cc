#include "server/domain/decide.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/domain/apply.h"
#include "server/domain/changed_fields.h"
#include "server/domain/pricing.h"
#include "server/domain/refusal.h"

namespace orders::domain {

namespace {

absl::Status RefuseEtag(const Order& order, std::string_view if_etag) {
  const std::string current = EtagOf(order.version);
  return Refuse(Reason::kEtagMismatch,
                absl::StrCat("orders/", order.order_id, " has changed: its etag is '", current, "', not '",
                             std::string(if_etag), "'; read it again and decide anew"),
                {{"current_etag", current}});
}

}  // namespace

absl::StatusOr<Decision> DecideCreate(CreateCommand command, absl::Time now) {
  std::vector<FieldViolation> violations;
  PrepareLines(command.lines, violations);
  const Totals totals = ComputeTotals(command.lines, command.shipping_fee);
  CheckTotals(totals, "order.lines", violations);
  if (command.expire_time && *command.expire_time <= now) {
    violations.push_back({"order.expire_time", absl::StrCat(absl::FormatTime(*command.expire_time, absl::UTCTimeZone()),
                                                            " has passed; give a time in the future, or none")});
  }
  if (!violations.empty()) return RefuseInvalid(std::move(violations));

  Decision decision;
  Order& order = decision.order;
  order.order_id = std::move(command.order_id);
  order.customer_id = std::move(command.customer_id);
  order.lines = std::move(command.lines);
  order.currency_code = std::move(command.currency_code);
  order.shipping_fee = command.shipping_fee;
  order.totals = totals;
  order.shipping_address = std::move(command.shipping_address);
  order.external_reference = std::move(command.external_reference);
  order.labels = std::move(command.labels);
  order.note = std::move(command.note);
  order.expire_time = command.expire_time;
  order.version = 1;
  order.create_time = now;
  order.update_time = now;
  decision.event_type = "order.created";
  decision.changed_fields = SetFields(order);
  return decision;
}

absl::StatusOr<Decision> DecideChange(const Order& order, const ChangeCommand& command, std::string_view if_etag,
                                      absl::Time now) {
  if (!if_etag.empty() && if_etag != EtagOf(order.version)) return RefuseEtag(order, if_etag);
  // The clocks of two servers differ a little, and the order's history must not run backwards.
  const absl::Time change_time = std::max(now, order.update_time);
  Decision decision{order, kAlreadyHolds, {}};
  absl::StatusOr<EventType> event_type =
      std::visit([&](const auto& c) { return Apply(c, change_time, order, decision.order); }, command);
  if (!event_type.ok()) return event_type.status();
  if (event_type->empty()) return decision;

  decision.event_type = *event_type;
  decision.order.version = order.version + 1;
  decision.order.update_time = change_time;
  decision.changed_fields = ChangedFields(order, decision.order);
  return decision;
}

}  // namespace orders::domain
