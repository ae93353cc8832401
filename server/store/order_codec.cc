#include "server/store/order_codec.h"

#include <google/protobuf/arena.h>

#include <utility>

namespace orders::store {

namespace {

using domain::Money;

constexpr std::string_view kNamePrefix = "orders/";

void ToProto(Money amount, const std::string& currency, google::type::Money* out) {
  out->set_currency_code(currency);
  out->set_units(amount.units());
  out->set_nanos(amount.nanos());
}

Money FromProto(const google::type::Money& amount) { return Money::FromUnits(amount.units(), amount.nanos()); }

void ToProto(absl::Time time, google::protobuf::Timestamp* out) {
  const int64_t micros = absl::ToUnixMicros(time);
  int64_t seconds = micros / 1'000'000;
  int64_t rest = micros % 1'000'000;
  if (rest < 0) {
    rest += 1'000'000;
    --seconds;
  }
  out->set_seconds(seconds);
  out->set_nanos(static_cast<int32_t>(rest * 1000));
}

absl::Time FromProto(const google::protobuf::Timestamp& time) {
  return absl::FromUnixMicros(time.seconds() * 1'000'000 + time.nanos() / 1000);
}

void ToProto(const domain::OrderLine& line, const std::string& currency, v1::OrderLine* out) {
  out->set_line_id(line.line_id);
  out->set_product_id(line.product_id);
  out->set_description(line.description);
  out->set_quantity(line.quantity);
  if (line.unit_price) ToProto(*line.unit_price, currency, out->mutable_unit_price());
  if (!line.discount.is_zero()) ToProto(line.discount, currency, out->mutable_discount());
  if (!line.tax.is_zero()) ToProto(line.tax, currency, out->mutable_tax());
  out->set_quantity_shipped(line.quantity_shipped);
  out->set_quantity_returned(line.quantity_returned);
}

domain::OrderLine FromProto(const v1::OrderLine& line) {
  domain::OrderLine out;
  out.line_id = line.line_id();
  out.product_id = line.product_id();
  out.description = line.description();
  out.quantity = line.quantity();
  if (line.has_unit_price()) out.unit_price = FromProto(line.unit_price());
  out.discount = FromProto(line.discount());
  out.tax = FromProto(line.tax());
  out.quantity_shipped = line.quantity_shipped();
  out.quantity_returned = line.quantity_returned();
  return out;
}

void ToProto(const domain::Shipment& shipment, v1::Shipment* out) {
  out->set_shipment_id(shipment.shipment_id);
  for (const domain::LineQuantity& line : shipment.lines) {
    v1::LineQuantity* quantity = out->add_lines();
    quantity->set_line_id(line.line_id);
    quantity->set_quantity(line.quantity);
  }
  out->set_carrier(shipment.carrier);
  out->set_tracking_number(shipment.tracking_number);
  ToProto(shipment.ship_time, out->mutable_ship_time());
}

domain::Shipment FromProto(const v1::Shipment& shipment) {
  domain::Shipment out;
  out.shipment_id = shipment.shipment_id();
  for (const v1::LineQuantity& line : shipment.lines()) out.lines.push_back({line.line_id(), line.quantity()});
  out.carrier = shipment.carrier();
  out.tracking_number = shipment.tracking_number();
  out.ship_time = FromProto(shipment.ship_time());
  return out;
}

void ToProto(const domain::Address& address, v1::Address* out) {
  out->set_recipient(address.recipient);
  for (const std::string& line : address.address_lines) out->add_address_lines(line);
  out->set_locality(address.locality);
  out->set_administrative_area(address.administrative_area);
  out->set_postal_code(address.postal_code);
  out->set_region_code(address.region_code);
  out->set_phone(address.phone);
}

domain::Address FromProto(const v1::Address& address) {
  domain::Address out;
  out.recipient = address.recipient();
  out.address_lines.assign(address.address_lines().begin(), address.address_lines().end());
  out.locality = address.locality();
  out.administrative_area = address.administrative_area();
  out.postal_code = address.postal_code();
  out.region_code = address.region_code();
  out.phone = address.phone();
  return out;
}

void BodyToProto(const domain::Order& order, v1::Order* out) {
  const std::string& currency = order.currency_code;
  out->set_name("orders/" + order.order_id);
  out->set_customer_id(order.customer_id);
  for (const domain::OrderLine& line : order.lines) ToProto(line, currency, out->add_lines());
  out->set_currency_code(currency);
  ToProto(order.shipping_fee, currency, out->mutable_shipping_fee());
  ToProto(order.totals.subtotal, currency, out->mutable_subtotal());
  ToProto(order.totals.discount_total, currency, out->mutable_discount_total());
  ToProto(order.totals.tax_total, currency, out->mutable_tax_total());
  ToProto(order.totals.total, currency, out->mutable_total());
  ToProto(order.refunded_total, currency, out->mutable_refunded_total());
  out->set_state(static_cast<v1::OrderState>(order.state));
  out->set_payment_state(static_cast<v1::PaymentState>(order.payment_state));
  for (const domain::Shipment& shipment : order.shipments) ToProto(shipment, out->add_shipments());
  out->set_external_reference(order.external_reference);
  for (const auto& [key, value] : order.labels) (*out->mutable_labels())[key] = value;
  out->set_state_reason(order.state_reason);
  out->set_version(order.version);
  out->set_etag(domain::EtagOf(order.version));
  ToProto(order.create_time, out->mutable_create_time());
  ToProto(order.update_time, out->mutable_update_time());
  if (order.expire_time) ToProto(*order.expire_time, out->mutable_expire_time());
}

}  // namespace

EncodedOrder EncodeOrder(const domain::Order& order) {
  EncodedOrder encoded;
  google::protobuf::Arena arena;
  auto* body = google::protobuf::Arena::CreateMessage<v1::Order>(&arena);
  BodyToProto(order, body);
  body->SerializeToString(&encoded.body);
  if (order.shipping_address || !order.note.empty()) {
    auto* personal = google::protobuf::Arena::CreateMessage<v1::Order>(&arena);
    if (order.shipping_address) ToProto(*order.shipping_address, personal->mutable_shipping_address());
    personal->set_note(order.note);
    personal->SerializeToString(&encoded.personal);
  }
  return encoded;
}

absl::StatusOr<domain::Order> DecodeOrder(std::string_view bytes) {
  google::protobuf::Arena arena;
  auto* order = google::protobuf::Arena::CreateMessage<v1::Order>(&arena);
  if (!order->ParseFromArray(bytes.data(), static_cast<int>(bytes.size())) || !order->name().starts_with(kNamePrefix)) {
    return absl::DataLossError("a stored order is not an orders.v1.Order message");
  }
  domain::Order out;
  out.order_id = order->name().substr(kNamePrefix.size());
  out.customer_id = order->customer_id();
  for (const v1::OrderLine& line : order->lines()) out.lines.push_back(FromProto(line));
  out.currency_code = order->currency_code();
  out.shipping_fee = FromProto(order->shipping_fee());
  out.totals = {FromProto(order->subtotal()), FromProto(order->discount_total()), FromProto(order->tax_total()),
                FromProto(order->total())};
  out.refunded_total = FromProto(order->refunded_total());
  out.state = static_cast<domain::OrderState>(order->state());
  out.payment_state = static_cast<domain::PaymentState>(order->payment_state());
  for (const v1::Shipment& shipment : order->shipments()) out.shipments.push_back(FromProto(shipment));
  if (order->has_shipping_address()) out.shipping_address = FromProto(order->shipping_address());
  out.external_reference = order->external_reference();
  out.labels.insert(order->labels().begin(), order->labels().end());
  out.note = order->note();
  out.state_reason = order->state_reason();
  out.version = order->version();
  out.create_time = FromProto(order->create_time());
  out.update_time = FromProto(order->update_time());
  if (order->has_expire_time()) out.expire_time = FromProto(order->expire_time());
  return out;
}

}  // namespace orders::store
