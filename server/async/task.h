#ifndef ORDERS_SERVER_ASYNC_TASK_H_
#define ORDERS_SERVER_ASYNC_TASK_H_

#include <coroutine>
#include <exception>
#include <optional>
#include <utility>

namespace orders::async {

// A coroutine that computes a T when awaited. Lazy: nothing runs before `co_await`. Await it once.
//
//   Task<int> Answer() { co_return 42; }
//   int answer = co_await Answer();
//
// The coroutine's frame lives as long as the Task. Parameters of a coroutine are copied into its frame, but a reference
// parameter only refers: what it refers to must live until the task has ended. An exception that leaves the coroutine
// ends the process.
template <class T>
class [[nodiscard]] Task {
 public:
  struct promise_type {
    std::optional<T> value;
    std::coroutine_handle<> awaiter;

    Task get_return_object() { return Task(std::coroutine_handle<promise_type>::from_promise(*this)); }
    std::suspend_always initial_suspend() noexcept { return {}; }
    auto final_suspend() noexcept { return ResumeAwaiter{}; }
    template <class U>
    void return_value(U&& result) {
      value.emplace(std::forward<U>(result));
    }
    [[noreturn]] void unhandled_exception() { std::terminate(); }
  };

  Task(Task&& other) noexcept : frame_(std::exchange(other.frame_, nullptr)) {}
  Task& operator=(Task&& other) noexcept {
    std::swap(frame_, other.frame_);
    return *this;
  }
  ~Task() {
    if (frame_) frame_.destroy();
  }

  bool await_ready() const noexcept { return false; }
  std::coroutine_handle<> await_suspend(std::coroutine_handle<> awaiter) noexcept {
    frame_.promise().awaiter = awaiter;
    return frame_;
  }
  T await_resume() { return std::move(*frame_.promise().value); }

 private:
  struct ResumeAwaiter {
    bool await_ready() noexcept { return false; }
    std::coroutine_handle<> await_suspend(std::coroutine_handle<promise_type> done) noexcept {
      return done.promise().awaiter;
    }
    void await_resume() noexcept {}
  };

  explicit Task(std::coroutine_handle<promise_type> frame) : frame_(frame) {}

  std::coroutine_handle<promise_type> frame_;
};

// A coroutine nobody awaits: starts at once and destroys itself at its end.
struct Detached {
  struct promise_type {
    Detached get_return_object() noexcept { return {}; }
    std::suspend_never initial_suspend() noexcept { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void() noexcept {}
    [[noreturn]] void unhandled_exception() { std::terminate(); }
  };
};

}  // namespace orders::async

#endif  // ORDERS_SERVER_ASYNC_TASK_H_
