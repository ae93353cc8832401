#ifndef ORDERS_SERVER_ASYNC_EXECUTOR_H_
#define ORDERS_SERVER_ASYNC_EXECUTOR_H_

#include <condition_variable>
#include <coroutine>
#include <deque>
#include <mutex>
#include <optional>
#include <span>
#include <utility>

#include "server/async/task.h"

namespace orders::async {

// Where suspended coroutines go on: a thread that runs what is posted to it. A coroutine that waits for another
// thread's work is resumed on the executor that it ran on before, never on the worker's thread.
class Executor {
 public:
  virtual ~Executor() = default;

  // Resumes each handle later, on the executor's thread, in order. Callable from any thread; does not block. One call
  // for many handles wakes the executor once.
  virtual void Post(std::span<const std::coroutine_handle<>> handles) = 0;

  // The executor whose thread this is; null elsewhere.
  static Executor* Current();

  // Makes `executor` the current one of this thread for the scope's life.
  class Scope {
   public:
    explicit Scope(Executor* executor);
    ~Scope();
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;

   private:
    Executor* before_;
  };
};

// Runs a coroutine from ordinary code: the calling thread becomes an executor until the task has ended.
class BlockingExecutor final : public Executor {
 public:
  void Post(std::span<const std::coroutine_handle<>> handles) override;

  template <class T>
  T Run(Task<T> task) {
    Scope scope(this);
    std::optional<T> result;
    Await(task, result);
    RunUntil([&result] { return result.has_value(); });
    return std::move(*result);
  }

 private:
  template <class T>
  static Detached Await(Task<T>& task, std::optional<T>& result) {
    result.emplace(co_await task);
  }
  template <class Done>
  void RunUntil(Done done) {
    while (!done()) Next().resume();
  }
  std::coroutine_handle<> Next();

  std::mutex mutex_;
  std::condition_variable ready_;
  std::deque<std::coroutine_handle<>> queue_;
};

}  // namespace orders::async

#endif  // ORDERS_SERVER_ASYNC_EXECUTOR_H_
