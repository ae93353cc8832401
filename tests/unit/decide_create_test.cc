#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/domain/decide.h"
#include "server/domain/limits.h"
#include "tests/unit/sample_orders.h"

namespace orders::domain {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<std::string> ViolatedFields(const absl::StatusOr<Decision>& decision) {
  std::vector<std::string> fields;
  for (const FieldViolation& violation : RefusalIn(decision).violations) fields.push_back(violation.field);
  return fields;
}

TEST(DecideCreateTest, StartsPendingUnpaidAtVersionOne) {
  CreateCommand command = MakeCreate();
  command.labels = {{"gift", "yes"}};
  command.note = "ring twice";
  command.expire_time = kStart + absl::Hours(1);
  absl::StatusOr<Decision> decision = DecideCreate(command, kStart);
  ASSERT_TRUE(decision.ok()) << decision.status();
  const Order& order = decision->order;
  EXPECT_EQ(order.order_id, "o1");
  EXPECT_EQ(order.customer_id, "customer");
  EXPECT_EQ(order.state, OrderState::kPending);
  EXPECT_EQ(order.payment_state, PaymentState::kUnpaid);
  EXPECT_EQ(order.version, 1);
  EXPECT_EQ(order.create_time, kStart);
  EXPECT_EQ(order.update_time, kStart);
  EXPECT_EQ(order.expire_time, kStart + absl::Hours(1));
  EXPECT_EQ(order.labels, command.labels);
  EXPECT_EQ(order.note, "ring twice");
  EXPECT_EQ(decision->event_type, "order.created");
  EXPECT_FALSE(decision->changes_nothing());
}

TEST(DecideCreateTest, ChangedFieldsAreThoseThatAreSet) {
  EXPECT_THAT(DecideCreate(MakeCreate(), kStart)->changed_fields,
              ElementsAre("create_time", "currency_code", "customer_id", "discount_total", "lines", "name",
                          "payment_state", "shipping_fee", "state", "subtotal", "tax_total", "total"));
}

TEST(DecideCreateTest, AddsUpTotals) {
  const Order order = MakePending();
  EXPECT_EQ(order.totals.subtotal, Money::FromUnits(35));
  EXPECT_EQ(order.totals.discount_total, Money::FromUnits(1));
  EXPECT_EQ(order.totals.tax_total, Money::FromUnits(0, 500'000'000));
  EXPECT_EQ(order.totals.total, Money::FromUnits(38, 500'000'000));
  EXPECT_EQ(order.totals, ComputeTotals(order.lines, order.shipping_fee));
  EXPECT_TRUE(order.refunded_total.is_zero());
}

TEST(DecideCreateTest, LineWithoutPriceCountsAsZero) {
  CreateCommand command = MakeCreate();
  command.lines = {MakeLine("a", 7, Money())};
  command.lines[0].unit_price.reset();
  EXPECT_EQ(DecideCreate(command, kStart)->order.totals.total, Money::FromUnits(4));
  command.lines[0].discount = Money::FromUnits(0, 1);
  EXPECT_THAT(ViolatedFields(DecideCreate(command, kStart)), ElementsAre("order.lines[0].discount"));
}

TEST(DecideCreateTest, NumbersLinesByTheirPlace) {
  CreateCommand command = MakeCreate();
  command.lines = {MakeLine("", 1, Money()), MakeLine("x", 1, Money()), MakeLine("", 1, Money())};
  absl::StatusOr<Decision> decision = DecideCreate(command, kStart);
  ASSERT_TRUE(decision.ok());
  EXPECT_EQ(decision->order.lines[0].line_id, "1");
  EXPECT_EQ(decision->order.lines[1].line_id, "x");
  EXPECT_EQ(decision->order.lines[2].line_id, "3");
}

TEST(DecideCreateTest, RefusesLineIdsUsedTwice) {
  CreateCommand command = MakeCreate();
  command.lines = {MakeLine("3", 1, Money()), MakeLine("x", 1, Money()), MakeLine("", 1, Money()),
                   MakeLine("x", 1, Money()), MakeLine("x", 1, Money())};
  absl::StatusOr<Decision> decision = DecideCreate(command, kStart);
  EXPECT_EQ(RefusalIn(decision).reason, Reason::kInvalidRequest);
  EXPECT_THAT(
      ViolatedFields(decision),
      testing::UnorderedElementsAre("order.lines[2].line_id", "order.lines[3].line_id", "order.lines[4].line_id"));
  EXPECT_THAT(RefusalIn(decision).violations[0].description, HasSubstr("already that of order.lines[0]"));
}

TEST(DecideCreateTest, DiscountMayTakeOffTheWholeLineButNoMore) {
  CreateCommand command = MakeCreate();
  command.lines[0].discount = Money::FromUnits(30);
  EXPECT_TRUE(DecideCreate(command, kStart).ok());
  command.lines[0].discount = Money::FromUnits(30, 1);
  absl::StatusOr<Decision> decision = DecideCreate(command, kStart);
  EXPECT_THAT(ViolatedFields(decision), ElementsAre("order.lines[0].discount"));
  EXPECT_THAT(RefusalIn(decision).violations[0].description, HasSubstr("30.000000001"));
}

TEST(DecideCreateTest, TotalMayBeTheHighestAmountButNoMore) {
  CreateCommand command = MakeCreate();
  command.lines = {MakeLine("a", 1, kMaxAmount)};
  command.shipping_fee = Money();
  EXPECT_TRUE(DecideCreate(command, kStart).ok());
  command.shipping_fee = Money::FromNanos(1);
  EXPECT_THAT(ViolatedFields(DecideCreate(command, kStart)), ElementsAre("order.lines"));
}

TEST(DecideCreateTest, DiscountDoesNotHideASubtotalBeyondTheLimit) {
  CreateCommand command = MakeCreate();
  command.lines = {MakeLine("a", kMaxQuantity, kMaxAmount)};
  command.lines[0].discount = kMaxAmount * kMaxQuantity;
  absl::StatusOr<Decision> decision = DecideCreate(command, kStart);
  EXPECT_THAT(ViolatedFields(decision), ElementsAre("order.lines", "order.lines"));
  EXPECT_THAT(RefusalIn(decision).violations[0].description, HasSubstr("subtotal would be 999999999999999000000"));
}

TEST(DecideCreateTest, ExpireTimeMustLieInTheFuture) {
  CreateCommand command = MakeCreate();
  command.expire_time = kStart;
  EXPECT_THAT(ViolatedFields(DecideCreate(command, kStart)), ElementsAre("order.expire_time"));
  command.expire_time = kStart + absl::Microseconds(1);
  EXPECT_TRUE(DecideCreate(command, kStart).ok());
}

TEST(DecideCreateTest, ReportsAllViolationsAtOnce) {
  CreateCommand command = MakeCreate();
  command.lines[0].discount = Money::FromUnits(31);
  command.lines[1].line_id = "a";
  command.expire_time = kStart - absl::Seconds(1);
  EXPECT_THAT(ViolatedFields(DecideCreate(command, kStart)),
              ElementsAre("order.lines[0].discount", "order.lines[1].line_id", "order.expire_time"));
}

}  // namespace
}  // namespace orders::domain
