#ifndef ORDERS_SERVER_STORE_OPERATION_H_
#define ORDERS_SERVER_STORE_OPERATION_H_

#include <atomic>
#include <chrono>
#include <coroutine>
#include <unordered_map>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "server/async/executor.h"

namespace orders::store {

// How long an operation is worth doing.
struct CallLimits {
  absl::Time deadline = absl::InfiniteFuture();
  // True once nobody waits for the answer any more; null if that cannot happen. Must outlive the operation.
  const std::atomic<bool>* cancelled = nullptr;

  bool expired() const {
    return absl::Now() >= deadline || (cancelled != nullptr && cancelled->load(std::memory_order_relaxed));
  }
};

// The coroutine that waits for a group of operations submitted together.
struct OperationGroup {
  std::atomic<size_t> remaining = 0;
  async::Executor* executor = nullptr;
  std::coroutine_handle<> waiter;
};

// One unit of work for the database. Lives in the frame of the coroutine that waits for it: a worker must not touch it
// once it has been answered.
struct Operation {
  CallLimits limits;
  absl::Status status;  // How it ended; the worker sets it.
  std::chrono::steady_clock::time_point queued_at;
  OperationGroup* group = nullptr;
};

// Collects the coroutines whose operations were all answered and resumes them with one wake-up for each executor.
class Answers {
 public:
  Answers() = default;
  Answers(const Answers&) = delete;
  Answers& operator=(const Answers&) = delete;
  ~Answers() {
    for (auto& [executor, waiters] : ready_) executor->Post(waiters);
  }

  // `operation` has its outcome and must not be touched any more.
  void Give(Operation* operation) {
    OperationGroup* group = operation->group;
    if (group->remaining.fetch_sub(1, std::memory_order_acq_rel) == 1) ready_[group->executor].push_back(group->waiter);
  }

 private:
  std::unordered_map<async::Executor*, std::vector<std::coroutine_handle<>>> ready_;
};

// Answers those of `operations` that are not worth doing any more with `status`, and takes them out.
template <class Op>
void DropExpired(std::vector<Op*>& operations, const absl::Status& status) {
  Answers answers;
  std::erase_if(operations, [&](Op* operation) {
    if (!operation->limits.expired()) return false;
    operation->status = status;
    answers.Give(operation);
    return true;
  });
}

// What DropExpired() says of operations that never reached the database.
absl::Status ExpiredInQueue();

// `co_await`s the answers to `operations`, submitted together. If they can't be queued, each has the status `refused`.
template <class Queue, class Op>
class Submission {
 public:
  Submission(Queue& queue, std::vector<Op*> operations, absl::Status refused)
      : queue_(queue), operations_(std::move(operations)), refused_(std::move(refused)) {}

  bool await_ready() const noexcept { return operations_.empty(); }
  bool await_suspend(std::coroutine_handle<> waiter) {
    group_.executor = async::Executor::Current();
    group_.waiter = waiter;
    group_.remaining = operations_.size();
    for (Op* operation : operations_) operation->group = &group_;
    // Once queued, the answer may come at any moment, but only through this thread's executor.
    if (queue_.Push(operations_)) return true;
    for (Op* operation : operations_) operation->status = refused_;
    return false;
  }
  void await_resume() const noexcept {}

 private:
  Queue& queue_;
  std::vector<Op*> operations_;
  absl::Status refused_;
  OperationGroup group_;
};

}  // namespace orders::store

#endif  // ORDERS_SERVER_STORE_OPERATION_H_
