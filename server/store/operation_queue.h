#ifndef ORDERS_SERVER_STORE_OPERATION_QUEUE_H_
#define ORDERS_SERVER_STORE_OPERATION_QUEUE_H_

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <span>
#include <vector>

#include "server/store/operation.h"
#include "server/telemetry/metrics.h"

namespace orders::store {

// A bounded queue between the threads that answer callers and those that talk to the database. There is no timer: a
// worker takes whatever has gathered while it was busy, so an idle service answers at once and a busy one batches.
// Thread-safe. `Op` derives from Operation.
template <class Op>
class OperationQueue {
 public:
  OperationQueue(size_t capacity, telemetry::QueueMetrics metrics) : capacity_(capacity), metrics_(metrics) {}

  // Queues all of `operations`, or none and returns false if they do not fit or the queue is closed.
  bool Push(std::span<Op* const> operations) {
    std::lock_guard lock(mutex_);
    if (closed_ || waiting_.size() + operations.size() > capacity_) return false;
    const auto now = std::chrono::steady_clock::now();
    for (Op* operation : operations) {
      operation->queued_at = now;
      waiting_.push_back(operation);
    }
    metrics_.depth->Set(static_cast<double>(waiting_.size()));
    if (sleepers_ > 0) ready_.notify_one();
    return true;
  }

  // Takes up to `most` operations, oldest first; waits for the first unless `wait` is false. Operations that expired
  // while queued are answered here and never reach the database. Empty with `wait`: the queue is closed and drained.
  std::vector<Op*> Pop(size_t most, bool wait) {
    std::vector<Op*> taken;
    while (taken.empty() && TakeSome(most, wait, taken)) {
      ObserveWait(taken);
      DropExpired(taken, ExpiredInQueue());
      if (!wait) break;
    }
    return taken;
  }

  // Refuses what comes from now on; what is queued can still be taken.
  void Close() {
    std::lock_guard lock(mutex_);
    closed_ = true;
    ready_.notify_all();
  }

  const telemetry::QueueMetrics& metrics() const { return metrics_; }

 private:
  // False once there is nothing more to take.
  bool TakeSome(size_t most, bool wait, std::vector<Op*>& taken) {
    std::unique_lock lock(mutex_);
    if (wait) {
      ++sleepers_;
      ready_.wait(lock, [this] { return closed_ || !waiting_.empty(); });
      --sleepers_;
    }
    if (waiting_.empty()) return false;
    const size_t count = std::min(most, waiting_.size());
    const auto end = waiting_.begin() + static_cast<std::ptrdiff_t>(count);
    taken.assign(waiting_.begin(), end);
    waiting_.erase(waiting_.begin(), end);
    metrics_.depth->Set(static_cast<double>(waiting_.size()));
    if (!waiting_.empty() && sleepers_ > 0) ready_.notify_one();
    return true;
  }

  void ObserveWait(const std::vector<Op*>& taken) const {
    const auto now = std::chrono::steady_clock::now();
    for (const Op* operation : taken) {
      metrics_.wait_seconds->Observe(std::chrono::duration<double>(now - operation->queued_at).count());
    }
  }

  const size_t capacity_;
  const telemetry::QueueMetrics metrics_;
  std::mutex mutex_;
  std::condition_variable ready_;
  std::deque<Op*> waiting_;
  size_t sleepers_ = 0;
  bool closed_ = false;
};

}  // namespace orders::store

#endif  // ORDERS_SERVER_STORE_OPERATION_QUEUE_H_
