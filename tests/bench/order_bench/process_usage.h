#ifndef ORDERS_TESTS_BENCH_ORDER_BENCH_PROCESS_USAGE_H_
#define ORDERS_TESTS_BENCH_ORDER_BENCH_PROCESS_USAGE_H_

#include <sys/types.h>

#include "tests/bench/order_bench/load_result.h"

namespace orders::bench {

// Watches the processor time and resident memory of another process through /proc. Not thread-safe.
class ProcessSampler {
 public:
  // Watches nothing if `pid` is 0.
  explicit ProcessSampler(pid_t pid);

  // Starts the measured time.
  void Start();
  // Call often in between: the largest resident memory seen is what is reported.
  void Sample();
  // Ends the measured time.
  ProcessUsage Finish();

 private:
  const pid_t pid_;
  double cpu_seconds_at_start_ = 0;
  ProcessUsage usage_;
};

// Processor time of this process so far, all threads.
double OwnCpuSeconds();

}  // namespace orders::bench

#endif  // ORDERS_TESTS_BENCH_ORDER_BENCH_PROCESS_USAGE_H_
