#include "server/rpc/method_table.h"

#include <array>

#include "server/domain/refusal.h"

namespace orders::rpc {

namespace {

constexpr int kPrePostedHot = 256;
constexpr int kPrePostedRare = 16;

// Parses the request before the handler's coroutine starts: the coroutine gets it by value.
template <class Request, async::Task<absl::StatusOr<std::string>> (Handlers::*kHandler)(service::Call, Request)>
async::Task<absl::StatusOr<std::string>> Handle(Handlers& handlers, service::Call call, grpc::ByteBuffer* bytes) {
  Request request;
  const grpc::Status parsed = grpc::SerializationTraits<Request>::Deserialize(bytes, &request);
  if (!parsed.ok()) return Handlers::Unparseable(Request::descriptor()->full_name());
  return (handlers.*kHandler)(std::move(call), std::move(request));
}

// The member function Request<name> of the generated service, as a plain function.
#define ORDERS_METHOD(name, pre_posted)                                                                      \
  Method {                                                                                                   \
    #name, pre_posted,                                                                                       \
        [](RawOrderService& service, grpc::ServerContext* context, grpc::ByteBuffer* request,                \
           grpc::ServerAsyncResponseWriter<grpc::ByteBuffer>* responder, grpc::ServerCompletionQueue* queue, \
           void* tag) { service.Request##name(context, request, responder, queue, queue, tag); },            \
        &Handle<v1::name##Request, &Handlers::name>                                                          \
  }

const std::array kMethods = {
    ORDERS_METHOD(CreateOrder, kPrePostedHot),       ORDERS_METHOD(BatchCreateOrders, kPrePostedRare),
    ORDERS_METHOD(GetOrder, kPrePostedHot),          ORDERS_METHOD(BatchGetOrders, kPrePostedRare),
    ORDERS_METHOD(ListOrders, kPrePostedRare),       ORDERS_METHOD(UpdateOrder, kPrePostedRare),
    ORDERS_METHOD(ConfirmOrder, kPrePostedRare),     ORDERS_METHOD(RejectOrder, kPrePostedRare),
    ORDERS_METHOD(CancelOrder, kPrePostedRare),      ORDERS_METHOD(ShipOrder, kPrePostedRare),
    ORDERS_METHOD(DeliverOrder, kPrePostedRare),     ORDERS_METHOD(ReturnOrder, kPrePostedRare),
    ORDERS_METHOD(RefundOrder, kPrePostedRare),      ORDERS_METHOD(ListOrderEvents, kPrePostedRare),
    ORDERS_METHOD(EraseCustomerData, kPrePostedRare)};

#undef ORDERS_METHOD

}  // namespace

std::span<const Method> Methods() { return kMethods; }

}  // namespace orders::rpc
