#ifndef ORDERS_SERVER_RPC_HANDLERS_H_
#define ORDERS_SERVER_RPC_HANDLERS_H_

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "orders/v1/order_service.pb.h"
#include "server/async/task.h"
#include "server/service/order_service.h"

namespace orders::rpc {

// The RPCs: each validates its message, has the service do it, and puts the answer's bytes together. Thread-safe.
class Handlers {
 public:
  // A serialised response message.
  using Reply = async::Task<absl::StatusOr<std::string>>;
  using Call = service::Call;

  // `service` must outlive the handlers.
  explicit Handlers(service::OrderService& service) : service_(service) {}

  Reply CreateOrder(Call call, v1::CreateOrderRequest request);
  Reply BatchCreateOrders(Call call, v1::BatchCreateOrdersRequest request);
  Reply GetOrder(Call call, v1::GetOrderRequest request);
  Reply BatchGetOrders(Call call, v1::BatchGetOrdersRequest request);
  Reply ListOrders(Call call, v1::ListOrdersRequest request);
  Reply UpdateOrder(Call call, v1::UpdateOrderRequest request);
  Reply ConfirmOrder(Call call, v1::ConfirmOrderRequest request);
  Reply RejectOrder(Call call, v1::RejectOrderRequest request);
  Reply CancelOrder(Call call, v1::CancelOrderRequest request);
  Reply ShipOrder(Call call, v1::ShipOrderRequest request);
  Reply DeliverOrder(Call call, v1::DeliverOrderRequest request);
  Reply ReturnOrder(Call call, v1::ReturnOrderRequest request);
  Reply RefundOrder(Call call, v1::RefundOrderRequest request);
  Reply ListOrderEvents(Call call, v1::ListOrderEventsRequest request);
  Reply EraseCustomerData(Call call, v1::EraseCustomerDataRequest request);

  // The answer to bytes that are no message of type `message_name`.
  static Reply Unparseable(std::string message_name);

 private:
  Reply Change(Call call, absl::StatusOr<validate::ChangeRequest> valid, std::optional<store::IdempotencyKey> key);

  service::OrderService& service_;
};

}  // namespace orders::rpc

#endif  // ORDERS_SERVER_RPC_HANDLERS_H_
