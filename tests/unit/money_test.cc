#include "server/domain/money.h"

#include <gtest/gtest.h>

#include "server/domain/limits.h"

namespace orders::domain {
namespace {

TEST(MoneyTest, DecimalIsTheShortestExactOne) {
  EXPECT_EQ(Money().ToDecimal(), "0");
  EXPECT_EQ(Money::FromUnits(12, 990'000'000).ToDecimal(), "12.99");
  EXPECT_EQ(Money::FromUnits(100).ToDecimal(), "100");
  EXPECT_EQ(Money::FromUnits(0, 1).ToDecimal(), "0.000000001");
  EXPECT_EQ(Money::FromUnits(0, -500'000'000).ToDecimal(), "-0.5");
  EXPECT_EQ(Money::FromUnits(-3, -10'000'000).ToDecimal(), "-3.01");
}

TEST(MoneyTest, DecimalHoldsSumsBeyond64Bits) {
  EXPECT_EQ((kMaxAmount * kMaxQuantity).ToDecimal(), "999999999999999000000");
  EXPECT_EQ((Money::FromUnits(1'000'000'000'000'000'000, 5)).ToDecimal(), "1000000000000000000.000000005");
  EXPECT_EQ((Money::FromUnits(1'000'000'000'000'000'000) * -5000).ToDecimal(), "-5000000000000000000000");
}

TEST(MoneyTest, UnitsAndNanosHaveOneSign) {
  const Money debt = Money::FromUnits(1) - Money::FromUnits(2, 250'000'000);
  EXPECT_EQ(debt.units(), -1);
  EXPECT_EQ(debt.nanos(), -250'000'000);
  EXPECT_EQ(debt, Money::FromUnits(-1, -250'000'000));
}

TEST(MoneyTest, ArithmeticIsExact) {
  Money sum;
  for (int i = 0; i < 10; ++i) sum += Money::FromUnits(0, 100'000'000);
  EXPECT_EQ(sum, Money::FromUnits(1));
  EXPECT_EQ(Money::FromUnits(0, 333'333'333) * 3, Money::FromUnits(0, 999'999'999));
}

TEST(MoneyTest, TheLargestOrderAllowedDoesNotOverflow) {
  Money sum;
  for (size_t i = 0; i < kMaxLines; ++i) sum += kMaxAmount * kMaxQuantity;
  EXPECT_EQ(sum.ToDecimal(), "499999999999999500000000");
  EXPECT_GT(sum, kMaxAmount);
}

TEST(MoneyTest, Orders) {
  EXPECT_LT(Money::FromUnits(-1), Money());
  EXPECT_LT(Money::FromUnits(1, 1), Money::FromUnits(1, 2));
  EXPECT_TRUE(Money().is_zero());
  EXPECT_FALSE(Money::FromUnits(0, 1).is_zero());
}

}  // namespace
}  // namespace orders::domain
