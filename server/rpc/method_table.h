#ifndef ORDERS_SERVER_RPC_METHOD_TABLE_H_
#define ORDERS_SERVER_RPC_METHOD_TABLE_H_

#include <grpcpp/grpcpp.h>

#include <span>
#include <string>

#include "absl/status/statusor.h"
#include "orders/v1/order_service.grpc.pb.h"
#include "server/async/task.h"
#include "server/rpc/handlers.h"

namespace orders::rpc {

namespace raw {
template <template <class> class... Wrappers>
struct Compose;
template <template <class> class First, template <class> class... Rest>
struct Compose<First, Rest...> {
  using Type = First<typename Compose<Rest...>::Type>;
};
template <>
struct Compose<> {
  using Type = v1::OrderService::Service;
};
using Service = v1::OrderService;
}  // namespace raw

// The generated service with every method asynchronous and its messages as bytes: answers are spliced together from
// stored bytes without being parsed.
using RawOrderService =
    raw::Compose<raw::Service::WithRawMethod_CreateOrder, raw::Service::WithRawMethod_BatchCreateOrders,
                 raw::Service::WithRawMethod_GetOrder, raw::Service::WithRawMethod_BatchGetOrders,
                 raw::Service::WithRawMethod_ListOrders, raw::Service::WithRawMethod_UpdateOrder,
                 raw::Service::WithRawMethod_ConfirmOrder, raw::Service::WithRawMethod_RejectOrder,
                 raw::Service::WithRawMethod_CancelOrder, raw::Service::WithRawMethod_ShipOrder,
                 raw::Service::WithRawMethod_DeliverOrder, raw::Service::WithRawMethod_ReturnOrder,
                 raw::Service::WithRawMethod_RefundOrder, raw::Service::WithRawMethod_ListOrderEvents,
                 raw::Service::WithRawMethod_EraseCustomerData, raw::Service::WithRawMethod_WatchOrderEvents>::Type;

// One unary method: how to wait for a call of it, and what answers it.
struct Method {
  const char* name;
  // Calls of it that wait on each queue, so that a burst finds takers.
  int pre_posted;
  void (*request)(RawOrderService& service, grpc::ServerContext* context, grpc::ByteBuffer* request,
                  grpc::ServerAsyncResponseWriter<grpc::ByteBuffer>* responder, grpc::ServerCompletionQueue* queue,
                  void* tag);
  async::Task<absl::StatusOr<std::string>> (*handle)(Handlers& handlers, service::Call call, grpc::ByteBuffer* request);
};

// Every unary method of the service.
std::span<const Method> Methods();

}  // namespace orders::rpc

#endif  // ORDERS_SERVER_RPC_METHOD_TABLE_H_
