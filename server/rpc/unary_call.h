#ifndef ORDERS_SERVER_RPC_UNARY_CALL_H_
#define ORDERS_SERVER_RPC_UNARY_CALL_H_

#include <grpcpp/server_context.h>
#include <grpcpp/support/async_unary_call.h>
#include <grpcpp/support/byte_buffer.h>

#include <array>
#include <atomic>
#include <chrono>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "server/rpc/access_log.h"
#include "server/rpc/completion_queue_thread.h"
#include "server/rpc/handlers.h"
#include "server/rpc/method_table.h"
#include "server/telemetry/metrics.h"

namespace orders::rpc {

// What every call of a server goes through before and after its handler.
struct CallPolicy {
  std::string caller_metadata_key;  // See CallerIdentity().
  absl::Duration default_deadline;  // For callers that set none.
  absl::Duration max_deadline;      // For those that set a longer one.
};

// One method as a running server has it: with its metrics.
class MethodRuntime {
 public:
  MethodRuntime(const Method& method, telemetry::Metrics& metrics);

  const Method& method() const { return method_; }
  void Record(grpc::StatusCode code, std::chrono::steady_clock::duration duration);

 private:
  const Method& method_;
  telemetry::Metrics& metrics_;
  telemetry::MethodMetrics method_metrics_;
  std::array<std::atomic<prometheus::Counter*>, 17> requests_{};  // By status code, each looked up when first met.
};

// What the calls of a server share. Outlives them all.
struct CallHost {
  RawOrderService& service;
  Handlers& handlers;
  CallPolicy policy;
  AccessLog& access_log;
  telemetry::Metrics& metrics;
  std::atomic<int64_t> in_flight = 0;
};

// One unary call, from waiting for it to its answer; deletes itself after that. As soon as a call arrives, another
// UnaryCall takes its place as the one that waits.
class UnaryCall {
 public:
  // Waits for a call of `method` on `thread`'s queue.
  static void Listen(CallHost& host, MethodRuntime& method, CompletionQueueThread& thread);

 private:
  UnaryCall(CallHost& host, MethodRuntime& method, CompletionQueueThread& thread);
  ~UnaryCall() = default;

  void OnReceived(bool ok);
  void OnFinished(bool ok);
  void OnDone(bool ok);

  // Reads top to bottom: identity and limits, the handler, metrics and log, the answer.
  async::Detached Handle();
  service::Call Admit();
  void Answer(const absl::StatusOr<std::string>& reply, const service::Call& call);
  void DeleteAfterBothEnds();

  CallHost& host_;
  MethodRuntime& method_;
  CompletionQueueThread& thread_;
  grpc::ServerContext context_;
  grpc::ByteBuffer request_;
  grpc::ServerAsyncResponseWriter<grpc::ByteBuffer> responder_;
  MemberEvent<UnaryCall, &UnaryCall::OnReceived> received_;
  MemberEvent<UnaryCall, &UnaryCall::OnFinished> finished_;
  MemberEvent<UnaryCall, &UnaryCall::OnDone> done_;
  std::chrono::steady_clock::time_point received_at_;
  std::atomic<bool> cancelled_ = false;
  int ends_left_ = 2;  // Finished and done: gRPC reports both, in either order.
};

}  // namespace orders::rpc

#endif  // ORDERS_SERVER_RPC_UNARY_CALL_H_
