#ifndef ORDERS_TESTS_BENCH_ORDER_BENCH_LOAD_GENERATOR_H_
#define ORDERS_TESTS_BENCH_ORDER_BENCH_LOAD_GENERATOR_H_

#include <sys/types.h>

#include <chrono>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "tests/bench/order_bench/load_result.h"
#include "tests/bench/order_bench/workload.h"

namespace orders::bench {

struct LoadOptions {
  std::string address = "localhost:50051";
  int channels = 4;  // TCP connections.
  int threads = 2;   // Each with its own completion queue.

  // Closed loop (rate 0): this many callers, each of which calls again as soon as it is answered.
  // Open loop: calls are sent at random moments (a Poisson process), `rate_per_s` on average, whether earlier ones were
  // answered or not, and at most `callers` are in flight: those that must wait for their turn are late, and the wait is
  // part of their latency, which counts from the moment at which the schedule wanted them sent.
  int callers = 256;
  double rate_per_s = 0;

  std::chrono::duration<double> warmup{1};
  std::chrono::duration<double> measured{5};
  std::chrono::duration<double> deadline{10};
  pid_t server_pid = 0;   // Process whose CPU and memory are measured; 0: none.
  bool progress = false;  // A line a second on stderr.
};

// Drives the server at `options.address`. Fails only if no connection can be made; failed calls are in the result.
absl::StatusOr<LoadResult> RunLoad(const LoadOptions& options, const std::string& workload_name, Workload& workload);

// Creates at least `count` orders, as fast as `options.callers` can, and adds them to `names`. Fails when the server
// creates none for a second.
absl::Status CreateOrders(const LoadOptions& options, const WorkloadOptions& workload_options, size_t count,
                          OrderNames& names);

}  // namespace orders::bench

#endif  // ORDERS_TESTS_BENCH_ORDER_BENCH_LOAD_GENERATOR_H_
