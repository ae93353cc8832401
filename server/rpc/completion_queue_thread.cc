#include "server/rpc/completion_queue_thread.h"

namespace orders::rpc {

void CompletionQueueThread::Start() {
  thread_ = std::thread([this] { Run(); });
}

void CompletionQueueThread::Shutdown() {
  queue_->Shutdown();
  if (thread_.joinable()) {
    thread_.join();
  } else {
    Run();  // Never started: gRPC still wants the queue emptied.
  }
}

void CompletionQueueThread::Post(std::span<const std::coroutine_handle<>> handles) {
  std::lock_guard lock(mutex_);
  posted_.insert(posted_.end(), handles.begin(), handles.end());
  if (woken_) return;
  woken_ = true;
  // An alarm of the past is the way to put an event of one's own into a completion queue.
  alarm_.Set(queue_.get(), gpr_time_0(GPR_CLOCK_MONOTONIC), static_cast<CompletionEvent*>(this));
}

void CompletionQueueThread::Run() {
  Scope scope(this);
  void* tag = nullptr;
  bool ok = false;
  while (queue_->Next(&tag, &ok)) static_cast<CompletionEvent*>(tag)->Complete(ok);
}

void CompletionQueueThread::Complete(bool /*ok*/) {
  {
    std::lock_guard lock(mutex_);
    resuming_.swap(posted_);
    woken_ = false;
  }
  for (std::coroutine_handle<> handle : resuming_) handle.resume();
  resuming_.clear();
}

}  // namespace orders::rpc
