#ifndef ORDERS_TESTS_BENCH_ORDER_BENCH_ECHO_SERVER_H_
#define ORDERS_TESTS_BENCH_ORDER_BENCH_ECHO_SERVER_H_

#include <string>

#include "absl/status/status.h"
#include "tests/bench/order_bench/order_messages.h"

namespace orders::bench {

// The most that gRPC alone can do: a server of completion queues, one and a thread for each core, that answers
// CreateOrder, BatchCreateOrders and GetOrder with an order of the usual size without reading the request or storing
// anything. Serves until SIGTERM or SIGINT. Fails if it cannot listen.
absl::Status ServeEcho(const std::string& listen_address, OrderShape shape);

}  // namespace orders::bench

#endif  // ORDERS_TESTS_BENCH_ORDER_BENCH_ECHO_SERVER_H_
