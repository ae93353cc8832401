// Thousands of random and hostile requests: each is refused with violations fit to show, or gives a command within the
// limits.

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>
#include <google/protobuf/stubs/common.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <map>
#include <random>
#include <string>
#include <type_traits>
#include <variant>
#include <vector>

#include "server/domain/limits.h"
#include "server/domain/refusal.h"
#include "server/validate/requests.h"

namespace orders::validate {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

constexpr int kMessagesOfEachType = 1000;
const absl::Time kNow = absl::FromUnixSeconds(1'700'000'000);

// Fills messages through reflection, so that a new field is attacked as soon as it exists.
class HostileCaller {
 public:
  explicit HostileCaller(uint32_t seed) : random_(seed) {}

  // Sets most of the fields, of which one in `hostility` gets a value that is anything but what it should be.
  void Fill(Message& message, unsigned hostility, int depth = 0) {
    const Reflection& reflection = *message.GetReflection();
    for (int i = 0; i < message.GetDescriptor()->field_count(); ++i) {
      const FieldDescriptor& field = *message.GetDescriptor()->field(i);
      const bool hostile = OneIn(hostility);
      if (OneIn(8)) continue;
      if (!field.is_repeated()) {
        Set(message, field, hostile, hostility, depth);
        continue;
      }
      const int count = hostile && depth < 2 ? Pick<int>({0, 5, 65, 501, 700}) : Pick<int>({1, 1, 2});
      for (int n = 0; n < count; ++n) Add(message, reflection, field, hostile && OneIn(3), hostility, depth);
    }
  }

 private:
  bool OneIn(unsigned n) { return random_() % n == 0; }

  template <class T>
  T Pick(const std::vector<T>& from) {
    return from[random_() % from.size()];
  }

  std::string String(const FieldDescriptor& field, bool hostile) {
    if (hostile) return HostileString();
    static const std::map<std::string, std::vector<std::string>> kPlausible = {
        {"name", {"orders/o1", "orders/0190a6e0-7c1a-7000-8000-000000000001"}},
        {"parent", {"orders/o1"}},
        {"names", {"orders/o1", "orders/o2", "orders/o3", "orders/o4"}},
        {"order_id", {"", "o1", "web-42"}},
        {"currency_code", {"EUR"}},
        {"region_code", {"", "DE", "FR"}},
        {"line_id", {"1", "2", "A.1"}},
        {"filter", {"", "state = PENDING AND -labels:gift", "create_time > 2026-01-31T00:00:00Z"}},
        {"order_by", {"", "create_time", "update_time desc"}},
        {"page_token", {""}},
        {"paths", {"note", "labels", "lines", "shipping_fee", "expire_time"}},
        {"key", {"gift", "channel", "a-b_c"}},
    };
    const auto plausible = kPlausible.find(field.name());
    return plausible == kPlausible.end() ? Pick<std::string>({"text", "Zoë", "x-1"}) : Pick(plausible->second);
  }

  std::string HostileString() {
    switch (random_() % 8) {
      case 0:
        return std::string(Pick<size_t>({64, 65, 129, 257, 501, 2001, 100'000}), 'x');
      case 1: {
        std::string noise(random_() % 40, '\0');
        for (char& c : noise) c = static_cast<char>(random_());
        return noise;
      }
      case 2:
        return Pick<std::string>({"'; DROP TABLE orders; --", "' OR '1'='1", "$1::text", "{\"a\":1}", "\\x00", "%s%n"});
      case 3:
        return Pick<std::string>({"\xff\xfe", "\xc0\x80", "\xed\xa0\x80", "abc\xe2\x82", "\xf5\x80\x80\x80"});
      case 4:
        return Pick<std::string>({std::string("a\0b", 3), "\x1b[2J", "\r\n\r\nx: y", "\x7f", "\u202e\u2066", "\u0085"});
      case 5:
        return Pick<std::string>({"orders/", "orders//", "orders/../x", "ORDERS/a", "-", "*", ".", "note.text", "eur"});
      case 6:
        return Pick<std::string>({"((((", "state = ", "a = \"", "AND AND", "create_time > infinite-past", "labels.\""});
      default:
        return "";
    }
  }

  int64_t Integer(const FieldDescriptor& field, bool hostile) {
    constexpr int64_t kMin = std::numeric_limits<int64_t>::min();
    constexpr int64_t kMax = std::numeric_limits<int64_t>::max();
    if (hostile) {
      return Pick<int64_t>({0, -1, int64_t{1} << 31, -(int64_t{1} << 31), int64_t{1} << 62, kMin, kMax, 1'000'001,
                            1'000'000'000'000'000, 999'999'999'999'999, static_cast<int64_t>(random_())});
    }
    if (field.name() == "seconds") return 1'700'000'000 + static_cast<int64_t>(random_() % 1000) + 1;
    return Pick<int64_t>({1, 2, 1'000'000});
  }

  int32_t SmallInteger(bool hostile) {
    if (!hostile) return Pick<int32_t>({0, 1, 990'000'000});
    return Pick<int32_t>({-1, 999'999'999, 1'000'000'000, std::numeric_limits<int32_t>::min(),
                          std::numeric_limits<int32_t>::max(), static_cast<int32_t>(random_())});
  }

  int EnumNumber(bool hostile) { return hostile ? Pick<int>({-1, 0, 99, 1 << 30}) : 1; }

  void Set(Message& message, const FieldDescriptor& field, bool hostile, unsigned hostility, int depth) {
    const Reflection& reflection = *message.GetReflection();
    switch (field.cpp_type()) {
      case FieldDescriptor::CPPTYPE_STRING:
        return reflection.SetString(&message, &field, String(field, hostile));
      case FieldDescriptor::CPPTYPE_INT64:
        return reflection.SetInt64(&message, &field, Integer(field, hostile));
      case FieldDescriptor::CPPTYPE_INT32:
        return reflection.SetInt32(&message, &field, SmallInteger(hostile));
      case FieldDescriptor::CPPTYPE_BOOL:
        return reflection.SetBool(&message, &field, OneIn(2));
      case FieldDescriptor::CPPTYPE_ENUM:
        return reflection.SetEnumValue(&message, &field, EnumNumber(hostile));
      case FieldDescriptor::CPPTYPE_MESSAGE:
        return Fill(*reflection.MutableMessage(&message, &field), hostility, depth + 1);
      default:
        FAIL() << "no values for the type of " << field.full_name();
    }
  }

  void Add(Message& message, const Reflection& reflection, const FieldDescriptor& field, bool hostile,
           unsigned hostility, int depth) {
    switch (field.cpp_type()) {
      case FieldDescriptor::CPPTYPE_STRING:
        return reflection.AddString(&message, &field, String(field, hostile));
      case FieldDescriptor::CPPTYPE_MESSAGE:
        return Fill(*reflection.AddMessage(&message, &field), hostility, depth + 1);
      default:
        FAIL() << "no values for the type of " << field.full_name();
    }
  }

  std::mt19937 random_;
};

bool IsUtf8(const std::string& text) {
  return google::protobuf::internal::IsStructurallyValidUTF8(text.data(), static_cast<int>(text.size()));
}

void ExpectText(const std::string& text, size_t least, size_t most, const std::string& allowed_controls = "") {
  EXPECT_TRUE(IsUtf8(text));
  const auto characters = static_cast<size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
  EXPECT_GE(characters, least);
  EXPECT_LE(characters, most) << text;
  for (const char c : text) {
    EXPECT_TRUE(static_cast<unsigned char>(c) >= 0x20 || allowed_controls.find(c) != std::string::npos) << int{c};
  }
}

void ExpectAmount(domain::Money amount) {
  EXPECT_GE(amount, domain::Money());
  EXPECT_LE(amount, domain::kMaxAmount);
}

void ExpectLines(const std::vector<domain::OrderLine>& lines) {
  EXPECT_GE(lines.size(), 1u);
  EXPECT_LE(lines.size(), domain::kMaxLines);
  for (const domain::OrderLine& line : lines) {
    ExpectText(line.line_id, 0, domain::kMaxLineIdChars);
    ExpectText(line.product_id, 1, domain::kMaxProductIdChars);
    ExpectText(line.description, 0, domain::kMaxDescriptionChars);
    EXPECT_GE(line.quantity, 1);
    EXPECT_LE(line.quantity, domain::kMaxQuantity);
    ExpectAmount(line.unit_price.value_or(domain::Money()));
    ExpectAmount(line.discount);
    ExpectAmount(line.tax);
    EXPECT_EQ(line.quantity_shipped, 0);
    EXPECT_EQ(line.quantity_returned, 0);
  }
}

void ExpectAddress(const domain::Address& address) {
  EXPECT_LE(address.address_lines.size(), domain::kMaxAddressLines);
  for (const std::string& line : address.address_lines) ExpectText(line, 0, domain::kMaxAddressFieldChars);
  for (const std::string& text : {address.recipient, address.locality, address.administrative_area, address.postal_code,
                                  address.region_code, address.phone}) {
    ExpectText(text, 0, domain::kMaxAddressFieldChars);
  }
}

void ExpectLabels(const std::map<std::string, std::string>& labels) {
  EXPECT_LE(labels.size(), domain::kMaxLabels);
  for (const auto& [key, value] : labels) {
    ExpectText(key, 1, domain::kMaxLabelKeyChars);
    EXPECT_EQ(key.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_-"), std::string::npos) << key;
    ExpectText(value, 0, domain::kMaxLabelValueChars);
  }
}

void ExpectExpireTime(absl::Time time) {
  EXPECT_GT(time, kNow);
  EXPECT_LT(time, absl::FromUnixSeconds(253'402'300'800));
  EXPECT_EQ(time, absl::FromUnixMicros(absl::ToUnixMicros(time)));
}

void ExpectOrderId(const std::string& id) {
  ExpectText(id, 1, domain::kMaxOrderIdChars);
  EXPECT_EQ(id.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-"), std::string::npos) << id;
}

void ExpectWithinLimits(const CreateRequest& request) {
  const domain::CreateCommand& command = request.command;
  ExpectText(request.request_id, 0, domain::kMaxRequestIdChars);
  if (request.caller_chose_id) ExpectOrderId(command.order_id);
  ExpectText(command.customer_id, 1, domain::kMaxCustomerIdChars);
  ExpectText(command.currency_code, 3, 3);
  ExpectLines(command.lines);
  ExpectAmount(command.shipping_fee);
  if (command.shipping_address) ExpectAddress(*command.shipping_address);
  ExpectText(command.external_reference, 0, domain::kMaxExternalReferenceChars);
  ExpectLabels(command.labels);
  ExpectText(command.note, 0, domain::kMaxNoteChars, "\n\t");
  if (command.expire_time) ExpectExpireTime(*command.expire_time);
}

void ExpectWithinLimits(const domain::UpdateCommand& command) {
  if (command.lines) ExpectLines(*command.lines);
  if (command.shipping_fee) ExpectAmount(*command.shipping_fee);
  if (command.shipping_address && *command.shipping_address) ExpectAddress(**command.shipping_address);
  if (command.external_reference) ExpectText(*command.external_reference, 0, domain::kMaxExternalReferenceChars);
  if (command.labels) ExpectLabels(*command.labels);
  if (command.note) ExpectText(*command.note, 0, domain::kMaxNoteChars, "\n\t");
  if (command.expire_time && *command.expire_time) ExpectExpireTime(**command.expire_time);
  if (command.amounts_currency) ExpectText(*command.amounts_currency, 3, 3);
}

void ExpectWithinLimits(const std::vector<domain::LineQuantity>& lines) {
  EXPECT_LE(lines.size(), domain::kMaxLines);
  for (const domain::LineQuantity& line : lines) {
    ExpectText(line.line_id, 1, domain::kMaxLineIdChars);
    EXPECT_GE(line.quantity, 1);
    EXPECT_LE(line.quantity, domain::kMaxQuantity);
  }
}

void ExpectWithinLimits(const domain::ShipCommand& command) {
  ExpectWithinLimits(command.lines);
  ExpectText(command.carrier, 0, domain::kMaxCarrierChars);
  ExpectText(command.tracking_number, 0, domain::kMaxTrackingNumberChars);
}

void ExpectWithinLimits(const domain::ReturnCommand& command) {
  ExpectWithinLimits(command.lines);
  ExpectText(command.reason, 0, domain::kMaxReasonChars);
}

void ExpectWithinLimits(const domain::RefundCommand& command) {
  if (command.amount) {
    ExpectAmount(*command.amount);
    EXPECT_GT(*command.amount, domain::Money());
    ExpectText(command.currency_code, 3, 3);
  }
  ExpectText(command.reason, 0, domain::kMaxReasonChars);
}

// Confirm, reject, cancel: a reason. Deliver, expire, erase: nothing.
template <class Command>
void ExpectWithinLimits(const Command& command) {
  if constexpr (requires { command.reason; }) ExpectText(command.reason, 0, domain::kMaxReasonChars);
}

void ExpectWithinLimits(const ChangeRequest& request) {
  ExpectOrderId(request.order_id);
  ExpectText(request.etag, 0, 64);
  ExpectText(request.request_id, 0, domain::kMaxRequestIdChars);
  std::visit([](const auto& command) { ExpectWithinLimits(command); }, request.command);
}

void ExpectWithinLimits(const GetRequest& request) { ExpectOrderId(request.order_id); }

void ExpectWithinLimits(const std::vector<std::string>& order_ids) {
  EXPECT_GE(order_ids.size(), 1u);
  EXPECT_LE(order_ids.size(), 500u);
  for (const std::string& id : order_ids) ExpectOrderId(id);
}

void ExpectWithinLimits(const ListRequest& request) {
  EXPECT_GE(request.page_size, 1);
  EXPECT_LE(request.page_size, 1000);
  EXPECT_EQ(request.start, std::nullopt);
}

void ExpectWithinLimits(const ListEventsRequest& request) {
  ExpectOrderId(request.order_id);
  EXPECT_GE(request.page_size, 1);
  EXPECT_LE(request.page_size, 1000);
}

void ExpectWithinLimits(const std::string& customer_id) { ExpectText(customer_id, 1, domain::kMaxCustomerIdChars); }

void ExpectFitToShow(const absl::Status& status) {
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  const std::optional<domain::Refusal> refusal = domain::RefusalOf(status);
  ASSERT_TRUE(refusal.has_value()) << status;
  EXPECT_EQ(refusal->reason, domain::Reason::kInvalidRequest);
  EXPECT_FALSE(refusal->violations.empty());
  for (const domain::FieldViolation& violation : refusal->violations) {
    ExpectText(violation.field, 1, 200);
    ExpectText(violation.description, 1, 400);
  }
}

template <class Request>
auto ValidateAny(const Request& request) {
  if constexpr (requires { Validate(request, kNow); }) {
    return Validate(request, kNow);
  } else {
    return Validate(request);
  }
}

template <class Request>
class HostileMessages : public testing::Test {};
using Requests =
    testing::Types<v1::CreateOrderRequest, v1::GetOrderRequest, v1::BatchGetOrdersRequest, v1::ListOrdersRequest,
                   v1::UpdateOrderRequest, v1::ConfirmOrderRequest, v1::RejectOrderRequest, v1::CancelOrderRequest,
                   v1::ShipOrderRequest, v1::DeliverOrderRequest, v1::ReturnOrderRequest, v1::RefundOrderRequest,
                   v1::ListOrderEventsRequest, v1::EraseCustomerDataRequest>;
TYPED_TEST_SUITE(HostileMessages, Requests);

TYPED_TEST(HostileMessages, AreRefusedOrWithinLimits) {
  HostileCaller caller(20260131);
  int accepted = 0;
  int refused = 0;
  for (int i = 0; i < kMessagesOfEachType && !this->HasFailure(); ++i) {
    TypeParam request;
    caller.Fill(request, i % 2 == 0 ? 3 : 200);
    const auto result = ValidateAny(request);
    if (result.ok()) {
      ++accepted;
      ExpectWithinLimits(*result);
    } else {
      ++refused;
      ExpectFitToShow(result.status());
    }
    if (this->HasFailure()) ADD_FAILURE() << request.ShortDebugString().substr(0, 4000);
  }
  // Otherwise the test would prove nothing about one of the two.
  EXPECT_GT(accepted, 50);
  EXPECT_GT(refused, 50);
}

TEST(HostileBatches, AreRefusedOrOk) {
  HostileCaller caller(1);
  for (int i = 0; i < 50; ++i) {
    v1::BatchCreateOrdersRequest request;
    caller.Fill(request, 5);
    if (absl::Status status = ValidateBatch(request); !status.ok()) ExpectFitToShow(status);
  }
}

}  // namespace
}  // namespace orders::validate
