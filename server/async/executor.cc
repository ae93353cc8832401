#include "server/async/executor.h"

namespace orders::async {

namespace {
thread_local Executor* current_executor = nullptr;
}  // namespace

Executor* Executor::Current() { return current_executor; }

Executor::Scope::Scope(Executor* executor) : before_(current_executor) { current_executor = executor; }
Executor::Scope::~Scope() { current_executor = before_; }

void BlockingExecutor::Post(std::span<const std::coroutine_handle<>> handles) {
  // Notifies under the lock: once the last task is queued, the executor may end and be destroyed.
  std::lock_guard lock(mutex_);
  queue_.insert(queue_.end(), handles.begin(), handles.end());
  ready_.notify_one();
}

std::coroutine_handle<> BlockingExecutor::Next() {
  std::unique_lock lock(mutex_);
  ready_.wait(lock, [this] { return !queue_.empty(); });
  std::coroutine_handle<> next = queue_.front();
  queue_.pop_front();
  return next;
}

}  // namespace orders::async
