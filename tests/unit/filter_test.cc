#include "server/validate/filter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace orders::validate {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

const char* Text(FilterOperator op) {
  static constexpr const char* kTexts[] = {"=", "!=", "<", "<=", ">", ">=", ":"};
  return kTexts[static_cast<size_t>(op)];
}

std::string Text(const FilterComparison& comparison) {
  static constexpr const char* kFields[] = {"state",       "customer_id",        "create_time",
                                            "update_time", "external_reference", "labels."};
  std::string text =
      absl::StrCat(kFields[static_cast<size_t>(comparison.field)], comparison.label_key, Text(comparison.op));
  if (const auto* string = std::get_if<std::string>(&comparison.value)) absl::StrAppend(&text, "<", *string, ">");
  if (const auto* state = std::get_if<domain::OrderState>(&comparison.value)) {
    absl::StrAppend(&text, std::string(domain::StateName(*state)));
  }
  if (const auto* time = std::get_if<absl::Time>(&comparison.value)) {
    absl::StrAppend(&text, absl::FormatTime("%E4Y-%m-%dT%H:%M:%E*S%Ez", *time, absl::UTCTimeZone()));
  }
  return text;
}

// The tree with every node in parentheses.
std::string Text(const FilterExpression& expression) {
  static constexpr const char* kWords[] = {"", "and", "or", "not"};
  if (expression.kind == FilterExpression::Kind::kComparison) return Text(expression.comparison);
  std::string text = absl::StrCat("(", kWords[static_cast<size_t>(expression.kind)]);
  for (const FilterExpression& operand : expression.operands) absl::StrAppend(&text, " ", Text(operand));
  return text + ")";
}

std::string Parsed(std::string_view filter) {
  const absl::StatusOr<FilterExpression> expression = ParseFilter(filter);
  return expression.ok() ? Text(*expression) : std::string(expression.status().message());
}

TEST(Filter, Comparisons) {
  const std::pair<const char*, const char*> cases[] = {
      {"state = CONFIRMED", "state=CONFIRMED"},
      {"state=CONFIRMED", "state=CONFIRMED"},
      {" state\n!=\tORDER_STATE_PARTIALLY_SHIPPED ", "state!=PARTIALLY_SHIPPED"},
      {"state:\"PENDING\"", "state=PENDING"},
      {"customer_id = c-1", "customer_id=<c-1>"},
      {"customer_id:\"two words\"", "customer_id=<two words>"},
      {R"(external_reference != "say \"hi\" \\ bye")", R"(external_reference!=<say "hi" \ bye>)"},
      {"external_reference = \"\"", "external_reference=<>"},
      {"customer_id = Zoë", "customer_id=<Zoë>"},
      {"customer_id = a@b.example/c+d", "customer_id=<a@b.example/c+d>"},
      {"create_time >= \"2026-01-31T00:00:00Z\"", "create_time>=2026-01-31T00:00:00+00:00"},
      {"create_time<2026-01-31T02:00:00+02:00", "create_time<2026-01-31T00:00:00+00:00"},
      {"update_time <= 2026-01-31T00:00:00.5Z", "update_time<=2026-01-31T00:00:00.5+00:00"},
      {"update_time > 2026-01-31T00:00:00.1234569Z", "update_time>2026-01-31T00:00:00.123456+00:00"},
      {"update_time : 2026-01-31T00:00:00Z", "update_time=2026-01-31T00:00:00+00:00"},
      {"create_time != 0001-01-01T00:00:00Z", "create_time!=0001-01-01T00:00:00+00:00"},
      {"create_time = 9999-12-31T23:59:59.999999Z", "create_time=9999-12-31T23:59:59.999999+00:00"},
      {"labels.gift = yes", "labels.gift=<yes>"},
      {"labels.gift : yes", "labels.gift=<yes>"},
      {"labels.gift-wrap_2 != \"\"", "labels.gift-wrap_2!=<>"},
      {"labels.\"gift-wrap\" = yes", "labels.gift-wrap=<yes>"},
      {"labels:gift", "labels.gift:<>"},
      {"labels:\"gift\"", "labels.gift:<>"},
      {"labels.gift:*", "labels.gift:<>"},
      {"labels.gift:\"*\"", "labels.gift=<*>"},
      {"customer_id = \"'; DROP TABLE orders; --\"", "customer_id=<'; DROP TABLE orders; -->"},
      {"customer_id = \"AND\"", "customer_id=<AND>"},
  };
  for (const auto& [filter, tree] : cases) EXPECT_EQ(Parsed(filter), tree) << filter;
}

TEST(Filter, EveryStateByName) {
  for (const domain::OrderState state : domain::kAllOrderStates) {
    const std::string name(domain::StateName(state));
    EXPECT_EQ(Parsed("state=" + name), "state=" + name);
  }
}

TEST(Filter, NothingIsEverything) {
  EXPECT_EQ(Parsed(""), "(and)");
  EXPECT_EQ(Parsed(" \n\t"), "(and)");
}

TEST(Filter, OrBindsTighterThanAnd) {
  const std::pair<const char*, const char*> cases[] = {
      {"labels:a AND labels:b OR labels:c", "(and labels.a:<> (or labels.b:<> labels.c:<>))"},
      {"labels:a OR labels:b AND labels:c", "(and (or labels.a:<> labels.b:<>) labels.c:<>)"},
      {"(labels:a AND labels:b) OR labels:c", "(or (and labels.a:<> labels.b:<>) labels.c:<>)"},
      {"labels:a AND labels:b AND labels:c", "(and labels.a:<> labels.b:<> labels.c:<>)"},
      {"NOT labels:a OR labels:b", "(or (not labels.a:<>) labels.b:<>)"},
      {"-labels:a AND -(labels:b OR labels:c)", "(and (not labels.a:<>) (not (or labels.b:<> labels.c:<>)))"},
      {"NOT(labels:a)AND labels:b", "(and (not labels.a:<>) labels.b:<>)"},
      {"((labels:a))", "labels.a:<>"},
  };
  for (const auto& [filter, tree] : cases) EXPECT_EQ(Parsed(filter), tree) << filter;
}

TEST(Filter, ErrorsSayWhatAndWhere) {
  const std::pair<std::string, const char*> cases[] = {
      {"total > 5", "at character 1: 'total' is not a field to filter by"},
      {"labels.Gift = x", "at character 1: 'labels.Gift' is not a field"},
      {"labels. = x", "at character 1: 'labels.' is not a field"},
      {"= x", "at character 1: a field is expected"},
      {"state", "at character 6: an operator is expected"},
      {"state ~ x", "at character 7: an operator is expected"},
      {"state =", "at character 8: a value is expected"},
      {"customer_id = AND state = PENDING", "at character 15: a value is expected"},
      {"state = confirmed", "at character 9: 'confirmed' is not a state; use PENDING, CONFIRMED, PARTIALLY_SHIPPED"},
      {"state = UNSPECIFIED", "at character 9: 'UNSPECIFIED' is not a state"},
      {"state < CONFIRMED", "at character 7: this field takes only =, != and :"},
      {"customer_id >= a", "at character 13: this field takes only"},
      {"labels.a > b", "at character 10: this field takes only"},
      {"labels = a", "at character 8: labels takes only ':'"},
      {"labels:*", "at character 8: '*' is not a label key"},
      {"customer_id = ab*", "at character 15: 'ab*' has a wildcard"},
      {"customer_id : *", "at character 15: '*' has a wildcard"},
      {"create_time > yesterday", "at character 15: 'yesterday' is not a time in RFC 3339"},
      {"create_time > infinite-past", "at character 15: 'infinite-past' is not a time"},
      {"create_time < infinite-future", "at character 15: 'infinite-future' is not a time"},
      {"create_time > 2026-02-30T00:00:00Z", "is not a time"},
      {"create_time > 10000-01-01T00:00:00Z", "is not a time"},
      {"create_time > 0000-12-31T23:59:59Z", "is not a time"},
      {"create_time > 2026-01-01", "is not a time"},
      {"state=PENDING state=SHIPPED", "at character 15: write AND or OR between two conditions"},
      {"state=PENDING and state=SHIPPED", "at character 15: write AND or OR"},
      {"state=PENDING AND", "at character 18: a field is expected"},
      {"NOT NOT state=PENDING", "at character 5: 'NOT' is not a field"},
      {"(state=PENDING", "at character 15: a ')' is missing"},
      {"state=PENDING)", "at character 14: this ')' has no '('"},
      {"()", "at character 2: a field is expected"},
      {"customer_id = \"ab", "at character 18: the closing \" is missing"},
      {"customer_id = \"ab\\", "at character 19: the closing \" is missing"},
      {"customer_id = \"a\\n\"", "at character 18: after a backslash"},
      {"customer_id = \"a\nb\"", "at character 17: a value can't hold control characters"},
      {std::string("customer_id = \"a\0b\"", 19), "at character 17: a value can't hold control characters"},
      {std::string("state\0= PENDING", 15), "at character 6: an operator is expected"},
      {"customer_id = \xff", "is not UTF-8"},
      {"customer_id = \"€€€\" AND bogus = 1", "at character 25: 'bogus'"},
  };
  for (const auto& [filter, problem] : cases) {
    EXPECT_EQ(ParseFilter(filter).status().code(), absl::StatusCode::kInvalidArgument) << filter;
    EXPECT_THAT(Parsed(filter), HasSubstr(problem)) << filter;
  }
}

TEST(Filter, LengthCountsCharacters) {
  const auto of_length = [](size_t characters) {
    std::string filter = "customer_id = ";
    for (size_t i = filter.size(); i < characters; ++i) filter += "€";
    return filter;
  };
  EXPECT_TRUE(ParseFilter(of_length(kMaxFilterCharacters)).ok());
  EXPECT_EQ(Parsed(of_length(kMaxFilterCharacters + 1)), "has 4097 characters; at most 4096 are allowed");
}

TEST(Filter, NumberOfComparisons) {
  const auto of_size = [](size_t comparisons) {
    return absl::StrJoin(std::vector<std::string>(comparisons, "state=PENDING"), " OR ");
  };
  EXPECT_TRUE(ParseFilter(of_size(kMaxFilterComparisons)).ok());
  EXPECT_THAT(Parsed(of_size(kMaxFilterComparisons + 1)), HasSubstr("more than 64 comparisons"));
}

TEST(Filter, Depth) {
  const auto of_depth = [](size_t depth, std::string_view open) {
    std::string filter;
    for (size_t i = 0; i < depth; ++i) filter += open;
    return filter + "state=PENDING" + std::string(depth, ')');
  };
  EXPECT_EQ(Parsed(of_depth(kMaxFilterDepth, "(")), "state=PENDING");
  EXPECT_THAT(Parsed(of_depth(kMaxFilterDepth + 1, "(")), StartsWith("at character 34: nested more than 32"));
  EXPECT_TRUE(ParseFilter(of_depth(kMaxFilterDepth, "-(")).ok());
  EXPECT_THAT(Parsed(std::string(4000, '(')), HasSubstr("nested more than 32 levels deep"));
  EXPECT_THAT(Parsed(std::string(4000, '-')), HasSubstr("is not a field"));
}

}  // namespace
}  // namespace orders::validate
