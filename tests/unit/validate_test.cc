#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/domain/limits.h"
#include "server/domain/refusal.h"
#include "server/validate/fields.h"
#include "server/validate/page_token.h"
#include "server/validate/requests.h"

namespace orders::validate {
namespace {

using domain::FieldViolation;
using domain::Money;
using testing::AllOf;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::UnorderedElementsAre;

const absl::Time kNow = absl::FromUnixSeconds(1'700'000'000);

template <class T>
std::vector<FieldViolation> ViolationsIn(const absl::StatusOr<T>& result) {
  const std::optional<domain::Refusal> refusal = domain::RefusalOf(result.status());
  return refusal ? refusal->violations : std::vector<FieldViolation>();
}

auto At(std::string_view field, std::string_view description_part) {
  return AllOf(Field(&FieldViolation::field, std::string(field)),
               Field(&FieldViolation::description, HasSubstr(std::string(description_part))));
}

void SetMoney(google::type::Money* money, int64_t units, int32_t nanos = 0, const std::string& currency = "") {
  money->set_units(units);
  money->set_nanos(nanos);
  money->set_currency_code(currency);
}

v1::CreateOrderRequest MakeCreate() {
  v1::CreateOrderRequest request;
  v1::Order& order = *request.mutable_order();
  order.set_customer_id("customer-1");
  order.set_currency_code("EUR");
  v1::OrderLine& line = *order.add_lines();
  line.set_product_id("ESPRESSO-1KG");
  line.set_quantity(2);
  SetMoney(line.mutable_unit_price(), 12, 990'000'000, "EUR");
  return request;
}

v1::UpdateOrderRequest MakeUpdate(const std::vector<std::string>& paths) {
  v1::UpdateOrderRequest request;
  request.mutable_order()->set_name("orders/o1");
  for (const std::string& path : paths) request.mutable_update_mask()->add_paths(path);
  return request;
}

// The violations of an otherwise good CreateOrder after `change`.
template <class Change>
std::vector<FieldViolation> AfterCreating(Change change) {
  v1::CreateOrderRequest request = MakeCreate();
  change(request);
  return ViolationsIn(Validate(request, kNow));
}

TEST(ValidateCreate, TakesEveryField) {
  v1::CreateOrderRequest request = MakeCreate();
  request.set_order_id("web-42");
  request.set_request_id("request");
  request.set_validate_only(true);
  v1::Order& order = *request.mutable_order();
  order.mutable_lines(0)->set_line_id("A.1_x-2");
  order.mutable_lines(0)->set_description("1 kg, whole beans");
  SetMoney(order.mutable_lines(0)->mutable_discount(), 1);
  SetMoney(order.mutable_lines(0)->mutable_tax(), 0, 1);
  SetMoney(order.mutable_shipping_fee(), 4, 900'000'000);
  order.mutable_shipping_address()->set_recipient("Zoë");
  order.mutable_shipping_address()->add_address_lines("Main Street 1");
  order.mutable_shipping_address()->set_locality("Köln");
  order.mutable_shipping_address()->set_administrative_area("NRW");
  order.mutable_shipping_address()->set_postal_code("50667");
  order.mutable_shipping_address()->set_region_code("DE");
  order.mutable_shipping_address()->set_phone("+49 221 1");
  order.set_external_reference("shop-1");
  (*order.mutable_labels())["gift"] = "yes";
  order.set_note("ring\n\ttwice");
  order.mutable_expire_time()->set_seconds(1'700'000'001);
  order.mutable_expire_time()->set_nanos(1'999);
  order.set_payment_state(v1::PAYMENT_STATE_UNPAID);

  const absl::StatusOr<CreateRequest> result = Validate(request, kNow);

  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->request_id, "request");
  EXPECT_TRUE(result->validate_only);
  EXPECT_TRUE(result->caller_chose_id);
  const domain::CreateCommand& command = result->command;
  EXPECT_EQ(command.order_id, "web-42");
  EXPECT_EQ(command.customer_id, "customer-1");
  EXPECT_EQ(command.currency_code, "EUR");
  domain::OrderLine line;
  line.line_id = "A.1_x-2";
  line.product_id = "ESPRESSO-1KG";
  line.description = "1 kg, whole beans";
  line.quantity = 2;
  line.unit_price = Money::FromUnits(12, 990'000'000);
  line.discount = Money::FromUnits(1);
  line.tax = Money::FromNanos(1);
  EXPECT_THAT(command.lines, ElementsAre(line));
  EXPECT_EQ(command.shipping_fee, Money::FromUnits(4, 900'000'000));
  EXPECT_EQ(command.shipping_address,
            (domain::Address{"Zoë", {"Main Street 1"}, "Köln", "NRW", "50667", "DE", "+49 221 1"}));
  EXPECT_EQ(command.external_reference, "shop-1");
  EXPECT_THAT(command.labels, ElementsAre(std::pair("gift", "yes")));
  EXPECT_EQ(command.note, "ring\n\ttwice");
  EXPECT_EQ(command.expire_time, absl::FromUnixMicros(1'700'000'001'000'001));
}

TEST(ValidateCreate, IgnoresOutputOnlyFields) {
  v1::CreateOrderRequest request = MakeCreate();
  v1::Order& order = *request.mutable_order();
  order.set_name("not a name");
  order.set_etag(std::string(1000, 'x'));
  order.set_version(-5);
  order.set_state(static_cast<v1::OrderState>(99));
  SetMoney(order.mutable_total(), -1, 0, "nonsense");
  order.mutable_lines(0)->set_quantity_shipped(-1);
  order.mutable_create_time()->set_seconds(std::numeric_limits<int64_t>::max());
  order.add_shipments()->set_carrier(std::string(1, '\0'));

  const absl::StatusOr<CreateRequest> result = Validate(request, kNow);

  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_FALSE(result->caller_chose_id);
  EXPECT_EQ(result->command.order_id, "");
  EXPECT_EQ(result->command.lines[0].quantity_shipped, 0);
}

TEST(ValidateCreate, NamesEveryViolationAtOnce) {
  v1::CreateOrderRequest request;
  request.set_order_id("-x");
  request.set_request_id(std::string(129, 'r'));
  v1::Order& order = *request.mutable_order();
  order.add_lines()->set_quantity(0);
  order.add_lines()->set_product_id("p");
  order.mutable_lines(1)->set_quantity(1'000'001);
  order.set_payment_state(v1::PAYMENT_STATE_CAPTURED);

  const absl::StatusOr<CreateRequest> result = Validate(request, kNow);

  EXPECT_EQ(result.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(ViolationsIn(result),
              UnorderedElementsAre(At("order_id", "'-x'"), At("request_id", "129 characters; at most 128"),
                                   At("order.customer_id", "required"), At("order.currency_code", "required"),
                                   At("order.lines[0].product_id", "required"), At("order.lines[0].quantity", "is 0"),
                                   At("order.lines[1].quantity", "is 1000001"), At("order.payment_state", "CAPTURED")));
}

TEST(ValidateCreate, NeedsAnOrder) {
  EXPECT_THAT(ViolationsIn(Validate(v1::CreateOrderRequest(), kNow)), ElementsAre(At("order", "required")));
}

TEST(ValidateCreate, OrderIds) {
  const auto violations = [](const std::string& id) {
    return AfterCreating([&](v1::CreateOrderRequest& request) { request.set_order_id(id); });
  };
  for (const std::string good : {"a", "0", "a-b", "0190a6e0-7c1a-7000-8000-000000000001", "a--b"}) {
    EXPECT_THAT(violations(good), IsEmpty()) << good;
  }
  EXPECT_THAT(violations(std::string(63, 'a')), IsEmpty());
  for (const std::string bad : {"-", "-a", "a-", "A", "a_b", "a/b", "a b", "é", "a'; DROP TABLE orders; --"}) {
    EXPECT_THAT(violations(bad), ElementsAre(At("order_id", absl::StrCat("'", bad, "'")))) << bad;
  }
  EXPECT_THAT(violations(std::string(64, 'a')), SizeIs(1));
}

TEST(ValidateCreate, CountsCharactersNotBytes) {
  const auto violations = [](size_t characters) {
    return AfterCreating([&](v1::CreateOrderRequest& request) {
      std::string id;
      for (size_t i = 0; i < characters; ++i) id += "€";
      request.mutable_order()->set_customer_id(id);
    });
  };
  EXPECT_THAT(violations(128), IsEmpty());
  EXPECT_THAT(violations(129), ElementsAre(At("order.customer_id", "129 characters; at most 128")));
}

TEST(ValidateCreate, RefusesControlCharactersAndShowsNone) {
  const std::string raw = std::string("a\0\x1b[31m\n\x7f", 9);
  const std::vector<FieldViolation> violations = AfterCreating([&](v1::CreateOrderRequest& request) {
    v1::Order& order = *request.mutable_order();
    request.set_request_id(raw);
    order.set_customer_id(raw);
    order.set_external_reference("line\nbreak");
    order.set_note("a note\r");
    order.mutable_lines(0)->set_line_id("\t");
    order.mutable_lines(0)->set_product_id(raw);
    order.mutable_lines(0)->set_description(raw);
    order.mutable_shipping_address()->set_phone(raw);
    order.mutable_shipping_address()->add_address_lines("ok");
    order.mutable_shipping_address()->add_address_lines(raw);
    (*order.mutable_labels())["key"] = raw;
    (*order.mutable_labels())[raw] = "value";
  });
  EXPECT_THAT(violations, UnorderedElementsAre(
                              At("request_id", "'a\?\?[31m\?\?'"), At("order.customer_id", "none are allowed"),
                              At("order.external_reference", "'line?break'"),
                              At("order.note", "only line feeds and tabs"), At("order.lines[0].line_id", "'?'"),
                              At("order.lines[0].product_id", ""), At("order.lines[0].description", ""),
                              At("order.shipping_address.phone", ""), At("order.shipping_address.address_lines[1]", ""),
                              At("order.labels[key]", ""), At("order.labels", "'a\?\?[31m\?\?' is not a label key")));
  for (const FieldViolation& violation : violations) {
    for (const std::string& text : {violation.field, violation.description}) {
      EXPECT_TRUE(std::none_of(text.begin(), text.end(), IsControl)) << text;
    }
  }
}

TEST(ValidateCreate, RefusesWhatIsNotUtf8) {
  for (const std::string bad : {"\xff", "a\xc3", "\xc0\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe0\x80\x80"}) {
    EXPECT_THAT(
        AfterCreating([&](v1::CreateOrderRequest& request) { request.mutable_order()->set_external_reference(bad); }),
        ElementsAre(At("order.external_reference", "is not UTF-8")));
  }
}

TEST(ValidateCreate, Amounts) {
  struct Case {
    int64_t units;
    int32_t nanos;
    std::string currency;
    std::string problem;
  };
  constexpr int64_t kMax = 999'999'999'999'999;
  const std::vector<Case> cases = {
      {0, 0, "", ""},
      {0, 999'999'999, "EUR", ""},
      {kMax, 0, "EUR", ""},
      {kMax, 1, "EUR", "is 999999999999999.000000001; at most 999999999999999"},
      {std::numeric_limits<int64_t>::max(), 999'999'999, "", "is 9223372036854775807.999999999; at most"},
      {-1, 0, "EUR", "negative (units -1, nanos 0)"},
      {0, -1, "EUR", "negative (units 0, nanos -1)"},
      {std::numeric_limits<int64_t>::min(), -999'999'999, "EUR", "negative"},
      {1, -1, "EUR", "units 1 and nanos -1, of different signs"},
      {-1, 1, "EUR", "units -1 and nanos 1, of different signs"},
      {0, 1'000'000'000, "EUR", "nanos 1000000000"},
      {0, std::numeric_limits<int32_t>::min(), "EUR", "nanos -2147483648"},
      {1, 0, "USD", "'USD', but the order's currency_code is 'EUR'"},
      {1, 0, "eur\n", "'eur?'"},
  };
  for (const Case& each : cases) {
    SCOPED_TRACE(absl::StrCat(each.units, " ", each.nanos, " ", each.currency));
    v1::CreateOrderRequest request = MakeCreate();
    SetMoney(request.mutable_order()->mutable_shipping_fee(), each.units, each.nanos, each.currency);
    const absl::StatusOr<CreateRequest> result = Validate(request, kNow);
    if (each.problem.empty()) {
      ASSERT_TRUE(result.ok()) << result.status();
      EXPECT_EQ(result->command.shipping_fee, Money::FromUnits(each.units, each.nanos));
    } else {
      EXPECT_THAT(ViolationsIn(result), ElementsAre(At("order.shipping_fee", each.problem)));
    }
  }
}

TEST(ValidateCreate, AmountsOfEveryLineAreChecked) {
  EXPECT_THAT(AfterCreating([](v1::CreateOrderRequest& request) {
                v1::OrderLine& line = *request.mutable_order()->mutable_lines(0);
                SetMoney(line.mutable_unit_price(), -1);
                SetMoney(line.mutable_discount(), -2);
                SetMoney(line.mutable_tax(), -3);
              }),
              ElementsAre(At("order.lines[0].unit_price", "units -1"), At("order.lines[0].discount", "units -2"),
                          At("order.lines[0].tax", "units -3")));
}

TEST(ValidateCreate, AMissingCurrencyIsNotRepeatedForEveryAmount) {
  EXPECT_THAT(AfterCreating([](v1::CreateOrderRequest& request) { request.mutable_order()->clear_currency_code(); }),
              ElementsAre(At("order.currency_code", "required")));
}

TEST(ValidateCreate, CurrencyCodes) {
  for (const std::string bad : {"EU", "EURO", "eur", "E1R", "€"}) {
    v1::CreateOrderRequest request = MakeCreate();
    request.mutable_order()->set_currency_code(bad);
    request.mutable_order()->mutable_lines(0)->clear_unit_price();
    EXPECT_THAT(ViolationsIn(Validate(request, kNow)),
                ElementsAre(At("order.currency_code", absl::StrCat("'", bad, "'"))));
  }
}

TEST(ValidateCreate, Quantities) {
  for (const int64_t bad : {int64_t{0}, int64_t{-1}, int64_t{1'000'001}, int64_t{1} << 31, int64_t{1} << 62,
                            std::numeric_limits<int64_t>::max(), std::numeric_limits<int64_t>::min()}) {
    EXPECT_THAT(AfterCreating([&](v1::CreateOrderRequest& request) {
                  request.mutable_order()->mutable_lines(0)->set_quantity(bad);
                }),
                ElementsAre(At("order.lines[0].quantity", absl::StrCat("is ", bad, "; it must be from 1 to 1000000"))));
  }
  EXPECT_THAT(AfterCreating([](v1::CreateOrderRequest& request) {
                request.mutable_order()->mutable_lines(0)->set_quantity(1'000'000);
              }),
              IsEmpty());
}

TEST(ValidateCreate, NumbersOfThings) {
  const auto with_lines = [](int count) {
    return AfterCreating([&](v1::CreateOrderRequest& request) {
      const v1::OrderLine line = request.order().lines(0);
      request.mutable_order()->clear_lines();
      for (int i = 0; i < count; ++i) *request.mutable_order()->add_lines() = line;
    });
  };
  EXPECT_THAT(with_lines(0), ElementsAre(At("order.lines", "has 0 lines")));
  EXPECT_THAT(with_lines(500), IsEmpty());
  EXPECT_THAT(with_lines(501), ElementsAre(At("order.lines", "has 501 lines; an order has 1 to 500")));

  const auto with_labels = [](int count) {
    return AfterCreating([&](v1::CreateOrderRequest& request) {
      for (int i = 0; i < count; ++i) (*request.mutable_order()->mutable_labels())[absl::StrCat("k", i)] = "v";
    });
  };
  EXPECT_THAT(with_labels(64), IsEmpty());
  EXPECT_THAT(with_labels(65), ElementsAre(At("order.labels", "has 65 labels")));

  EXPECT_THAT(AfterCreating([](v1::CreateOrderRequest& request) {
                for (int i = 0; i < 6; ++i) request.mutable_order()->mutable_shipping_address()->add_address_lines("x");
              }),
              ElementsAre(At("order.shipping_address.address_lines", "has 6 lines")));
}

TEST(ValidateCreate, LengthsOfTexts) {
  EXPECT_THAT(AfterCreating([](v1::CreateOrderRequest& request) {
                v1::Order& order = *request.mutable_order();
                order.mutable_lines(0)->set_line_id(std::string(64, 'l'));
                order.mutable_lines(0)->set_product_id(std::string(128, 'p'));
                order.mutable_lines(0)->set_description(std::string(500, 'd'));
                order.set_external_reference(std::string(128, 'e'));
                order.set_note(std::string(2000, 'n'));
                order.mutable_shipping_address()->set_recipient(std::string(256, 'r'));
                (*order.mutable_labels())[std::string(63, 'k')] = std::string(256, 'v');
              }),
              IsEmpty());
  EXPECT_THAT(AfterCreating([](v1::CreateOrderRequest& request) {
                v1::Order& order = *request.mutable_order();
                order.mutable_lines(0)->set_line_id(std::string(65, 'l'));
                order.mutable_lines(0)->set_product_id(std::string(129, 'p'));
                order.mutable_lines(0)->set_description(std::string(501, 'd'));
                order.set_external_reference(std::string(129, 'e'));
                order.set_note(std::string(2001, 'n'));
                order.mutable_shipping_address()->set_recipient(std::string(257, 'r'));
                (*order.mutable_labels())[std::string(64, 'k')] = "v";
                (*order.mutable_labels())["k"] = std::string(257, 'v');
              }),
              UnorderedElementsAre(
                  At("order.lines[0].line_id", "65 characters"), At("order.lines[0].product_id", "129 characters"),
                  At("order.lines[0].description", "501 characters"), At("order.external_reference", "129 characters"),
                  At("order.note", "2001 characters"), At("order.shipping_address.recipient", "257 characters"),
                  At("order.labels", "is not a label key"), At("order.labels[k]", "257 characters")));
}

TEST(ValidateCreate, Patterns) {
  EXPECT_THAT(
      AfterCreating([](v1::CreateOrderRequest& request) {
        v1::Order& order = *request.mutable_order();
        order.mutable_lines(0)->set_line_id("a b");
        order.mutable_shipping_address()->set_region_code("de");
        (*order.mutable_labels())["Gift"] = "";
        (*order.mutable_labels())["9"] = "";
        (*order.mutable_labels())[""] = "";
      }),
      UnorderedElementsAre(At("order.lines[0].line_id", "'a b'"), At("order.shipping_address.region_code", "'de'"),
                           At("order.labels", "'Gift'"), At("order.labels", "'9'"), At("order.labels", "''")));
}

TEST(ValidateCreate, PaymentStates) {
  EXPECT_THAT(AfterCreating([](v1::CreateOrderRequest& request) {
                request.mutable_order()->set_payment_state(static_cast<v1::PaymentState>(77));
              }),
              ElementsAre(At("order.payment_state", "77, which is no payment state")));
}

TEST(ValidateCreate, ExpireTimes) {
  const auto violations = [](int64_t seconds, int32_t nanos) {
    return AfterCreating([&](v1::CreateOrderRequest& request) {
      request.mutable_order()->mutable_expire_time()->set_seconds(seconds);
      request.mutable_order()->mutable_expire_time()->set_nanos(nanos);
    });
  };
  EXPECT_THAT(violations(1'700'000'000, 1000), IsEmpty());
  EXPECT_THAT(violations(253'402'300'799, 999'999'999), IsEmpty());
  // Cut to the microsecond, it is now.
  EXPECT_THAT(violations(1'700'000'000, 999), ElementsAre(At("order.expire_time", "2023-11-14T22:13:20+00:00")));
  EXPECT_THAT(violations(-62'135'596'800, 0), ElementsAre(At("order.expire_time", "must lie in the future")));
  for (const auto& [seconds, nanos] : {std::pair<int64_t, int32_t>{253'402'300'800, 0},
                                       {-62'135'596'801, 0},
                                       {std::numeric_limits<int64_t>::max(), 0},
                                       {std::numeric_limits<int64_t>::min(), 0},
                                       {1'800'000'000, -1},
                                       {1'800'000'000, 1'000'000'000}}) {
    EXPECT_THAT(violations(seconds, nanos),
                ElementsAre(At("order.expire_time", absl::StrCat("seconds ", seconds, " and nanos ", nanos))));
  }
}

TEST(ValidateBatch, SizeAndDistinctIds) {
  v1::BatchCreateOrdersRequest request;
  const auto violations = [&] { return ViolationsIn(absl::StatusOr<int>(ValidateBatch(request))); };
  EXPECT_THAT(violations(), ElementsAre(At("requests", "has 0 items")));
  for (int i = 0; i < 500; ++i) request.add_requests();
  EXPECT_TRUE(ValidateBatch(request).ok());
  request.mutable_requests(3)->set_order_id("same");
  request.mutable_requests(7)->set_order_id("same");
  request.mutable_requests(4)->set_request_id("again");
  request.mutable_requests(499)->set_request_id("again");
  EXPECT_THAT(violations(), UnorderedElementsAre(At("requests[7].order_id", "'same' is in the batch twice"),
                                                 At("requests[499].request_id", "'again' is in the batch twice")));
  request.add_requests();
  EXPECT_THAT(violations(), ElementsAre(At("requests", "has 501 items; a batch has 1 to 500")));
}

TEST(ValidateGet, Names) {
  const auto violations = [](const std::string& name) {
    v1::GetOrderRequest request;
    request.set_name(name);
    return ViolationsIn(Validate(request));
  };
  EXPECT_THAT(violations("orders/a-1"), IsEmpty());
  EXPECT_THAT(violations(""), ElementsAre(At("name", "required")));
  EXPECT_THAT(violations("a-1"), ElementsAre(At("name", "'a-1' is not an order's name: it must be orders/")));
  EXPECT_THAT(violations("orders/"), ElementsAre(At("name", "is not an order id")));
  EXPECT_THAT(violations("orders/a/b"), ElementsAre(At("name", "'a/b'")));
  EXPECT_THAT(violations("orders/\xff"), ElementsAre(At("name", "'?'")));
  EXPECT_THAT(violations("orders/" + std::string(4 << 20, 'a')),
              ElementsAre(Field(&FieldViolation::description, AllOf(HasSubstr("...'"), SizeIs(testing::Lt(300u))))));
}

TEST(ValidateGet, ReadMasks) {
  v1::GetOrderRequest request;
  request.set_name("orders/a");
  EXPECT_EQ(Validate(request)->fields, std::nullopt);
  for (const char* path : {"state", "name", "state"}) request.mutable_read_mask()->add_paths(path);
  EXPECT_THAT(Validate(request)->fields, testing::Optional(ElementsAre(1, 11)));
  request.mutable_read_mask()->add_paths("*");
  EXPECT_EQ(Validate(request)->fields, std::nullopt);

  request.mutable_read_mask()->Clear();
  for (const char* path : {"shipping_address.locality", "price", "", "lines"}) {
    request.mutable_read_mask()->add_paths(path);
  }
  EXPECT_THAT(ViolationsIn(Validate(request)),
              ElementsAre(At("read_mask.paths[0]", "use 'shipping_address'"),
                          At("read_mask.paths[1]", "'price' is not a field"), At("read_mask.paths[2]", "is empty")));
  for (int i = 0; i < 20; ++i) request.mutable_read_mask()->add_paths("price");
  EXPECT_THAT(ViolationsIn(Validate(request)), ElementsAre(At("read_mask", "has 24 paths")));
}

TEST(ValidateBatchGet, NamesAreDistinct) {
  v1::BatchGetOrdersRequest request;
  EXPECT_THAT(ViolationsIn(Validate(request)), ElementsAre(At("names", "has 0 names")));
  request.add_names("orders/b");
  request.add_names("orders/a");
  EXPECT_THAT(*Validate(request), ElementsAre("b", "a"));
  request.add_names("orders/b");
  request.add_names("b");
  EXPECT_THAT(ViolationsIn(Validate(request)),
              ElementsAre(At("names[2]", "'orders/b' is in the batch twice"), At("names[3]", "must be orders/")));
  for (int i = 0; i < 500; ++i) request.add_names("orders/x");
  EXPECT_THAT(ViolationsIn(Validate(request)), ElementsAre(At("names", "has 504 names; a batch has 1 to 500")));
}

TEST(ValidateList, Defaults) {
  const absl::StatusOr<ListRequest> result = Validate(v1::ListOrdersRequest());
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->page_size, 50);
  EXPECT_EQ(result->start, std::nullopt);
  EXPECT_EQ(result->filter, FilterExpression());
  EXPECT_EQ(result->order_by, OrderBy::kCreateTime);
  EXPECT_TRUE(result->descending);
}

TEST(ValidateList, PageSizes) {
  const auto page_size = [](int32_t wanted) {
    v1::ListOrdersRequest request;
    request.set_page_size(wanted);
    return Validate(request);
  };
  EXPECT_EQ(page_size(1)->page_size, 1);
  EXPECT_EQ(page_size(1000)->page_size, 1000);
  EXPECT_EQ(page_size(std::numeric_limits<int32_t>::max())->page_size, 1000);
  EXPECT_THAT(ViolationsIn(page_size(-1)), ElementsAre(At("page_size", "is -1")));
}

TEST(ValidateList, OrderBy) {
  const auto ordered_by = [](const std::string& order_by) {
    v1::ListOrdersRequest request;
    request.set_order_by(order_by);
    return Validate(request);
  };
  EXPECT_EQ(ordered_by("update_time")->order_by, OrderBy::kUpdateTime);
  EXPECT_FALSE(ordered_by("update_time")->descending);
  EXPECT_EQ(ordered_by(" update_time   desc ")->order_by, OrderBy::kUpdateTime);
  EXPECT_TRUE(ordered_by(" update_time   desc ")->descending);
  EXPECT_FALSE(ordered_by("create_time")->descending);
  for (const std::string bad : {"desc", "total", "create_time asc", "create_time desc x", "create_time, update_time",
                                "create_time;--", "CREATE_TIME"}) {
    EXPECT_THAT(ViolationsIn(ordered_by(bad)), ElementsAre(At("order_by", absl::StrCat("'", bad, "'"))));
  }
}

TEST(ValidateList, FiltersAreParsedAndTheirErrorsNamed) {
  v1::ListOrdersRequest request;
  request.set_filter("state = CONFIRMED");
  EXPECT_EQ(Validate(request)->filter, *ParseFilter("state = CONFIRMED"));
  request.set_filter("total > 5");
  request.set_page_size(-1);
  EXPECT_THAT(ViolationsIn(Validate(request)),
              ElementsAre(At("page_size", "-1"), At("filter", "at character 1: 'total'")));
}

TEST(ValidateList, PageTokensAreBoundToTheirList) {
  v1::ListOrdersRequest request;
  request.set_filter("state = PENDING");
  const PageStart start{kNow, "order-7"};
  request.set_page_token(EncodeOrdersPageToken(Validate(request)->arguments_hash, start));
  ASSERT_TRUE(Validate(request).ok());
  EXPECT_EQ(Validate(request)->start->order_id, "order-7");
  EXPECT_EQ(Validate(request)->start->sort_time, kNow);

  // The same order written otherwise is the same list; the size of a page may change.
  request.set_order_by("create_time  desc");
  request.set_page_size(3);
  EXPECT_TRUE(Validate(request).ok());

  const auto start_over = ElementsAre(At("page_token", "start over without it"));
  request.set_order_by("create_time");
  EXPECT_THAT(ViolationsIn(Validate(request)), start_over);
  request.clear_order_by();
  request.set_filter("state = CONFIRMED");
  EXPECT_THAT(ViolationsIn(Validate(request)), start_over);
  request.set_page_token("nonsense");
  EXPECT_THAT(ViolationsIn(Validate(request)), start_over);
}

TEST(ValidateListEvents, ParentAndPage) {
  v1::ListOrderEventsRequest request;
  EXPECT_THAT(ViolationsIn(Validate(request)), ElementsAre(At("parent", "required")));
  request.set_parent("orders/a");
  EXPECT_EQ(Validate(request)->after_version, 0);
  request.set_page_token(EncodeEventsPageToken("a", 12));
  EXPECT_EQ(Validate(request)->after_version, 12);
  request.set_parent("orders/b");
  EXPECT_THAT(ViolationsIn(Validate(request)), ElementsAre(At("page_token", "start over")));
}

TEST(ValidateUpdate, TakesTheFieldsOfTheMaskOnly) {
  v1::UpdateOrderRequest request = MakeUpdate({"note", "labels", "shipping_address", "expire_time", "payment_state"});
  request.mutable_order()->set_etag("v3");
  request.mutable_order()->set_note("new");
  request.mutable_order()->set_customer_id(std::string(5000, 'x'));
  request.mutable_order()->set_payment_state(v1::PAYMENT_STATE_CAPTURED);
  const absl::StatusOr<ChangeRequest> result = Validate(request, kNow);
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->order_id, "o1");
  EXPECT_EQ(result->etag, "v3");
  const auto& command = std::get<domain::UpdateCommand>(result->command);
  EXPECT_EQ(command.note, "new");
  EXPECT_THAT(command.labels, testing::Optional(IsEmpty()));
  ASSERT_TRUE(command.shipping_address.has_value());
  EXPECT_FALSE(command.shipping_address->has_value());
  ASSERT_TRUE(command.expire_time.has_value());
  EXPECT_FALSE(command.expire_time->has_value());
  EXPECT_EQ(command.payment_state, domain::PaymentState::kCaptured);
  EXPECT_FALSE(command.lines.has_value());
  EXPECT_FALSE(command.shipping_fee.has_value());
  EXPECT_FALSE(command.external_reference.has_value());
  EXPECT_FALSE(command.amounts_currency.has_value());
}

TEST(ValidateUpdate, EachWrongPathSaysWhy) {
  EXPECT_THAT(
      ViolationsIn(Validate(MakeUpdate({"", "*", "price", "shipping_address.locality", "price.units", "total", "state",
                                        "customer_id", "etag", "note\n"}),
                            kNow)),
      ElementsAre(At("update_mask.paths[0]", "is empty; name lines"), At("update_mask.paths[1]", "'*' is refused"),
                  At("update_mask.paths[2]", "'price' is not a field"), At("update_mask.paths[3]", "is nested"),
                  At("update_mask.paths[4]", "'price.units' is not a field"),
                  At("update_mask.paths[5]", "'total' is output only"), At("update_mask.paths[6]", "ConfirmOrder"),
                  At("update_mask.paths[7]", "fixed once"), At("update_mask.paths[8]", "what to change"),
                  At("update_mask.paths[9]", "'note?' is not a field")));
}

TEST(ValidateUpdate, NeedsANameAndAMaskOfBoundedLength) {
  EXPECT_THAT(ViolationsIn(Validate(v1::UpdateOrderRequest(), kNow)),
              ElementsAre(At("order.name", "required"), At("update_mask", "required")));
  EXPECT_THAT(ViolationsIn(Validate(MakeUpdate(std::vector<std::string>(1'000'000, "")), kNow)),
              ElementsAre(At("update_mask", "has 1000000 paths")));
}

TEST(ValidateUpdate, AFieldNamedTwiceIsReportedOnce) {
  v1::UpdateOrderRequest request = MakeUpdate({"note", "note"});
  request.mutable_order()->set_note(std::string(2001, 'n'));
  EXPECT_THAT(ViolationsIn(Validate(request, kNow)), ElementsAre(At("order.note", "2001 characters")));
}

TEST(ValidateUpdate, AmountsHaveOneCurrency) {
  v1::UpdateOrderRequest request = MakeUpdate({"lines", "shipping_fee"});
  v1::OrderLine& line = *request.mutable_order()->add_lines();
  line.set_product_id("p");
  line.set_quantity(1);
  SetMoney(line.mutable_tax(), 1, 0, "USD");
  SetMoney(request.mutable_order()->mutable_shipping_fee(), 1);
  EXPECT_EQ(std::get<domain::UpdateCommand>(Validate(request, kNow)->command).amounts_currency, "USD");

  SetMoney(request.mutable_order()->mutable_shipping_fee(), 1, 0, "EUR");
  EXPECT_THAT(ViolationsIn(Validate(request, kNow)), ElementsAre(At("order.lines[0].tax", "'USD'")));

  request.mutable_order()->clear_shipping_fee();
  SetMoney(line.mutable_tax(), 1, 0, std::string(1'000'000, 'x'));
  EXPECT_THAT(ViolationsIn(Validate(request, kNow)),
              ElementsAre(AllOf(At("order.lines[0].tax.currency_code", "three capital letters"),
                                Field(&FieldViolation::description, SizeIs(testing::Lt(200u))))));
}

TEST(ValidateUpdate, FieldsOutsideTheMaskDoNotSetTheCurrency) {
  v1::UpdateOrderRequest request = MakeUpdate({"shipping_fee"});
  SetMoney(request.mutable_order()->mutable_shipping_fee(), 1);
  SetMoney(request.mutable_order()->add_lines()->mutable_tax(), 1, 0, "USD");
  EXPECT_EQ(std::get<domain::UpdateCommand>(Validate(request, kNow)->command).amounts_currency, std::nullopt);
}

TEST(ValidateUpdate, PaymentStates) {
  v1::UpdateOrderRequest request = MakeUpdate({"payment_state"});
  for (const int bad : {0, 7, -1}) {
    request.mutable_order()->set_payment_state(static_cast<v1::PaymentState>(bad));
    EXPECT_THAT(ViolationsIn(Validate(request, kNow)),
                ElementsAre(At("order.payment_state", absl::StrCat("is ", bad, ", which is no payment state"))));
  }
}

template <class Request>
class ValidateVerb : public testing::Test {};
using VerbRequests =
    testing::Types<v1::ConfirmOrderRequest, v1::RejectOrderRequest, v1::CancelOrderRequest, v1::ShipOrderRequest,
                   v1::DeliverOrderRequest, v1::ReturnOrderRequest, v1::RefundOrderRequest>;
TYPED_TEST_SUITE(ValidateVerb, VerbRequests);

TYPED_TEST(ValidateVerb, NameEtagAndRequestId) {
  TypeParam request;
  request.set_name("orders/o1");
  request.set_etag("v1");
  request.set_request_id("r");
  const absl::StatusOr<ChangeRequest> result = Validate(request);
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->order_id, "o1");
  EXPECT_EQ(result->etag, "v1");
  EXPECT_EQ(result->request_id, "r");

  // Errors show an etag back to the caller.
  request.set_name("o1");
  request.set_etag(std::string(4'000'000, 'e'));
  request.set_request_id("\n");
  EXPECT_THAT(ViolationsIn(Validate(request)),
              ElementsAre(At("name", "'o1'"), At("etag", "4000000 characters"), At("request_id", "'?'")));
}

TEST(ValidateVerbs, Reasons) {
  const auto check = [](auto request) {
    request.set_name("orders/o1");
    request.set_reason(std::string(501, 'r'));
    EXPECT_THAT(ViolationsIn(Validate(request)), ElementsAre(At("reason", "501 characters; at most 500")));
  };
  check(v1::ConfirmOrderRequest());
  check(v1::RejectOrderRequest());
  check(v1::CancelOrderRequest());
  check(v1::ReturnOrderRequest());
  check(v1::RefundOrderRequest());
}

TEST(ValidateShip, LinesCarrierAndTrackingNumber) {
  v1::ShipOrderRequest request;
  request.set_name("orders/o1");
  EXPECT_THAT(std::get<domain::ShipCommand>(Validate(request)->command).lines, IsEmpty());
  v1::LineQuantity& line = *request.add_lines();
  line.set_line_id("1");
  line.set_quantity(3);
  EXPECT_THAT(std::get<domain::ShipCommand>(Validate(request)->command).lines,
              ElementsAre(domain::LineQuantity{"1", 3}));
  *request.add_lines() = line;
  request.add_lines()->set_quantity(int64_t{1} << 62);
  request.set_carrier(std::string(129, 'c'));
  request.set_tracking_number("\x01");
  EXPECT_THAT(ViolationsIn(Validate(request)),
              UnorderedElementsAre(At("lines[1].line_id", "named twice"), At("lines[2].line_id", "required"),
                                   At("lines[2].quantity", "4611686018427387904"), At("carrier", "129 characters"),
                                   At("tracking_number", "'?'")));
}

TEST(ValidateReturn, TooManyLines) {
  v1::ReturnOrderRequest request;
  request.set_name("orders/o1");
  for (int i = 0; i < 501; ++i) request.add_lines();
  EXPECT_THAT(ViolationsIn(Validate(request)), ElementsAre(At("lines", "has 501 entries")));
}

TEST(ValidateRefund, Amounts) {
  v1::RefundOrderRequest request;
  request.set_name("orders/o1");
  EXPECT_EQ(std::get<domain::RefundCommand>(Validate(request)->command).amount, std::nullopt);
  SetMoney(request.mutable_amount(), 5, 0, "EUR");
  EXPECT_EQ(std::get<domain::RefundCommand>(Validate(request)->command).amount, Money::FromUnits(5));
  EXPECT_EQ(std::get<domain::RefundCommand>(Validate(request)->command).currency_code, "EUR");
  SetMoney(request.mutable_amount(), 0, 0, "EUR");
  EXPECT_THAT(ViolationsIn(Validate(request)), ElementsAre(At("amount", "is zero")));
  SetMoney(request.mutable_amount(), -5, 0, "EUR");
  EXPECT_THAT(ViolationsIn(Validate(request)), ElementsAre(At("amount", "negative")));
}

TEST(ValidateErase, CustomerIds) {
  v1::EraseCustomerDataRequest request;
  EXPECT_THAT(ViolationsIn(Validate(request)), ElementsAre(At("customer_id", "required")));
  request.set_customer_id("c");
  EXPECT_EQ(*Validate(request), "c");
}

TEST(Quoted, IsShortAndPrintable) {
  EXPECT_EQ(Quoted("plain"), "'plain'");
  EXPECT_EQ(Quoted(std::string(64, 'x')), absl::StrCat("'", std::string(64, 'x'), "'"));
  EXPECT_EQ(Quoted(std::string(65, 'x')), absl::StrCat("'", std::string(64, 'x'), "...'"));
  std::string euros;
  for (int i = 0; i < 64; ++i) euros += "€";
  EXPECT_EQ(Quoted(euros), absl::StrCat("'", euros, "'"));
  EXPECT_EQ(Quoted(euros + "€"), absl::StrCat("'", euros, "...'"));
  EXPECT_EQ(Quoted("a\nb\x7f"), "'a?b?'");
  EXPECT_EQ(Quoted("\xc2\x9b"), "'?'") << "a C1 control starts an escape sequence in some terminals";
  EXPECT_EQ(Quoted("\u202e\u2066\u2028\u200f"), "'\?\?\?\?'") << "these reorder or break the text around them";
  EXPECT_EQ(Quoted("\u00a0\u2014é😀"), "'\u00a0\u2014é😀'");
  EXPECT_EQ(Quoted("\xff\xe2\x82"), "'\?\?\?'");
}

}  // namespace
}  // namespace orders::validate
