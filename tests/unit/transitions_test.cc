#include "server/domain/transitions.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

namespace orders::domain {
namespace {

TEST(StateNameTest, RoundTrips) {
  for (OrderState state : kAllOrderStates) EXPECT_EQ(ParseOrderState(StateName(state)), state);
  for (PaymentState state : kAllPaymentStates) EXPECT_EQ(ParsePaymentState(StateName(state)), state);
  EXPECT_EQ(StateName(OrderState::kPartiallyReturned), "PARTIALLY_RETURNED");
  EXPECT_EQ(StateName(PaymentState::kVoided), "VOIDED");
}

TEST(StateNameTest, OtherNamesAreNoStates) {
  for (std::string_view name : {"", "pending", "PENDING ", "ORDER_STATE_PENDING", "UNSPECIFIED"}) {
    EXPECT_EQ(ParseOrderState(name), std::nullopt) << name;
    EXPECT_EQ(ParsePaymentState(name), std::nullopt) << name;
  }
}

TEST(TransitionsTest, EveryStateCanBeReachedFromPending) {
  std::set<OrderState> reached = {OrderState::kPending};
  for (size_t before = 0; before != reached.size();) {
    before = reached.size();
    for (const StateTransition& row : StateTransitions()) {
      if (reached.contains(row.from)) reached.insert(row.to);
    }
  }
  EXPECT_EQ(reached.size(), std::size(kAllOrderStates));
}

TEST(TransitionsTest, FinalStates) {
  for (OrderState state :
       {OrderState::kRejected, OrderState::kExpired, OrderState::kCancelled, OrderState::kReturned}) {
    EXPECT_EQ(AllowedVerbs(state), "none (final)") << StateName(state);
  }
  EXPECT_EQ(AllowedVerbs(PaymentState::kRefunded), "none (final)");
  EXPECT_EQ(AllowedVerbs(PaymentState::kVoided), "none (final)");
}

TEST(TransitionsTest, AllowedVerbsAreSortedAndOnce) {
  EXPECT_EQ(AllowedVerbs(OrderState::kPending), "cancel, confirm, reject");
  EXPECT_EQ(AllowedVerbs(OrderState::kConfirmed), "cancel, ship");
  EXPECT_EQ(AllowedVerbs(OrderState::kShipped), "deliver, return");
  EXPECT_EQ(AllowedVerbs(PaymentState::kUnpaid), "update");
  EXPECT_EQ(AllowedVerbs(PaymentState::kCaptured), "refund");
}

TEST(TransitionsTest, IsAllowedFollowsTheTable) {
  EXPECT_TRUE(IsAllowed(OrderState::kPending, OrderState::kCancelled));
  EXPECT_FALSE(IsAllowed(OrderState::kCancelled, OrderState::kPending));
  EXPECT_FALSE(IsAllowed(OrderState::kPartiallyShipped, OrderState::kCancelled));
  EXPECT_TRUE(IsAllowed(OrderState::kPending, "expiry"));
  EXPECT_FALSE(IsAllowed(OrderState::kConfirmed, "expiry"));
  EXPECT_TRUE(IsAllowed(PaymentState::kUnpaid, PaymentState::kCaptured));
  EXPECT_FALSE(IsAllowed(PaymentState::kUnpaid, PaymentState::kVoided));
  EXPECT_FALSE(IsAllowed(PaymentState::kAuthorized, "refund"));
}

TEST(MutableFieldsTest, WhatMovesTheTotalNeedsAnUnpaidOrder) {
  std::map<std::string_view, MutableField> fields;
  for (const MutableField& field : MutableFields()) fields[field.path] = field;
  ASSERT_EQ(fields.size(), 8u);
  EXPECT_TRUE(IsMutable(fields["lines"], OrderState::kPending, PaymentState::kUnpaid));
  EXPECT_FALSE(IsMutable(fields["lines"], OrderState::kPending, PaymentState::kAuthorized));
  EXPECT_FALSE(IsMutable(fields["shipping_fee"], OrderState::kConfirmed, PaymentState::kUnpaid));
  EXPECT_TRUE(IsMutable(fields["shipping_address"], OrderState::kPartiallyShipped, PaymentState::kCaptured));
  EXPECT_FALSE(IsMutable(fields["shipping_address"], OrderState::kShipped, PaymentState::kCaptured));
  EXPECT_TRUE(IsMutable(fields["note"], OrderState::kReturned, PaymentState::kRefunded));
}

}  // namespace
}  // namespace orders::domain
