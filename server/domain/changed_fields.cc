#include "server/domain/changed_fields.h"

#include <string_view>

namespace orders::domain {

namespace {

template <auto member>
bool Differ(const Order& a, const Order& b) {
  return !(a.*member == b.*member);
}

template <auto member>
bool TotalsDiffer(const Order& a, const Order& b) {
  return !(a.totals.*member == b.totals.*member);
}

struct Field {
  std::string_view name;
  bool (*differs)(const Order&, const Order&);
};

// Sorted by name.
constexpr Field kFields[] = {
    {"create_time", Differ<&Order::create_time>},
    {"currency_code", Differ<&Order::currency_code>},
    {"customer_id", Differ<&Order::customer_id>},
    {"discount_total", TotalsDiffer<&Totals::discount_total>},
    {"expire_time", Differ<&Order::expire_time>},
    {"external_reference", Differ<&Order::external_reference>},
    {"labels", Differ<&Order::labels>},
    {"lines", Differ<&Order::lines>},
    {"name", Differ<&Order::order_id>},
    {"note", Differ<&Order::note>},
    {"payment_state", Differ<&Order::payment_state>},
    {"refunded_total", Differ<&Order::refunded_total>},
    {"shipments", Differ<&Order::shipments>},
    {"shipping_address", Differ<&Order::shipping_address>},
    {"shipping_fee", Differ<&Order::shipping_fee>},
    {"state", Differ<&Order::state>},
    {"state_reason", Differ<&Order::state_reason>},
    {"subtotal", TotalsDiffer<&Totals::subtotal>},
    {"tax_total", TotalsDiffer<&Totals::tax_total>},
    {"total", TotalsDiffer<&Totals::total>},
};

// The empty message of proto: states are UNSPECIFIED.
Order MakeEmptyOrder() {
  Order order;
  order.state = OrderState{0};
  order.payment_state = PaymentState{0};
  order.create_time = absl::InfinitePast();
  return order;
}

}  // namespace

std::vector<std::string> ChangedFields(const Order& before, const Order& after) {
  std::vector<std::string> changed;
  for (const Field& field : kFields) {
    if (field.differs(before, after)) changed.emplace_back(field.name);
  }
  return changed;
}

std::vector<std::string> SetFields(const Order& order) {
  static const Order empty = MakeEmptyOrder();
  return ChangedFields(empty, order);
}

}  // namespace orders::domain
