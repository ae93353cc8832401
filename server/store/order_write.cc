#include "server/store/order_write.h"

#include <google/protobuf/arena.h>

#include "nlohmann/json.hpp"
#include "orders/v1/order_event.pb.h"
#include "server/store/wire_format.h"

namespace orders::store {

namespace {

// The event as consumers get it, but for the position, which the database gives it. `body` is spliced in as the field
// order_after instead of being built twice.
std::string EncodeEvent(const domain::Decision& decision, const Origin& origin, const Uuid& event_id,
                        const std::string& body) {
  google::protobuf::Arena arena;
  auto* event = google::protobuf::Arena::CreateMessage<v1::OrderEvent>(&arena);
  event->set_event_id(event_id.ToString());
  event->set_order("orders/" + decision.order.order_id);
  event->set_order_version(decision.order.version);
  event->set_type(std::string(decision.event_type));
  const int64_t occur_time_us = absl::ToUnixMicros(decision.order.update_time);
  event->mutable_occur_time()->set_seconds(occur_time_us / 1'000'000);
  event->mutable_occur_time()->set_nanos(static_cast<int32_t>(occur_time_us % 1'000'000 * 1000));
  event->set_actor(origin.actor);
  event->set_request_id(origin.request_id);
  event->set_correlation_id(origin.correlation_id);
  event->set_traceparent(origin.traceparent);
  for (const std::string& field : decision.changed_fields) event->mutable_changed_fields()->add_paths(field);

  std::string payload;
  payload.reserve(event->ByteSizeLong() + body.size() + 8);
  event->AppendToString(&payload);
  AppendField(payload, v1::OrderEvent::kOrderAfterFieldNumber, body);
  return payload;
}

}  // namespace

OrderWrite EncodeWrite(const domain::Decision& decision, const Origin& origin,
                       const std::optional<IdempotencyKey>& idempotency) {
  const domain::Order& order = decision.order;
  OrderWrite write;
  write.order_id = order.order_id;
  write.version = order.version;
  write.state = domain::StateName(order.state);
  write.payment_state = domain::StateName(order.payment_state);
  write.customer_id = order.customer_id;
  write.currency_code = order.currency_code;
  write.subtotal = order.totals.subtotal.ToDecimal();
  write.discount_total = order.totals.discount_total.ToDecimal();
  write.tax_total = order.totals.tax_total.ToDecimal();
  write.shipping_fee = order.shipping_fee.ToDecimal();
  write.total = order.totals.total.ToDecimal();
  write.refunded_total = order.refunded_total.ToDecimal();
  if (!order.external_reference.empty()) write.external_reference = order.external_reference;
  if (!order.labels.empty()) write.labels_json = nlohmann::json(order.labels).dump();
  write.create_time = order.create_time;
  write.update_time = order.update_time;
  write.expire_time = order.expire_time;
  write.encoded = EncodeOrder(order);
  write.event_id = Uuid::MakeV7(order.update_time);
  write.event_type = decision.event_type;
  write.event_payload = EncodeEvent(decision, origin, write.event_id, write.encoded.body);
  write.idempotency = idempotency;
  return write;
}

}  // namespace orders::store
