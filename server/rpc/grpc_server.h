#ifndef ORDERS_SERVER_RPC_GRPC_SERVER_H_
#define ORDERS_SERVER_RPC_GRPC_SERVER_H_

#include <grpcpp/server.h>

#include <list>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "server/rpc/access_log.h"
#include "server/rpc/completion_queue_thread.h"
#include "server/rpc/handlers.h"
#include "server/rpc/method_table.h"
#include "server/rpc/unary_call.h"

namespace orders::rpc {

struct GrpcServerOptions {
  std::string listen_address;
  int completion_queues = 0;  // 0: one per core.
  int max_message_bytes = 0;
  int max_metadata_bytes = 0;
  int max_concurrent_streams = 0;  // Of one connection.
  CallPolicy policy;
  double log_sample_rate = 0;
};

// The gRPC server: OrderService, health and reflection.
class GrpcServer {
 public:
  // Listens. INVALID_ARGUMENT or UNAVAILABLE if the address can't be listened on. `handlers` and `metrics` must outlive
  // the server. Reports NOT_SERVING until told otherwise.
  static absl::StatusOr<std::unique_ptr<GrpcServer>> Start(const GrpcServerOptions& options, Handlers& handlers,
                                                           telemetry::Metrics& metrics);

  // What grpc.health.v1 says, overall and for orders.v1.OrderService.
  void SetServing(bool serving);

  // The port listened on, for an address with port 0.
  int port() const { return port_; }

  // Stops accepting calls and waits up to `timeout` for those in flight; whether all were answered. Call once. If not
  // all were, the server must not be destroyed: end the process.
  bool Drain(absl::Duration timeout);

 private:
  GrpcServer(const GrpcServerOptions& options, Handlers& handlers, telemetry::Metrics& metrics);
  absl::Status Listen(const GrpcServerOptions& options);

  RawOrderService service_;
  AccessLog access_log_;
  CallHost host_;
  std::list<MethodRuntime> methods_;
  std::list<CompletionQueueThread> threads_;
  std::unique_ptr<grpc::Server> server_;
  int port_ = 0;
};

}  // namespace orders::rpc

#endif  // ORDERS_SERVER_RPC_GRPC_SERVER_H_
