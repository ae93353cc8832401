#ifndef ORDERS_TESTS_BENCH_ORDER_BENCH_WORKLOAD_H_
#define ORDERS_TESTS_BENCH_ORDER_BENCH_WORKLOAD_H_

#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "tests/bench/order_bench/order_messages.h"

namespace orders::bench {

// One kind of call of a workload; latency is reported for each.
struct CallClass {
  std::string name;
  std::string method;  // As gRPC's path has it: "/orders.v1.OrderService/GetOrder".
  int operations = 1;  // What one call does: 100 for a batch of 100 orders.
};

// One call in flight.
struct Call {
  size_t call_class = 0;
  std::string request;
  std::string subject;  // What the workload wants to remember until the answer: the order asked for, the next page.
};

// Which calls to make, and whether their answers are right. Thread-safe.
class Workload {
 public:
  virtual ~Workload() = default;

  virtual const std::vector<CallClass>& classes() const = 0;
  // Makes `call` the next call. `call` may hold an earlier one, whose memory is used again.
  virtual void Next(Random& random, Call& call) = 0;
  // How many of the call's operations the answer says were done. Called for answers with status OK.
  virtual int CheckAnswer(const Call& call, std::string_view answer) = 0;
};

// The names of orders that exist.
class OrderNames {
 public:
  void Add(std::string_view name);
  size_t size() const;
  // Any of them. There must be one.
  void CopyAny(Random& random, std::string& name) const;
  // Each once, the oldest first; when all were taken, the last again.
  void TakeOldest(std::string& name);

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> names_;
  size_t taken_ = 0;
};

struct WorkloadOptions {
  OrderShape shape = OrderShape::kPlain;
  uint32_t customers = 5000;
  int batch_size = 100;
  int page_size = 50;
};

// Creates orders, each by its own call, and adds their names to `names` unless that is null.
std::unique_ptr<Workload> NewCreateWorkload(const WorkloadOptions& options, OrderNames* names);
// Creates `options.batch_size` orders with each call.
std::unique_ptr<Workload> NewBatchCreateWorkload(const WorkloadOptions& options);
// Reads any of `names`, which must not be empty.
std::unique_ptr<Workload> NewGetWorkload(OrderNames* names);
// 70 % reads of any of `names`, 20 % creates, 5 % pages of a list, 5 % confirmations of an order created before.
// Half of the lists are of all orders, the newest first; half of one customer's. `names` must not be empty.
std::unique_ptr<Workload> NewMixedWorkload(const WorkloadOptions& options, OrderNames* names);

}  // namespace orders::bench

#endif  // ORDERS_TESTS_BENCH_ORDER_BENCH_WORKLOAD_H_
