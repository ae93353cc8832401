#ifndef ORDERS_SERVER_TELEMETRY_METRICS_H_
#define ORDERS_SERVER_TELEMETRY_METRICS_H_

#include <memory>
#include <string>
#include <string_view>

#include "prometheus/counter.h"
#include "prometheus/family.h"
#include "prometheus/gauge.h"
#include "prometheus/histogram.h"
#include "prometheus/registry.h"

namespace orders::telemetry {

// What one of the store's queues reports. The pointers live as long as the Metrics they came from.
struct QueueMetrics {
  prometheus::Gauge* depth;             // Operations waiting now.
  prometheus::Histogram* wait_seconds;  // From queued to taken.
  prometheus::Histogram* batch_size;    // Operations taken together.
  prometheus::Gauge* connections_in_use;
};

// What one RPC method reports.
struct MethodMetrics {
  prometheus::Histogram* seconds;  // From received to answered.
  std::string method;
};

// Every metric of the server, made once by the composition root. Thread-safe. Names are listed in docs/operating.md.
class Metrics {
 public:
  Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  QueueMetrics ForQueue(const std::string& queue);
  MethodMetrics ForMethod(const std::string& method);
  // `code` as gRPC spells it: "OK", "NOT_FOUND". Look it up once and keep it: the look-up takes a lock.
  prometheus::Counter& Requests(const std::string& method, const std::string& code);

  prometheus::Gauge& requests_in_flight() { return *requests_in_flight_; }
  prometheus::Histogram& commit_seconds() { return *commit_seconds_; }
  prometheus::Gauge& database_up() { return *database_up_; }
  prometheus::Counter& events_written() { return *events_written_; }
  prometheus::Counter& database_reconnects() { return *database_reconnects_; }

  // All metrics in Prometheus' text format.
  std::string Text() const;

 private:
  std::shared_ptr<prometheus::Registry> registry_;
  prometheus::Family<prometheus::Counter>* requests_;
  prometheus::Family<prometheus::Histogram>* request_seconds_;
  prometheus::Family<prometheus::Gauge>* queue_depth_;
  prometheus::Family<prometheus::Histogram>* queue_wait_seconds_;
  prometheus::Family<prometheus::Histogram>* batch_size_;
  prometheus::Family<prometheus::Gauge>* connections_in_use_;
  prometheus::Gauge* requests_in_flight_;
  prometheus::Histogram* commit_seconds_;
  prometheus::Gauge* database_up_;
  prometheus::Counter* events_written_;
  prometheus::Counter* database_reconnects_;
};

}  // namespace orders::telemetry

#endif  // ORDERS_SERVER_TELEMETRY_METRICS_H_
