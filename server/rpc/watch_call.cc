#include "server/rpc/watch_call.h"

#include "server/domain/refusal.h"
#include "server/rpc/status.h"

namespace orders::rpc {

void WatchCall::Listen(CallHost& host, CompletionQueueThread& thread) { new WatchCall(host, thread); }

WatchCall::WatchCall(CallHost& host, CompletionQueueThread& thread)
    : host_(host), thread_(thread), writer_(&context_), received_(this), finished_(this) {
  host_.service.RequestWatchOrderEvents(&context_, &request_, &writer_, thread_.queue(), thread_.queue(),
                                        static_cast<CompletionEvent*>(&received_));
}

void WatchCall::OnReceived(bool ok) {
  if (!ok) {
    delete this;
    return;
  }
  Listen(host_, thread_);
  writer_.Finish(ToGrpcStatus(domain::Refuse(domain::Reason::kNotImplemented,
                                             "WatchOrderEvents is not part of this release; ListOrderEvents serves the "
                                             "history of one order")),
                 static_cast<CompletionEvent*>(&finished_));
}

void WatchCall::OnFinished(bool /*ok*/) { delete this; }

}  // namespace orders::rpc
