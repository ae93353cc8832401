#include <algorithm>
#include <cstddef>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/domain/apply.h"
#include "server/domain/limits.h"
#include "server/domain/refusal.h"

namespace orders::domain {

namespace {

int64_t LeftToShip(const OrderLine& line) { return line.quantity - line.quantity_shipped; }
int64_t LeftToReturn(const OrderLine& line) { return line.quantity_shipped - line.quantity_returned; }

using Available = int64_t (*)(const OrderLine&);

// How many pieces of each line of `order` the request `asked` for; all that is available if it named no line.
absl::StatusOr<std::vector<int64_t>> PiecesAsked(const Order& order, const std::vector<LineQuantity>& asked,
                                                 Available available) {
  std::vector<int64_t> pieces(order.lines.size());
  if (asked.empty()) {
    std::transform(order.lines.begin(), order.lines.end(), pieces.begin(), available);
    return pieces;
  }
  std::map<std::string_view, size_t> index_of;
  for (size_t i = 0; i < order.lines.size(); ++i) index_of.emplace(order.lines[i].line_id, i);
  std::vector<FieldViolation> violations;
  for (size_t i = 0; i < asked.size(); ++i) {
    const auto line = index_of.find(asked[i].line_id);
    if (line == index_of.end()) {
      violations.push_back({absl::StrCat("lines[", i, "].line_id"),
                            absl::StrCat("orders/", order.order_id, " has no line '", asked[i].line_id, "'")});
    } else if (asked[i].quantity < 1 || asked[i].quantity > kMaxQuantity) {
      violations.push_back({absl::StrCat("lines[", i, "].quantity"),
                            absl::StrCat(asked[i].quantity, " is not a quantity; give 1 to ", kMaxQuantity)});
    } else {
      pieces[line->second] += asked[i].quantity;
    }
  }
  if (!violations.empty()) return RefuseInvalid(std::move(violations));
  return pieces;
}

absl::Status RequireAvailable(const Order& order, const std::vector<int64_t>& pieces, Available available,
                              std::string_view left_to) {
  for (size_t i = 0; i < pieces.size(); ++i) {
    const OrderLine& line = order.lines[i];
    if (pieces[i] <= available(line)) continue;
    return Refuse(
        Reason::kQuantityExceeded,
        absl::StrCat("line '", line.line_id, "' of orders/", order.order_id, ": ", pieces[i], " asked, but only ",
                     available(line), " are left to ", std::string(left_to)),
        {{"line_id", line.line_id}, {"asked", absl::StrCat(pieces[i])}, {"available", absl::StrCat(available(line))}});
  }
  return absl::OkStatus();
}

bool NothingLeft(const Order& order, Available available) {
  return std::all_of(order.lines.begin(), order.lines.end(),
                     [&](const OrderLine& line) { return available(line) == 0; });
}

std::vector<LineQuantity> ContentsOf(const Order& order, const std::vector<int64_t>& pieces) {
  std::vector<LineQuantity> contents;
  for (size_t i = 0; i < pieces.size(); ++i) {
    if (pieces[i] > 0) contents.push_back({order.lines[i].line_id, pieces[i]});
  }
  return contents;
}

}  // namespace

absl::StatusOr<EventType> Apply(const ShipCommand& command, absl::Time now, const Order& before, Order& after) {
  if (command.lines.empty() && before.state == OrderState::kShipped) return kAlreadyHolds;
  if (absl::Status allowed = RequireVerb(before, "ship"); !allowed.ok()) return allowed;
  absl::StatusOr<std::vector<int64_t>> pieces = PiecesAsked(before, command.lines, LeftToShip);
  if (!pieces.ok()) return pieces.status();
  if (absl::Status enough = RequireAvailable(before, *pieces, LeftToShip, "ship"); !enough.ok()) return enough;

  for (size_t i = 0; i < pieces->size(); ++i) after.lines[i].quantity_shipped += (*pieces)[i];
  const bool complete = NothingLeft(after, LeftToShip);
  // The last shipment must complete the order, or it could never be completed.
  if (!complete && before.shipments.size() + 1 >= kMaxShipments) {
    return RefuseTransition(before, absl::StrCat("it has ", before.shipments.size(), " of ", kMaxShipments,
                                                 " shipments; the last one must hold all that is left"));
  }
  after.state = complete ? OrderState::kShipped : OrderState::kPartiallyShipped;
  after.shipments.push_back({absl::StrCat(before.shipments.size() + 1), ContentsOf(before, *pieces), command.carrier,
                             command.tracking_number, now});
  return "order.shipped";
}

absl::StatusOr<EventType> Apply(const ReturnCommand& command, absl::Time, const Order& before, Order& after) {
  if (command.lines.empty() && before.state == OrderState::kReturned) return kAlreadyHolds;
  if (absl::Status allowed = RequireVerb(before, "return"); !allowed.ok()) return allowed;
  absl::StatusOr<std::vector<int64_t>> pieces = PiecesAsked(before, command.lines, LeftToReturn);
  if (!pieces.ok()) return pieces.status();
  if (absl::Status enough = RequireAvailable(before, *pieces, LeftToReturn, "return"); !enough.ok()) return enough;

  for (size_t i = 0; i < pieces->size(); ++i) after.lines[i].quantity_returned += (*pieces)[i];
  after.state = NothingLeft(after, LeftToReturn) ? OrderState::kReturned : OrderState::kPartiallyReturned;
  KeepReason(command.reason, after);
  return "order.returned";
}

}  // namespace orders::domain
