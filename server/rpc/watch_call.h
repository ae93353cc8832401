#ifndef ORDERS_SERVER_RPC_WATCH_CALL_H_
#define ORDERS_SERVER_RPC_WATCH_CALL_H_

#include <grpcpp/server_context.h>
#include <grpcpp/support/async_stream.h>
#include <grpcpp/support/byte_buffer.h>

#include "server/rpc/completion_queue_thread.h"
#include "server/rpc/unary_call.h"

namespace orders::rpc {

// One call of WatchOrderEvents: answered UNIMPLEMENTED, as the contract says of this release. Deletes itself.
class WatchCall {
 public:
  static void Listen(CallHost& host, CompletionQueueThread& thread);

 private:
  WatchCall(CallHost& host, CompletionQueueThread& thread);
  ~WatchCall() = default;

  void OnReceived(bool ok);
  void OnFinished(bool ok);

  CallHost& host_;
  CompletionQueueThread& thread_;
  grpc::ServerContext context_;
  grpc::ByteBuffer request_;
  grpc::ServerAsyncWriter<grpc::ByteBuffer> writer_;
  MemberEvent<WatchCall, &WatchCall::OnReceived> received_;
  MemberEvent<WatchCall, &WatchCall::OnFinished> finished_;
};

}  // namespace orders::rpc

#endif  // ORDERS_SERVER_RPC_WATCH_CALL_H_
