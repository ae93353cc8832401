#include <gmock/gmock.h>
#include <google/rpc/code.pb.h>
#include <google/rpc/error_details.pb.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <string>

#include "client/cli/money_text.h"
#include "client/cli/order_input.h"
#include "client/cli/order_text.h"
#include "client/cli/status_text.h"

namespace orders::cli {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;

google::type::Money Amount(int64_t units, int32_t nanos, const std::string& currency = "EUR") {
  google::type::Money amount;
  amount.set_units(units);
  amount.set_nanos(nanos);
  amount.set_currency_code(currency);
  return amount;
}

google::rpc::Status Failure(google::rpc::Code code, const std::string& message, const std::string& reason) {
  google::rpc::Status status;
  status.set_code(code);
  status.set_message(message);
  google::rpc::ErrorInfo info;
  info.set_reason(reason);
  info.set_domain("orders.v1");
  status.add_details()->PackFrom(info);
  return status;
}

TEST(ParseMoney, ReadsWholeAmountsAndDecimalsExactly) {
  struct Case {
    const char* text;
    int64_t units;
    int32_t nanos;
  };
  for (const Case& c : {Case{"12.99 EUR", 12, 990'000'000}, Case{"12 EUR", 12, 0}, Case{"0.000000001 EUR", 0, 1},
                        Case{"0.1 EUR", 0, 100'000'000}, Case{"007.50 EUR", 7, 500'000'000},
                        Case{"9007199254740993.01 EUR", 9'007'199'254'740'993, 10'000'000}}) {
    const auto amount = ParseMoney(c.text);
    ASSERT_TRUE(amount.ok()) << c.text << ": " << amount.status();
    EXPECT_EQ(amount->units(), c.units) << c.text;
    EXPECT_EQ(amount->nanos(), c.nanos) << c.text;
    EXPECT_EQ(amount->currency_code(), "EUR") << c.text;
  }
}

TEST(ParseMoney, RefusesWhatIsNotAnExactAmountAndQuotesIt) {
  for (const std::string text : {"",
                                 " ",
                                 "12.99",
                                 "12.99EUR",
                                 "EUR 12.99",
                                 "12.99 eur",
                                 "12.99 EURO",
                                 "12.99  EUR",
                                 "12.99 EUR ",
                                 "12,99 EUR",
                                 ".99 EUR",
                                 "12. EUR",
                                 "-1 EUR",
                                 "+1 EUR",
                                 "1e3 EUR",
                                 "0x1 EUR",
                                 "1.0000000001 EUR",
                                 "1.2.3 EUR",
                                 "1.-5 EUR",
                                 "9223372036854775808 EUR"}) {
    const auto amount = ParseMoney(text);
    ASSERT_FALSE(amount.ok()) << "'" << text << "' was read as " << FormatMoney(*amount);
    EXPECT_EQ(amount.status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_THAT(std::string(amount.status().message()), HasSubstr("'" + text + "'"));
  }
}

TEST(FormatMoney, ShowsTwoDecimalsAndAsManyMoreAsThereAre) {
  EXPECT_EQ(FormatMoney(Amount(12, 990'000'000)), "12.99 EUR");
  EXPECT_EQ(FormatMoney(Amount(12, 500'000'000)), "12.50 EUR");
  EXPECT_EQ(FormatMoney(Amount(0, 0)), "0.00 EUR");
  EXPECT_EQ(FormatMoney(Amount(0, 100'000)), "0.0001 EUR");
  EXPECT_EQ(FormatMoney(Amount(0, 1)), "0.000000001 EUR");
  EXPECT_EQ(FormatMoney(Amount(5, 10'000'000, "USD")), "5.01 USD");
}

TEST(FormatMoney, ShowsTheSignOfNegativeAmounts) {
  EXPECT_EQ(FormatMoney(Amount(-1, -500'000'000)), "-1.50 EUR");
  EXPECT_EQ(FormatMoney(Amount(0, -500'000'000)), "-0.50 EUR");
  EXPECT_EQ(FormatMoney(Amount(std::numeric_limits<int64_t>::min(), 0)), "-9223372036854775808.00 EUR");
}

TEST(FormatMoney, IsReadBackAsTheSameAmount) {
  for (const google::type::Money& amount :
       {Amount(0, 1), Amount(1, 999'999'999), Amount(999'999'999'999'999, 10'000'000), Amount(3, 0)}) {
    const auto read = ParseMoney(FormatMoney(amount));
    ASSERT_TRUE(read.ok()) << read.status();
    EXPECT_EQ(read->SerializeAsString(), amount.SerializeAsString()) << FormatMoney(amount);
  }
}

TEST(ParseLine, ReadsEveryPartAndLeavesCommasInTheDescription) {
  const auto line = ParseLine("product=ABC,qty=2,price=12.99 EUR,discount=1 EUR,tax=0.5 EUR,id=L1,description=a, b=c");
  ASSERT_TRUE(line.ok()) << line.status();
  EXPECT_EQ(line->product_id(), "ABC");
  EXPECT_EQ(line->quantity(), 2);
  EXPECT_EQ(FormatMoney(line->unit_price()), "12.99 EUR");
  EXPECT_EQ(FormatMoney(line->discount()), "1.00 EUR");
  EXPECT_EQ(FormatMoney(line->tax()), "0.50 EUR");
  EXPECT_EQ(line->line_id(), "L1");
  EXPECT_EQ(line->description(), "a, b=c");
}

TEST(ParseLine, SaysWhichPartIsWrong) {
  const auto error = [](const char* text) { return std::string(ParseLine(text).status().message()); };
  EXPECT_THAT(error("product=ABC,qty=2.5"), HasSubstr("qty='2.5' is not a whole number"));
  EXPECT_THAT(error("product=ABC,qty=1,price=12.99"), HasSubstr("'12.99' is not an amount"));
  EXPECT_THAT(error("product=ABC,colour=red"), HasSubstr("'colour' is not part of a line"));
  EXPECT_THAT(error("ABC"), HasSubstr("--line 'ABC' must look like"));
}

TEST(ParseOrderJson, ReadsProtoNamesAndRefusesUnknownFields) {
  const auto order = ParseOrderJson(R"({"customer_id": "c", "lines": [{"product_id": "A", "quantity": "3"}]})");
  ASSERT_TRUE(order.ok()) << order.status();
  EXPECT_EQ(order->customer_id(), "c");
  EXPECT_EQ(order->lines(0).quantity(), 3);
  EXPECT_FALSE(ParseOrderJson(R"({"customer": "c"})").ok());
}

TEST(OrderText, ShowsMoneyAndTimesExactly) {
  v1::Order order;
  order.set_name("orders/a");
  order.set_state(v1::ORDER_STATE_PENDING);
  order.set_payment_state(v1::PAYMENT_STATE_UNPAID);
  *order.mutable_total() = Amount(30, 880'000'000);
  order.mutable_create_time()->set_seconds(1'767'225'600);
  order.mutable_create_time()->set_nanos(123'456'000);
  const std::string text = OrderText(order);
  EXPECT_THAT(text, HasSubstr("30.88 EUR"));
  EXPECT_THAT(text, HasSubstr("2026-01-01T00:00:00.123456Z"));
  EXPECT_THAT(JsonText(order), HasSubstr("\"create_time\""));
}

TEST(OrdersTable, LinesColumnsUpByCharactersNotBytes) {
  v1::Order plain;
  plain.set_customer_id("Moller");
  v1::Order accented;
  accented.set_customer_id("M\u00F6ller");
  const std::string table = OrdersTable({plain, accented});
  const std::string second = table.substr(table.find('\n') + 1);
  const std::string plain_row = second.substr(0, second.find('\n'));
  const std::string accented_row = second.substr(second.find('\n') + 1);
  EXPECT_EQ(accented_row.find("0.00"), plain_row.find("0.00") + 1) << table;
}

TEST(ExitCodeOf, GroupsCodesByWhatTheCallerCanDo) {
  EXPECT_EQ(ExitCodeOf(google::rpc::OK), 0);
  EXPECT_EQ(ExitCodeOf(google::rpc::INVALID_ARGUMENT), 3);
  EXPECT_EQ(ExitCodeOf(google::rpc::NOT_FOUND), 4);
  EXPECT_EQ(ExitCodeOf(google::rpc::ALREADY_EXISTS), 5);
  EXPECT_EQ(ExitCodeOf(google::rpc::ABORTED), 5);
  EXPECT_EQ(ExitCodeOf(google::rpc::FAILED_PRECONDITION), 5);
  EXPECT_EQ(ExitCodeOf(google::rpc::UNAVAILABLE), 6);
  EXPECT_EQ(ExitCodeOf(google::rpc::DEADLINE_EXCEEDED), 6);
  EXPECT_EQ(ExitCodeOf(google::rpc::RESOURCE_EXHAUSTED), 6);
  EXPECT_EQ(ExitCodeOf(google::rpc::PERMISSION_DENIED), 7);
  EXPECT_EQ(ExitCodeOf(google::rpc::UNAUTHENTICATED), 7);
  EXPECT_EQ(ExitCodeOf(google::rpc::INTERNAL), 1);
  EXPECT_EQ(ExitCodeOf(99), 1);
}

TEST(ErrorText, ListsEveryFieldViolation) {
  google::rpc::Status status = Failure(google::rpc::INVALID_ARGUMENT, "2 fields are wrong", "INVALID_REQUEST");
  google::rpc::BadRequest bad_request;
  for (const char* field : {"order.lines", "order.currency_code"}) {
    auto* violation = bad_request.add_field_violations();
    violation->set_field(field);
    violation->set_description("is required");
  }
  status.add_details()->PackFrom(bad_request);
  EXPECT_EQ(ErrorText(status, ""),
            "orderctl: INVALID_ARGUMENT (INVALID_REQUEST): the request has errors\n"
            "  order.lines: is required\n"
            "  order.currency_code: is required\n");
}

TEST(ErrorText, ShowsTheDetailsOfAConflictAndTheWayOut) {
  google::rpc::Status status = Failure(google::rpc::ABORTED, "the order has changed", "ETAG_MISMATCH");
  google::rpc::ErrorInfo info;
  status.details(0).UnpackTo(&info);
  (*info.mutable_metadata())["current_etag"] = "e7";
  status.mutable_details(0)->PackFrom(info);
  const std::string text = ErrorText(status, "r1");
  EXPECT_THAT(text, HasSubstr("ABORTED (ETAG_MISMATCH): the order has changed\n"));
  EXPECT_THAT(text, HasSubstr("  current_etag: e7\n"));
  EXPECT_THAT(text, HasSubstr("--etag"));
}

TEST(ErrorText, TellsWhenAndHowToTryAgain) {
  google::rpc::Status status = Failure(google::rpc::UNAVAILABLE, "the database is away", "UNAVAILABLE");
  google::rpc::RetryInfo retry;
  retry.mutable_retry_delay()->set_nanos(250'000'000);
  status.add_details()->PackFrom(retry);
  EXPECT_THAT(ErrorText(status, "r1"),
              EndsWith("  try again in 250ms with --request-id r1, so that the change takes effect once\n"));
  EXPECT_THAT(ErrorText(status, ""), EndsWith("  try again in 250ms\n"));
}

TEST(ErrorText, NeverAdvisesToRepeatWhatCannotSucceed) {
  for (const auto code : {google::rpc::INVALID_ARGUMENT, google::rpc::NOT_FOUND, google::rpc::FAILED_PRECONDITION}) {
    EXPECT_THAT(ErrorText(Failure(code, "no", ""), "r1"), Not(HasSubstr("try again")));
  }
}

TEST(ErrorText, IsReadableWithoutAnyDetails) {
  google::rpc::Status status;
  status.set_code(google::rpc::UNIMPLEMENTED);
  status.set_message("no such method");
  EXPECT_EQ(ErrorText(status, ""), "orderctl: UNIMPLEMENTED: no such method\n");
}

}  // namespace
}  // namespace orders::cli
