// Long random histories of orders: whatever callers ask, in whatever order, what is decided stays consistent.

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <string>

#include "server/domain/decide.h"
#include "server/domain/limits.h"
#include "server/domain/transitions.h"
#include "tests/unit/sample_orders.h"

namespace orders::domain {
namespace {

constexpr int kHistories = 2000;
constexpr int kStepsEach = 60;

class RandomCaller {
 public:
  explicit RandomCaller(uint32_t seed) : random_(seed) {}

  CreateCommand Create() {
    CreateCommand command;
    command.order_id = "o";
    command.customer_id = "customer";
    command.currency_code = "EUR";
    command.lines = Lines();
    command.shipping_fee = Amount(10);
    if (Chance(3)) command.expire_time = kStart + absl::Seconds(Number(1, 200));
    return command;
  }

  // Lines are drawn from those of `order` and one that it has not; amounts are near what is left.
  ChangeCommand Change(const Order& order, absl::Time now) {
    switch (Number(0, 15)) {
      case 0:
        return Chance(4) ? ChangeCommand(RejectCommand{"reject"}) : ChangeCommand(ConfirmCommand{});
      case 1:
        return Chance(4) ? ChangeCommand(CancelCommand{"cancel"}) : ChangeCommand(ConfirmCommand{"confirm"});
      case 2:
        return DeliverCommand{};
      case 3:
        return ExpireCommand{};
      case 4:
        return EraseCommand{};
      case 5:
      case 6:
      case 7:
        return ShipCommand{Quantities(order), "carrier", ""};
      case 8:
      case 9:
      case 10:
        return ReturnCommand{Quantities(order), "return"};
      case 11:
      case 12:
        return Refund(order);
      default:
        return Update(now);
    }
  }

  bool Chance(int one_in) { return Number(1, one_in) == 1; }
  int Number(int from, int to) { return std::uniform_int_distribution<int>(from, to)(random_); }

 private:
  Money Amount(int most_units) { return Money::FromUnits(Number(0, most_units), Number(0, 3) * 250'000'000); }

  std::vector<OrderLine> Lines() {
    std::vector<OrderLine> lines;
    for (int i = Number(1, 4); i > 0; --i) {
      OrderLine& line = lines.emplace_back(MakeLine("", Number(1, 5), Amount(20)));
      if (Chance(5)) line.unit_price.reset();
      line.tax = Amount(2);
      if (Chance(3)) line.discount = Amount(20);
      if (Chance(10)) line.line_id = std::to_string(Number(1, 4));
      if (Chance(50)) line.unit_price = kMaxAmount;
    }
    return lines;
  }

  std::vector<LineQuantity> Quantities(const Order& order) {
    std::vector<LineQuantity> quantities;
    if (Chance(4)) return quantities;
    for (int i = Number(1, 3); i > 0; --i) {
      const int line = Number(1, static_cast<int>(order.lines.size()) + (Chance(10) ? 1 : 0));
      quantities.push_back({std::to_string(line), Number(Chance(20) ? -1 : 1, 3)});
    }
    return quantities;
  }

  RefundCommand Refund(const Order& order) {
    if (Chance(4)) return {};
    const int left = static_cast<int>(std::min<int64_t>((order.totals.total - order.refunded_total).units(), 1000));
    return {Amount(std::max(1, left)), Chance(20) ? "USD" : "EUR", "refund"};
  }

  UpdateCommand Update(absl::Time now) {
    UpdateCommand command;
    if (Chance(4)) command.lines = Lines();
    if (Chance(4)) command.shipping_fee = Amount(10);
    if (Chance(4)) command.note = Chance(2) ? "note" : "";
    if (Chance(6)) command.shipping_address.emplace(MakeAddress("Oslo"));
    if (Chance(6)) command.labels = std::map<std::string, std::string>{{"k", std::to_string(Number(1, 3))}};
    if (Chance(6)) command.expire_time.emplace(now + absl::Seconds(Number(-10, 100)));
    if (Chance(2)) command.payment_state = kAllPaymentStates[Number(0, std::size(kAllPaymentStates) - 1)];
    if (Chance(20)) command.amounts_currency = "USD";
    return command;
  }

  std::mt19937 random_;
};

void ExpectLinesConsistent(const Order& order) {
  std::map<std::string, int64_t> shipped;
  for (const Shipment& shipment : order.shipments) {
    for (const LineQuantity& line : shipment.lines) {
      EXPECT_GE(line.quantity, 1);
      shipped[line.line_id] += line.quantity;
    }
  }
  std::set<std::string> ids;
  for (const OrderLine& line : order.lines) {
    EXPECT_TRUE(ids.insert(line.line_id).second) << "line id " << line.line_id << " twice";
    EXPECT_EQ(line.quantity_shipped, shipped[line.line_id]);
    EXPECT_LE(line.quantity_shipped, line.quantity);
    EXPECT_GE(line.quantity_returned, 0);
    EXPECT_LE(line.quantity_returned, line.quantity_shipped);
  }
}

void ExpectStateFitsQuantities(const Order& order) {
  int64_t ordered = 0, shipped = 0, returned = 0;
  for (const OrderLine& line : order.lines) {
    ordered += line.quantity;
    shipped += line.quantity_shipped;
    returned += line.quantity_returned;
  }
  switch (order.state) {
    case OrderState::kPartiallyShipped:
      EXPECT_TRUE(0 < shipped && shipped < ordered && returned == 0);
      break;
    case OrderState::kShipped:
    case OrderState::kDelivered:
      EXPECT_TRUE(shipped == ordered && returned == 0);
      break;
    case OrderState::kPartiallyReturned:
      EXPECT_TRUE(shipped == ordered && 0 < returned && returned < shipped);
      break;
    case OrderState::kReturned:
      EXPECT_TRUE(shipped == ordered && returned == ordered);
      break;
    default:
      EXPECT_TRUE(shipped == 0 && returned == 0);
  }
}

void ExpectMoneyConsistent(const Order& order) {
  EXPECT_EQ(order.totals, ComputeTotals(order.lines, order.shipping_fee));
  EXPECT_GE(order.totals.total, Money());
  EXPECT_LE(order.totals.total, kMaxAmount);
  EXPECT_LE(order.totals.subtotal, kMaxAmount);
  switch (order.payment_state) {
    case PaymentState::kPartiallyRefunded:
      EXPECT_TRUE(Money() < order.refunded_total && order.refunded_total < order.totals.total);
      break;
    case PaymentState::kRefunded:
      EXPECT_TRUE(Money() < order.refunded_total && order.refunded_total == order.totals.total);
      break;
    default:
      EXPECT_TRUE(order.refunded_total.is_zero());
  }
}

void ExpectOneStep(const Order& before, const Decision& decision) {
  const Order& after = decision.order;
  EXPECT_EQ(after.version, before.version + 1);
  EXPECT_GE(after.update_time, before.update_time);
  EXPECT_FALSE(decision.changed_fields.empty()) << "an event without a change";
  EXPECT_TRUE(std::is_sorted(decision.changed_fields.begin(), decision.changed_fields.end()));
  EXPECT_EQ(after.order_id, before.order_id);
  EXPECT_EQ(after.customer_id, before.customer_id);
  EXPECT_EQ(after.currency_code, before.currency_code);
  EXPECT_EQ(after.create_time, before.create_time);
  EXPECT_GE(after.refunded_total, before.refunded_total);
  EXPECT_TRUE(after.state == before.state || IsAllowed(before.state, after.state))
      << StateName(before.state) << " to " << StateName(after.state);
  EXPECT_TRUE(after.payment_state == before.payment_state || IsAllowed(before.payment_state, after.payment_state))
      << StateName(before.payment_state) << " to " << StateName(after.payment_state);
}

void ExpectKnownRefusal(const absl::Status& status) {
  const std::optional<Refusal> refusal = RefusalOf(status);
  ASSERT_TRUE(refusal.has_value()) << status;
  EXPECT_TRUE(refusal->reason == Reason::kInvalidRequest || refusal->reason == Reason::kInvalidTransition ||
              refusal->reason == Reason::kFieldNotMutable || refusal->reason == Reason::kQuantityExceeded ||
              refusal->reason == Reason::kRefundExceedsPaid)
      << status;
  EXPECT_EQ(refusal->violations.empty(), refusal->reason != Reason::kInvalidRequest) << status;
}

struct Seen {
  std::set<std::string_view> events;
  std::set<OrderState> states;
  std::set<PaymentState> payment_states;
  std::set<Reason> reasons;
  int changes = 0;
};

void RunHistory(uint32_t seed, Seen& seen) {
  SCOPED_TRACE("seed " + std::to_string(seed));
  RandomCaller caller(seed);
  absl::StatusOr<Decision> created = DecideCreate(caller.Create(), kStart);
  if (!created.ok()) return ExpectKnownRefusal(created.status());
  Order order = created->order;
  absl::Time now = kStart;
  for (int step = 0; step < kStepsEach; ++step) {
    now += absl::Seconds(caller.Number(-2, 8));
    const ChangeCommand command = caller.Change(order, now);
    const absl::StatusOr<Decision> decision = DecideChange(order, command, EtagOf(order.version), now);
    if (!decision.ok()) {
      ExpectKnownRefusal(decision.status());
      seen.reasons.insert(RefusalIn(decision).reason);
      continue;
    }
    if (decision->changes_nothing()) {
      EXPECT_EQ(decision->order, order);
      continue;
    }
    ExpectOneStep(order, *decision);
    ExpectLinesConsistent(decision->order);
    ExpectStateFitsQuantities(decision->order);
    ExpectMoneyConsistent(decision->order);
    order = decision->order;
    seen.events.insert(decision->event_type);
    seen.states.insert(order.state);
    seen.payment_states.insert(order.payment_state);
    ++seen.changes;
  }
}

TEST(DecidePropertyTest, RandomHistoriesStayConsistent) {
  Seen seen;
  for (uint32_t seed = 1; seed <= kHistories && !HasFailure(); ++seed) RunHistory(seed, seen);
  // The histories must have gone everywhere, or they prove little.
  EXPECT_EQ(seen.states.size(), std::size(kAllOrderStates));
  EXPECT_EQ(seen.payment_states.size(), std::size(kAllPaymentStates));
  EXPECT_EQ(seen.events.size(), 10u);
  EXPECT_EQ(seen.reasons.size(), 5u);
  EXPECT_GT(seen.changes, 5000);
}

}  // namespace
}  // namespace orders::domain
