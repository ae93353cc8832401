#ifndef ORDERS_SERVER_RPC_COMPLETION_QUEUE_THREAD_H_
#define ORDERS_SERVER_RPC_COMPLETION_QUEUE_THREAD_H_

#include <grpcpp/alarm.h>
#include <grpcpp/completion_queue.h>

#include <coroutine>
#include <memory>
#include <mutex>
#include <span>
#include <thread>
#include <vector>

#include "server/async/executor.h"

namespace orders::rpc {

// What a completion queue's tags point to.
class CompletionEvent {
 public:
  virtual void Complete(bool ok) = 0;

 protected:
  ~CompletionEvent() = default;
};

// An event that calls a member function of its owner.
template <class Owner, void (Owner::*kMember)(bool)>
class MemberEvent final : public CompletionEvent {
 public:
  explicit MemberEvent(Owner* owner) : owner_(owner) {}
  void Complete(bool ok) override { (owner_->*kMember)(ok); }

 private:
  Owner* owner_;
};

// One completion queue and the thread that serves it. Everything about a call happens on the thread of its queue, so a
// call needs no locks. Nothing on this thread may block.
class CompletionQueueThread final : public async::Executor, private CompletionEvent {
 public:
  explicit CompletionQueueThread(std::unique_ptr<grpc::ServerCompletionQueue> queue) : queue_(std::move(queue)) {}
  ~CompletionQueueThread() override = default;

  grpc::ServerCompletionQueue* queue() { return queue_.get(); }

  void Start();
  // Ends the thread once the queue is empty. The server must have been shut down, and nothing may be posted any more.
  void Shutdown();

  void Post(std::span<const std::coroutine_handle<>> handles) override;

 private:
  void Run();
  void Complete(bool ok) override;

  std::unique_ptr<grpc::ServerCompletionQueue> queue_;
  std::thread thread_;
  std::mutex mutex_;
  std::vector<std::coroutine_handle<>> posted_;
  std::vector<std::coroutine_handle<>> resuming_;  // Only the thread uses it.
  bool woken_ = false;                             // The alarm is set and has not been served.
  grpc::Alarm alarm_;
};

}  // namespace orders::rpc

#endif  // ORDERS_SERVER_RPC_COMPLETION_QUEUE_THREAD_H_
