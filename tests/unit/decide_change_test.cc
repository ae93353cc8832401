#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "server/domain/decide.h"
#include "server/domain/limits.h"
#include "server/domain/transitions.h"
#include "tests/unit/sample_orders.h"

namespace orders::domain {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr absl::Duration kLater = absl::Minutes(1);

absl::StatusOr<Decision> Decide(const Order& order, const ChangeCommand& command) {
  return DecideChange(order, command, "", order.update_time + kLater);
}

Order Paid(OrderState state = OrderState::kConfirmed) {
  return After(MakeOrderIn(state), PaymentUpdate(PaymentState::kCaptured));
}

void ExpectAlreadyHolds(const Order& order, const ChangeCommand& command) {
  absl::StatusOr<Decision> decision = Decide(order, command);
  ASSERT_TRUE(decision.ok()) << decision.status();
  EXPECT_TRUE(decision->changes_nothing());
  EXPECT_EQ(decision->order, order);
  EXPECT_TRUE(decision->changed_fields.empty());
}

TEST(DecideChangeTest, AChangeMovesVersionAndUpdateTimeOn) {
  const Order pending = MakePending();
  absl::StatusOr<Decision> decision = DecideChange(pending, ConfirmCommand{"stock checked"}, "v1", kStart + kLater);
  ASSERT_TRUE(decision.ok()) << decision.status();
  EXPECT_EQ(decision->event_type, "order.confirmed");
  EXPECT_EQ(decision->order.state, OrderState::kConfirmed);
  EXPECT_EQ(decision->order.state_reason, "stock checked");
  EXPECT_EQ(decision->order.version, 2);
  EXPECT_EQ(decision->order.update_time, kStart + kLater);
  EXPECT_EQ(decision->order.create_time, kStart);
  EXPECT_THAT(decision->changed_fields, ElementsAre("state", "state_reason"));
}

TEST(DecideChangeTest, UpdateTimeNeverGoesBack) {
  const Order pending = MakePending();
  const Order confirmed = DecideChange(pending, ConfirmCommand{}, "", kStart - kLater)->order;
  EXPECT_EQ(confirmed.update_time, kStart);
  EXPECT_EQ(DecideChange(confirmed, ShipCommand{}, "", kStart - kLater)->order.shipments[0].ship_time, kStart);
}

TEST(DecideChangeTest, OtherEtagIsRefusedFirst) {
  const Order confirmed = MakeOrderIn(OrderState::kConfirmed);
  const std::vector<ChangeCommand> commands = {ConfirmCommand{}, DeliverCommand{}, ShipCommand{{{"none", 1}}, "", ""}};
  for (const ChangeCommand& command : commands) {
    absl::StatusOr<Decision> decision = DecideChange(confirmed, command, "v1", kStart);
    EXPECT_EQ(RefusalIn(decision), (Refusal{Reason::kEtagMismatch, {{"current_etag", "v2"}}, {}, {}}));
    EXPECT_EQ(decision.status().code(), absl::StatusCode::kAborted);
  }
}

TEST(DecideChangeTest, ReasonIsKeptUntilAnotherIsGiven) {
  Order order = After(MakePending(), ConfirmCommand{"first"});
  order = After(order, ShipCommand{});
  EXPECT_EQ(order.state_reason, "first");
  order = After(order, ReturnCommand{{{"a", 1}}, "broken"});
  EXPECT_EQ(order.state_reason, "broken");
  order = After(order, ReturnCommand{});
  EXPECT_EQ(order.state_reason, "broken");
}

// Each verb without arguments from each state: the table decides, and nothing else.
TEST(StateVerbsTest, EachVerbFromEachState) {
  struct Verb {
    std::string_view name;
    ChangeCommand command;
    OrderState outcome;
  };
  const Verb verbs[] = {
      {"confirm", ConfirmCommand{}, OrderState::kConfirmed}, {"reject", RejectCommand{}, OrderState::kRejected},
      {"cancel", CancelCommand{}, OrderState::kCancelled},   {"ship", ShipCommand{}, OrderState::kShipped},
      {"deliver", DeliverCommand{}, OrderState::kDelivered}, {"return", ReturnCommand{}, OrderState::kReturned},
      {"expiry", ExpireCommand{}, OrderState::kExpired},
  };
  for (OrderState state : kAllOrderStates) {
    for (const Verb& verb : verbs) {
      SCOPED_TRACE(std::string(verb.name) + " from " + std::string(StateName(state)));
      Order order = MakeOrderIn(state);
      order.expire_time = kStart;
      if (state == verb.outcome) {
        ExpectAlreadyHolds(order, verb.command);
      } else if (IsAllowed(state, verb.name)) {
        absl::StatusOr<Decision> decision = Decide(order, verb.command);
        ASSERT_TRUE(decision.ok()) << decision.status();
        EXPECT_EQ(decision->order.state, verb.outcome);
      } else {
        absl::StatusOr<Decision> decision = Decide(order, verb.command);
        EXPECT_EQ(RefusalIn(decision),
                  (Refusal{Reason::kInvalidTransition,
                           {{"current_state", std::string(StateName(state))}, {"allowed", AllowedVerbs(state)}},
                           {},
                           {}}));
        EXPECT_EQ(decision.status().code(), absl::StatusCode::kFailedPrecondition);
      }
    }
  }
}

TEST(StateVerbsTest, RefusalSaysWhatIsAllowed) {
  absl::StatusOr<Decision> decision = Decide(MakeOrderIn(OrderState::kShipped), ConfirmCommand{});
  EXPECT_EQ(decision.status().message(),
            "orders/o1 is SHIPPED: 'confirm' is not possible; allowed from here: deliver, return");
}

TEST(ExpireTest, OnlyOnceItsTimeHasPassed) {
  Order order = MakePending();
  EXPECT_EQ(RefusalIn(Decide(order, ExpireCommand{})).reason, Reason::kInvalidTransition);
  order.expire_time = kStart + kLater;
  EXPECT_EQ(RefusalIn(DecideChange(order, ExpireCommand{}, "", kStart)).reason, Reason::kInvalidTransition);
  absl::StatusOr<Decision> decision = DecideChange(order, ExpireCommand{}, "", kStart + kLater);
  ASSERT_TRUE(decision.ok()) << decision.status();
  EXPECT_EQ(decision->order.state, OrderState::kExpired);
  EXPECT_EQ(decision->event_type, "order.expired");
}

TEST(ShipTest, PartThenRest) {
  const Order confirmed = MakeOrderIn(OrderState::kConfirmed);
  absl::StatusOr<Decision> part = Decide(confirmed, ShipCommand{{{"b", 1}, {"a", 2}}, "DHL", "123"});
  ASSERT_TRUE(part.ok()) << part.status();
  EXPECT_EQ(part->event_type, "order.shipped");
  EXPECT_EQ(part->order.state, OrderState::kPartiallyShipped);
  EXPECT_EQ(part->order.lines[0].quantity_shipped, 2);
  EXPECT_EQ(part->order.lines[1].quantity_shipped, 1);
  EXPECT_THAT(part->order.shipments,
              ElementsAre(Shipment{"1", {{"a", 2}, {"b", 1}}, "DHL", "123", confirmed.update_time + kLater}));
  EXPECT_THAT(part->changed_fields, ElementsAre("lines", "shipments", "state"));

  const Order shipped = After(part->order, ShipCommand{});
  EXPECT_EQ(shipped.state, OrderState::kShipped);
  ASSERT_EQ(shipped.shipments.size(), 2u);
  EXPECT_EQ(shipped.shipments[1].shipment_id, "2");
  EXPECT_THAT(shipped.shipments[1].lines, ElementsAre(LineQuantity{"a", 1}, LineQuantity{"b", 1}));
}

TEST(ShipTest, LineNamedTwiceIsAddedUp) {
  const Order confirmed = MakeOrderIn(OrderState::kConfirmed);
  const Order part = After(confirmed, ShipCommand{{{"a", 1}, {"a", 1}}, "", ""});
  EXPECT_THAT(part.shipments[0].lines, ElementsAre(LineQuantity{"a", 2}));
  EXPECT_EQ(RefusalIn(Decide(confirmed, ShipCommand{{{"a", 2}, {"a", 2}}, "", ""})).reason, Reason::kQuantityExceeded);
}

TEST(ShipTest, NoMoreThanWasOrdered) {
  const Order part = MakeOrderIn(OrderState::kPartiallyShipped);
  absl::StatusOr<Decision> decision = Decide(part, ShipCommand{{{"b", 1}, {"a", 3}}, "", ""});
  EXPECT_EQ(RefusalIn(decision),
            (Refusal{Reason::kQuantityExceeded, {{"line_id", "a"}, {"asked", "3"}, {"available", "2"}}, {}, {}}));
  EXPECT_EQ(decision.status().code(), absl::StatusCode::kFailedPrecondition);
}

TEST(ShipTest, UnknownLinesAndQuantitiesAreViolations) {
  absl::StatusOr<Decision> decision =
      Decide(MakeOrderIn(OrderState::kConfirmed), ShipCommand{{{"a", 0}, {"zzz", 1}, {"b", INT64_MAX}}, "", ""});
  const std::vector<FieldViolation> violations = RefusalIn(decision).violations;
  ASSERT_EQ(violations.size(), 3u);
  EXPECT_EQ(violations[0].field, "lines[0].quantity");
  EXPECT_EQ(violations[1].field, "lines[1].line_id");
  EXPECT_EQ(violations[2].field, "lines[2].quantity");
}

TEST(ShipTest, ShippedOrderTakesNoFurtherLines) {
  EXPECT_EQ(RefusalIn(Decide(MakeOrderIn(OrderState::kShipped), ShipCommand{{{"a", 1}}, "", ""})).reason,
            Reason::kInvalidTransition);
}

TEST(ShipTest, TheLastShipmentAllowedMustCompleteTheOrder) {
  Order order = MakePending();
  order.lines[0].quantity = static_cast<int64_t>(kMaxShipments) + 5;
  order = After(order, ConfirmCommand{});
  for (size_t i = 1; i < kMaxShipments; ++i) order = After(order, ShipCommand{{{"a", 1}}, "", ""});
  ASSERT_EQ(order.shipments.size(), kMaxShipments - 1);
  absl::StatusOr<Decision> decision = Decide(order, ShipCommand{{{"a", 1}}, "", ""});
  EXPECT_EQ(RefusalIn(decision).reason, Reason::kInvalidTransition);
  EXPECT_THAT(std::string(decision.status().message()), HasSubstr("499 of 500 shipments"));
  order = After(order, ShipCommand{});
  EXPECT_EQ(order.state, OrderState::kShipped);
  EXPECT_EQ(order.shipments.back().shipment_id, "500");
}

TEST(ReturnTest, PartThenRest) {
  const Order delivered = MakeOrderIn(OrderState::kDelivered);
  absl::StatusOr<Decision> part = Decide(delivered, ReturnCommand{{{"a", 3}}, "too small"});
  ASSERT_TRUE(part.ok()) << part.status();
  EXPECT_EQ(part->event_type, "order.returned");
  EXPECT_EQ(part->order.state, OrderState::kPartiallyReturned);
  EXPECT_EQ(part->order.lines[0].quantity_returned, 3);
  EXPECT_THAT(part->changed_fields, ElementsAre("lines", "state", "state_reason"));
  EXPECT_EQ(RefusalIn(Decide(part->order, ReturnCommand{{{"a", 1}}, ""})),
            (Refusal{Reason::kQuantityExceeded, {{"line_id", "a"}, {"asked", "1"}, {"available", "0"}}, {}, {}}));
  const Order rest = After(part->order, ReturnCommand{});
  EXPECT_EQ(rest.state, OrderState::kReturned);
  EXPECT_EQ(rest.lines[1].quantity_returned, 2);
}

TEST(RefundTest, PartThenRest) {
  const Order paid = Paid();
  absl::StatusOr<Decision> part = Decide(paid, RefundCommand{Money::FromUnits(8, 500'000'000), "EUR", "late"});
  ASSERT_TRUE(part.ok()) << part.status();
  EXPECT_EQ(part->event_type, "order.refunded");
  EXPECT_EQ(part->order.state, paid.state);
  EXPECT_EQ(part->order.payment_state, PaymentState::kPartiallyRefunded);
  EXPECT_EQ(part->order.refunded_total, Money::FromUnits(8, 500'000'000));
  EXPECT_THAT(part->changed_fields, ElementsAre("payment_state", "refunded_total", "state_reason"));
  EXPECT_EQ(RefusalIn(Decide(part->order, RefundCommand{Money::FromUnits(30, 1), "EUR", ""})),
            (Refusal{Reason::kRefundExceedsPaid, {{"asked", "30.000000001"}, {"available", "30"}}, {}, {}}));

  const Order all = After(part->order, RefundCommand{});
  EXPECT_EQ(all.payment_state, PaymentState::kRefunded);
  EXPECT_EQ(all.refunded_total, all.totals.total);
  ExpectAlreadyHolds(all, RefundCommand{});
  EXPECT_EQ(RefusalIn(Decide(all, RefundCommand{Money::FromUnits(1), "EUR", ""})).reason, Reason::kRefundExceedsPaid);
}

TEST(RefundTest, InEveryStateOfTheOrder) {
  for (OrderState state : kAllOrderStates) {
    EXPECT_EQ(After(Paid(state), RefundCommand{}).payment_state, PaymentState::kRefunded) << StateName(state);
  }
}

TEST(RefundTest, OnlyWhatWasPaid) {
  const Order unpaid = MakeOrderIn(OrderState::kConfirmed);
  const Order authorized = After(unpaid, PaymentUpdate(PaymentState::kAuthorized));
  for (const Order& order : {unpaid, authorized, After(authorized, PaymentUpdate(PaymentState::kVoided))}) {
    const Refusal refusal = RefusalIn(Decide(order, RefundCommand{}));
    EXPECT_EQ(refusal.reason, Reason::kInvalidTransition);
    EXPECT_EQ(refusal.metadata.at("current_state"), "CONFIRMED");
    EXPECT_EQ(refusal.metadata.at("current_payment_state"), StateName(order.payment_state));
  }
}

TEST(RefundTest, NothingToRefundOfAFreeOrder) {
  CreateCommand command = MakeCreate();
  command.lines = {MakeLine("a", 1, Money())};
  command.shipping_fee = Money();
  const Order paid = After(DecideCreate(command, kStart)->order, PaymentUpdate(PaymentState::kCaptured));
  EXPECT_EQ(RefusalIn(Decide(paid, RefundCommand{})).reason, Reason::kRefundExceedsPaid);
}

TEST(RefundTest, AmountMustBePositiveAndInTheOrdersCurrency) {
  const std::vector<FieldViolation> violations =
      RefusalIn(Decide(Paid(), RefundCommand{Money::FromUnits(-1), "USD", ""})).violations;
  ASSERT_EQ(violations.size(), 2u);
  EXPECT_EQ(violations[0].field, "amount.currency_code");
  EXPECT_EQ(violations[1].field, "amount");
  EXPECT_EQ(RefusalIn(Decide(Paid(), RefundCommand{Money(), "EUR", ""})).reason, Reason::kInvalidRequest);
}

TEST(EraseTest, WipesPersonalDataInEveryState) {
  for (OrderState state : kAllOrderStates) {
    Order order = MakeOrderIn(state);
    ExpectAlreadyHolds(order, EraseCommand{});
    order.note = "personal";
    order.shipping_address = MakeAddress("Oslo");
    absl::StatusOr<Decision> decision = Decide(order, EraseCommand{});
    ASSERT_TRUE(decision.ok()) << decision.status();
    EXPECT_EQ(decision->event_type, "order.customer_data_erased");
    EXPECT_THAT(decision->changed_fields, ElementsAre("note", "shipping_address"));
    Order expected = order;
    expected.note.clear();
    expected.shipping_address.reset();
    expected.version = order.version + 1;
    expected.update_time = decision->order.update_time;
    EXPECT_EQ(decision->order, expected);
  }
}

TEST(UpdateTest, ReplacesWhatIsNamedAndNothingElse) {
  UpdateCommand command;
  command.note = "new";
  command.labels = std::map<std::string, std::string>{{"k", "v"}};
  absl::StatusOr<Decision> decision = Decide(MakeOrderIn(OrderState::kReturned), command);
  ASSERT_TRUE(decision.ok()) << decision.status();
  EXPECT_EQ(decision->event_type, "order.updated");
  EXPECT_THAT(decision->changed_fields, ElementsAre("labels", "note"));
}

TEST(UpdateTest, NewLinesMoveTheTotals) {
  UpdateCommand command;
  command.lines = {MakeLine("", 4, Money::FromUnits(2)), MakeLine("", 1, Money::FromUnits(1))};
  command.amounts_currency = "EUR";
  absl::StatusOr<Decision> decision = Decide(MakePending(), command);
  ASSERT_TRUE(decision.ok()) << decision.status();
  EXPECT_EQ(decision->order.lines[1].line_id, "2");
  EXPECT_EQ(decision->order.totals.total, Money::FromUnits(13));
  EXPECT_THAT(decision->changed_fields, ElementsAre("discount_total", "lines", "subtotal", "tax_total", "total"));
}

TEST(UpdateTest, SameValuesChangeNothingInAnyState) {
  for (OrderState state : kAllOrderStates) {
    SCOPED_TRACE(StateName(state));
    const Order order = MakeOrderIn(state);
    UpdateCommand command;
    command.lines = MakeCreate().lines;
    command.shipping_fee = order.shipping_fee;
    command.shipping_address = order.shipping_address;
    command.expire_time = order.expire_time;
    command.payment_state = order.payment_state;
    ExpectAlreadyHolds(order, command);
  }
}

TEST(UpdateTest, EachFieldInEachState) {
  std::map<std::string_view, UpdateCommand> commands;
  commands["lines"].lines = {MakeLine("z", 1, Money())};
  commands["shipping_fee"].shipping_fee = Money::FromUnits(9);
  commands["expire_time"].expire_time = kStart + absl::Hours(24);
  commands["shipping_address"].shipping_address = MakeAddress("Oslo");
  commands["external_reference"].external_reference = "web-1";
  commands["labels"].labels = std::map<std::string, std::string>{{"a", "b"}};
  commands["note"].note = "n";
  commands["payment_state"].payment_state = PaymentState::kCaptured;
  ASSERT_EQ(commands.size(), MutableFields().size());
  for (const MutableField& field : MutableFields()) {
    for (OrderState state : kAllOrderStates) {
      SCOPED_TRACE(std::string(field.path) + " in " + std::string(StateName(state)));
      const Order order = MakeOrderIn(state);
      absl::StatusOr<Decision> decision = Decide(order, commands[field.path]);
      if (IsMutable(field, state, order.payment_state)) {
        ASSERT_TRUE(decision.ok()) << decision.status();
        EXPECT_THAT(decision->changed_fields, testing::Contains(std::string(field.path)));
      } else {
        EXPECT_EQ(RefusalIn(decision).reason, Reason::kFieldNotMutable);
        EXPECT_EQ(RefusalIn(decision).metadata.at("field"), field.path);
        EXPECT_EQ(RefusalIn(decision).metadata.at("current_state"), StateName(state));
      }
    }
  }
}

TEST(UpdateTest, PaidOrdersKeepTheirTotal) {
  UpdateCommand command;
  command.shipping_fee = Money::FromUnits(9);
  absl::StatusOr<Decision> decision = Decide(Paid(OrderState::kPending), command);
  EXPECT_EQ(RefusalIn(decision).reason, Reason::kFieldNotMutable);
  EXPECT_EQ(decision.status().message(),
            "order.shipping_fee can be changed only while the order is PENDING and UNPAID; orders/o1 is PENDING and "
            "CAPTURED");
}

TEST(UpdateTest, EachPaymentMove) {
  const std::set<std::pair<PaymentState, PaymentState>> by_update = {
      {PaymentState::kUnpaid, PaymentState::kAuthorized},
      {PaymentState::kUnpaid, PaymentState::kCaptured},
      {PaymentState::kAuthorized, PaymentState::kCaptured},
      {PaymentState::kAuthorized, PaymentState::kVoided},
  };
  for (PaymentState from : kAllPaymentStates) {
    for (PaymentState to : kAllPaymentStates) {
      SCOPED_TRACE(std::string(StateName(from)) + " to " + std::string(StateName(to)));
      Order order = MakePending();
      order.payment_state = from;
      if (from == to) {
        ExpectAlreadyHolds(order, PaymentUpdate(to));
      } else if (by_update.contains({from, to})) {
        EXPECT_EQ(After(order, PaymentUpdate(to)).payment_state, to);
      } else {
        EXPECT_EQ(RefusalIn(Decide(order, PaymentUpdate(to))).reason, Reason::kInvalidTransition);
      }
    }
  }
}

TEST(UpdateTest, WrongInAnyStateIsInvalid) {
  UpdateCommand command;
  command.lines = {MakeLine("a", 1, kMaxAmount), MakeLine("a", 1, kMaxAmount)};
  command.amounts_currency = "USD";
  command.expire_time = kStart - absl::Seconds(1);
  std::vector<std::string> fields;
  for (const FieldViolation& violation : RefusalIn(Decide(MakeOrderIn(OrderState::kShipped), command)).violations) {
    fields.push_back(violation.field);
  }
  EXPECT_THAT(fields,
              ElementsAre("order.lines", "order.lines[1].line_id", "order.lines", "order.lines", "order.expire_time"));
}

TEST(UpdateTest, ExpireTimeCanBeTakenAway) {
  Order order = MakePending();
  order.expire_time = kStart + absl::Hours(1);
  UpdateCommand command;
  command.expire_time.emplace(std::nullopt);
  EXPECT_EQ(After(order, command).expire_time, std::nullopt);
}

}  // namespace
}  // namespace orders::domain
