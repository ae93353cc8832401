#ifndef ORDERS_TESTS_BENCH_ORDER_BENCH_LOAD_RESULT_H_
#define ORDERS_TESTS_BENCH_ORDER_BENCH_LOAD_RESULT_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "tests/bench/order_bench/latency_histogram.h"

namespace orders::bench {

// What came of one class of calls in the measured time.
struct ClassResult {
  std::string name;
  uint64_t calls = 0;                        // Ended in the measured time, whatever the outcome.
  uint64_t operations = 0;                   // Done by those of them that succeeded.
  uint64_t failed_operations = 0;            // Answered OK, but not done: a refused item of a batch, or a wrong answer.
  LatencyHistogram latency{};                // Of the calls that succeeded.
  std::map<std::string, uint64_t> errors{};  // Calls by status code.

  void Merge(const ClassResult& other);
};

// Use of the measured process (the server) in the measured time. Zero when none was named.
struct ProcessUsage {
  double cpu_seconds = 0;
  double rss_mb_max = 0;
  double rss_mb_at_start = 0;
  double rss_mb_at_end = 0;
};

struct LoadResult {
  std::string workload;
  int callers = 0;
  double seconds = 0;
  double offered_per_s = 0;  // Calls scheduled by an open loop; zero for a closed one.
  std::vector<ClassResult> classes{};
  LatencyHistogram send_delay{};  // Open loop: how much later than intended calls were sent; part of their latency.
  uint64_t calls_answered = 0;    // In the measured time, whenever they were sent: what the CPU times are for.
  ProcessUsage server{};
  double client_cpu_seconds = 0;
  std::string grpc_version{};  // Empty if there was no gRPC.

  ClassResult Total() const;           // All classes together.
  double ThroughputPerSecond() const;  // Operations.
};

// For people.
std::string ToTable(const LoadResult& result);
// One object, latencies in milliseconds, with the histogram of each class as pairs of upper bound (ms) and count.
std::string ToJson(const LoadResult& result);

}  // namespace orders::bench

#endif  // ORDERS_TESTS_BENCH_ORDER_BENCH_LOAD_RESULT_H_
