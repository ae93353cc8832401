#include "tests/bench/order_bench/order_messages.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/wire_format_lite.h>

#include <cstring>

namespace orders::bench {
namespace {

using google::protobuf::internal::WireFormatLite;
using google::protobuf::io::CodedInputStream;

constexpr std::string_view kCustomerIdPrefix = "customer-";

void SetMoney(google::type::Money* money, int64_t units, int32_t nanos) {
  money->set_currency_code("EUR");
  money->set_units(units);
  money->set_nanos(nanos);
}

void AddLine(v1::Order& order, std::string_view product, std::string_view description, int64_t quantity,
             int64_t price_units, int64_t tax_units) {
  v1::OrderLine* line = order.add_lines();
  line->set_product_id(std::string(product));
  line->set_description(std::string(description));
  line->set_quantity(quantity);
  SetMoney(line->mutable_unit_price(), price_units, 990'000'000);
  SetMoney(line->mutable_tax(), tax_units, 500'000'000);
}

v1::Order NewOrder(OrderShape shape) {
  v1::Order order;
  order.set_customer_id(std::string(kCustomerIdPlace));
  order.set_currency_code("EUR");
  AddLine(order, "sku-10432", "Coffee beans, dark roast, 1 kg", 2, 18, 2);
  AddLine(order, "sku-20771", "Burr grinder, stainless steel", 1, 149, 28);
  SetMoney(order.mutable_shipping_fee(), 4, 900'000'000);
  if (shape == OrderShape::kPlain) return order;

  v1::Address* address = order.mutable_shipping_address();
  address->set_recipient("Erika Mustermann");
  address->add_address_lines("Beispielstrasse 14");
  address->set_locality("Leipzig");
  address->set_postal_code("04109");
  address->set_region_code("DE");
  order.set_external_reference("web-2026-0004711");
  (*order.mutable_labels())["channel"] = "web";
  (*order.mutable_labels())["campaign"] = "autumn";
  order.set_note("Please ring twice.");
  return order;
}

void WriteHex(uint64_t value, int digits, char* to) {
  for (int i = digits - 1; i >= 0; --i, value >>= 4) to[i] = "0123456789abcdef"[value & 15];
}

// Calls `visit(field number, bytes)` for the length-delimited fields of `message`, until it returns false or the
// message ends or is malformed.
template <class Visit>
void VisitFields(std::string_view message, Visit visit) {
  CodedInputStream input(reinterpret_cast<const uint8_t*>(message.data()), static_cast<int>(message.size()));
  while (const uint32_t tag = input.ReadTag()) {
    if (WireFormatLite::GetTagWireType(tag) != WireFormatLite::WIRETYPE_LENGTH_DELIMITED) {
      if (!WireFormatLite::SkipField(&input, tag)) return;
      continue;
    }
    uint32_t size = 0;
    if (!input.ReadVarint32(&size)) return;
    const auto begin = static_cast<size_t>(input.CurrentPosition());
    if (!input.Skip(static_cast<int>(size))) return;
    if (!visit(WireFormatLite::GetTagFieldNumber(tag), message.substr(begin, size))) return;
  }
}

std::string_view FirstFieldWithNumber(std::string_view message, int number) {
  std::string_view found;
  VisitFields(message, [&](int field, std::string_view bytes) {
    if (field == number) found = bytes;
    return field != number;
  });
  return found;
}

}  // namespace

Identities::Identities(uint32_t customers) : run_(std::random_device{}()), customers_(customers) {}

void Identities::WriteRequestId(char* to) {
  WriteHex(run_, 8, to);
  to[8] = '-';
  WriteHex(next_request_.fetch_add(1, std::memory_order_relaxed), 12, to + 9);
}

std::string Identities::RequestId() {
  std::string id(kRequestIdSize, ' ');
  WriteRequestId(id.data());
  return id;
}

void Identities::WriteCustomerId(Random& random, char* to) const {
  std::memcpy(to, kCustomerIdPrefix.data(), kCustomerIdPrefix.size());
  WriteHex(random() % customers_, 8, to + kCustomerIdPrefix.size());
}

std::string Identities::CustomerId(Random& random) const {
  std::string id(kCustomerIdSize, ' ');
  WriteCustomerId(random, id.data());
  return id;
}

v1::CreateOrderRequest CreateRequestWithPlaces(OrderShape shape) {
  v1::CreateOrderRequest request;
  *request.mutable_order() = NewOrder(shape);
  request.set_request_id(std::string(kRequestIdPlace));
  return request;
}

std::vector<size_t> FindAll(std::string_view text, std::string_view wanted) {
  std::vector<size_t> places;
  for (size_t at = text.find(wanted); at != std::string_view::npos; at = text.find(wanted, at + wanted.size())) {
    places.push_back(at);
  }
  return places;
}

CreateRequestTemplate::CreateRequestTemplate(std::string bytes)
    : bytes_(std::move(bytes)),
      customer_ids_(FindAll(bytes_, kCustomerIdPlace)),
      request_ids_(FindAll(bytes_, kRequestIdPlace)) {}

CreateRequestTemplate CreateRequestTemplate::One(OrderShape shape) {
  return CreateRequestTemplate(CreateRequestWithPlaces(shape).SerializeAsString());
}

CreateRequestTemplate CreateRequestTemplate::Batch(OrderShape shape, int orders) {
  v1::BatchCreateOrdersRequest request;
  for (int i = 0; i < orders; ++i) *request.add_requests() = CreateRequestWithPlaces(shape);
  return CreateRequestTemplate(request.SerializeAsString());
}

void CreateRequestTemplate::Fill(Identities& identities, Random& random, std::string& request) const {
  request = bytes_;
  for (const size_t at : customer_ids_) identities.WriteCustomerId(random, request.data() + at);
  for (const size_t at : request_ids_) identities.WriteRequestId(request.data() + at);
}

v1::Order SampleCreatedOrder(OrderShape shape) {
  v1::Order order = NewOrder(shape);
  order.set_name("orders/0198f3a1-7c3e-7d52-9a44-3f0e8b6c21d7");
  for (int i = 0; i < order.lines_size(); ++i) order.mutable_lines(i)->set_line_id(std::to_string(i + 1));
  SetMoney(order.mutable_subtotal(), 187, 970'000'000);
  SetMoney(order.mutable_discount_total(), 0, 0);
  SetMoney(order.mutable_tax_total(), 31, 0);
  SetMoney(order.mutable_total(), 223, 870'000'000);
  SetMoney(order.mutable_refunded_total(), 0, 0);
  order.set_state(v1::ORDER_STATE_PENDING);
  order.set_payment_state(v1::PAYMENT_STATE_UNPAID);
  order.set_version(1);
  order.set_etag("\"1\"");
  order.mutable_create_time()->set_seconds(1'790'000'000);
  order.mutable_create_time()->set_nanos(123'456'000);
  *order.mutable_update_time() = order.create_time();
  return order;
}

int CountFirstField(std::string_view message) {
  int count = 0;
  VisitFields(message, [&](int field, std::string_view) {
    count += field == 1;
    return true;
  });
  return count;
}

std::string_view OrderName(std::string_view order) { return FirstFieldWithNumber(order, v1::Order::kNameFieldNumber); }

int CountCreated(std::string_view batch_response) {
  int created = 0;
  VisitFields(batch_response, [&](int, std::string_view result) {
    created += !FirstFieldWithNumber(result, v1::BatchCreateOrdersResult::kOrderFieldNumber).empty();
    return true;
  });
  return created;
}

std::string_view NextPageToken(std::string_view list_response) {
  return FirstFieldWithNumber(list_response, v1::ListOrdersResponse::kNextPageTokenFieldNumber);
}

}  // namespace orders::bench
