#ifndef ORDERS_TESTS_BENCH_ORDER_BENCH_POSTGRES_REFERENCE_H_
#define ORDERS_TESTS_BENCH_ORDER_BENCH_POSTGRES_REFERENCE_H_

#include <chrono>
#include <string>

#include "absl/status/statusor.h"
#include "tests/bench/order_bench/load_result.h"
#include "tests/bench/order_bench/workload.h"

namespace orders::bench {

struct PostgresOptions {
  std::string database_url;
  int connections = 2;
  int batch_size = 128;
  std::chrono::duration<double> warmup{1};
  std::chrono::duration<double> measured{5};
};

// The most that PostgreSQL alone can do: the store's own write statement with full batches of new orders, prepared
// beforehand but for their ids, each connection with one thread that does nothing else. Latency is a batch's.
absl::StatusOr<LoadResult> RunPostgresReference(const PostgresOptions& options, const WorkloadOptions& workload);

}  // namespace orders::bench

#endif  // ORDERS_TESTS_BENCH_ORDER_BENCH_POSTGRES_REFERENCE_H_
