#ifndef ORDERS_SERVER_RPC_STATUS_H_
#define ORDERS_SERVER_RPC_STATUS_H_

#include <google/rpc/status.pb.h>
#include <grpcpp/support/status.h>

#include "absl/status/status.h"

namespace orders::rpc {

// What a caller gets for `status`: code, message, and for a refusal google.rpc.ErrorInfo (domain "orders.v1") with
// BadRequest and RetryInfo where they apply. A status that is not a refusal is a fault of ours: INTERNAL, logged, and
// its text withheld.
google::rpc::Status ToRpcStatus(const absl::Status& status);
grpc::Status ToGrpcStatus(const absl::Status& status);

}  // namespace orders::rpc

#endif  // ORDERS_SERVER_RPC_STATUS_H_
