#include "server/store/order_invariants.h"

#include <algorithm>
#include <map>

#include "absl/strings/str_cat.h"
#include "server/domain/decide.h"

namespace orders::store {

namespace {

using domain::Order;
using domain::OrderLine;
using domain::OrderState;

// How the quantities of the lines must look in each state.
bool QuantitiesFitState(const Order& order) {
  auto all = [&](auto condition) { return std::all_of(order.lines.begin(), order.lines.end(), condition); };
  auto any = [&](auto condition) { return std::any_of(order.lines.begin(), order.lines.end(), condition); };
  const bool none_shipped = all([](const OrderLine& line) { return line.quantity_shipped == 0; });
  const bool all_shipped = all([](const OrderLine& line) { return line.quantity_shipped == line.quantity; });
  const bool none_returned = all([](const OrderLine& line) { return line.quantity_returned == 0; });
  const bool all_returned = all([](const OrderLine& line) { return line.quantity_returned == line.quantity_shipped; });
  switch (order.state) {
    case OrderState::kPending:
    case OrderState::kConfirmed:
    case OrderState::kRejected:
    case OrderState::kExpired:
    case OrderState::kCancelled:
      return none_shipped && none_returned;
    case OrderState::kPartiallyShipped:
      return !none_shipped && !all_shipped && none_returned;
    case OrderState::kShipped:
    case OrderState::kDelivered:
      return all_shipped && none_returned;
    case OrderState::kPartiallyReturned:
      return all_shipped && !none_returned &&
             any([](const OrderLine& line) { return line.quantity_returned < line.quantity_shipped; });
    case OrderState::kReturned:
      return all_shipped && all_returned;
  }
  return false;
}

}  // namespace

std::vector<std::string> BrokenInvariants(const Order& order) {
  std::vector<std::string> broken;
  if (domain::ComputeTotals(order.lines, order.shipping_fee) != order.totals) {
    broken.push_back(absl::StrCat("its totals (total ", order.totals.total.ToDecimal(),
                                  ") are not those of its lines (total ",
                                  domain::ComputeTotals(order.lines, order.shipping_fee).total.ToDecimal(), ")"));
  }
  if (order.refunded_total > order.totals.total) {
    broken.push_back(
        absl::StrCat("refunded ", order.refunded_total.ToDecimal(), " of ", order.totals.total.ToDecimal()));
  }
  std::map<std::string, int64_t> shipped;
  for (const domain::Shipment& shipment : order.shipments) {
    for (const domain::LineQuantity& line : shipment.lines) shipped[line.line_id] += line.quantity;
  }
  for (const OrderLine& line : order.lines) {
    if (line.quantity_returned < 0 || line.quantity_returned > line.quantity_shipped ||
        line.quantity_shipped > line.quantity || line.quantity < 1) {
      broken.push_back(absl::StrCat("line ", line.line_id, ": ordered ", line.quantity, ", shipped ",
                                    line.quantity_shipped, ", returned ", line.quantity_returned));
    }
    if (shipped[line.line_id] != line.quantity_shipped) {
      broken.push_back(absl::StrCat("line ", line.line_id, ": shipped ", line.quantity_shipped,
                                    ", but its shipments hold ", shipped[line.line_id]));
    }
  }
  if (!QuantitiesFitState(order)) {
    broken.push_back(absl::StrCat("its quantities do not fit state ", std::string(domain::StateName(order.state))));
  }
  return broken;
}

}  // namespace orders::store
