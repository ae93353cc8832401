#include "server/domain/refusal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "absl/strings/cord.h"

namespace orders::domain {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kPayloadType[] = "type.orders.v1/refusal";

TEST(RefusalTest, EveryPartSurvivesTheStatus) {
  const Refusal refusal{Reason::kOverloaded,
                        {{"current_etag", "v7"}, {"", "empty key"}, {"empty value", ""}},
                        {{"order.lines[0].quantity", std::string("with \0 inside", 13)}, {"", ""}},
                        absl::Milliseconds(1500)};
  const absl::Status status = Refuse("slow down", refusal);
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(status.message(), "slow down");
  EXPECT_EQ(RefusalOf(status), refusal);
}

TEST(RefusalTest, RetryAfterMayBeAbsentOrZero) {
  EXPECT_EQ(RefusalOf(Refuse(Reason::kUnavailable, "away"))->retry_after, std::nullopt);
  EXPECT_EQ(RefusalOf(Refuse("away", {Reason::kUnavailable, {}, {}, absl::ZeroDuration()}))->retry_after,
            absl::ZeroDuration());
}

TEST(RefusalTest, EachReasonHasItsRowCodeAndName) {
  std::set<std::string_view> names;
  for (size_t i = 0; i < Reasons().size(); ++i) {
    const ReasonRow& row = Reasons()[i];
    EXPECT_EQ(static_cast<size_t>(row.reason), i) << row.name;
    EXPECT_EQ(&RowOf(row.reason), &row);
    EXPECT_TRUE(names.insert(row.name).second) << row.name << " is there twice";
    EXPECT_NE(row.code, absl::StatusCode::kOk) << row.name;
    EXPECT_TRUE(row.meaning.ends_with('.')) << row.name;
    EXPECT_EQ(RefusalOf(Refuse(row.reason, "no"))->reason, row.reason);
  }
  EXPECT_EQ(Reasons().back().reason, Reason::kInternal);
}

TEST(RefusalTest, InvalidNamesEveryViolationButQuotesFew) {
  std::vector<FieldViolation> violations;
  for (int i = 0; i < 500; ++i) violations.push_back({"field" + std::to_string(i), "is wrong"});
  const absl::Status status = RefuseInvalid(violations);
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(RefusalOf(status)->violations, violations);
  EXPECT_THAT(std::string(status.message()), HasSubstr("field0: is wrong; field1: is wrong"));
  EXPECT_THAT(std::string(status.message()), HasSubstr("and 497 more"));
  EXPECT_THAT(std::string(RefuseInvalid({{"a", "b"}}).message()), Not(HasSubstr("more")));
}

TEST(RefusalTest, StatusOfOthersIsNoRefusal) {
  EXPECT_EQ(RefusalOf(absl::OkStatus()), std::nullopt);
  EXPECT_EQ(RefusalOf(absl::InternalError("plain")), std::nullopt);
}

TEST(RefusalTest, DamagedPayloadIsNoRefusal) {
  const absl::Status whole = Refuse("no", {Reason::kInvalidRequest, {{"k", "v"}}, {{"f", "d"}}, absl::Seconds(1)});
  const std::string payload(whole.GetPayload(kPayloadType).value());
  const auto decode = [](const std::string& bytes) {
    absl::Status status = absl::InternalError("no");
    status.SetPayload(kPayloadType, absl::Cord(bytes));
    return RefusalOf(status);
  };
  ASSERT_NE(decode(payload), std::nullopt);
  for (size_t size = 0; size < payload.size(); ++size) EXPECT_EQ(decode(payload.substr(0, size)), std::nullopt) << size;
  EXPECT_EQ(decode(payload + "x"), std::nullopt);
  EXPECT_EQ(decode(std::string(64, '\xff')), std::nullopt);
}

}  // namespace
}  // namespace orders::domain
