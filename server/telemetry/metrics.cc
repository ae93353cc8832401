#include "server/telemetry/metrics.h"

#include "prometheus/text_serializer.h"

namespace orders::telemetry {

namespace {

// A quarter of a millisecond, below which nothing commits, up to the longest deadline a caller may have.
const prometheus::Histogram::BucketBoundaries kSecondsBuckets = {
    0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60};
const prometheus::Histogram::BucketBoundaries kBatchBuckets = {1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024};

}  // namespace

Metrics::Metrics() : registry_(std::make_shared<prometheus::Registry>()) {
  requests_ = &prometheus::BuildCounter().Name("orders_requests_total").Help("Calls answered.").Register(*registry_);
  request_seconds_ = &prometheus::BuildHistogram()
                          .Name("orders_request_seconds")
                          .Help("Time from a call's arrival to its answer.")
                          .Register(*registry_);
  queue_depth_ = &prometheus::BuildGauge()
                      .Name("orders_queue_depth")
                      .Help("Operations that wait for a database connection.")
                      .Register(*registry_);
  queue_wait_seconds_ = &prometheus::BuildHistogram()
                             .Name("orders_queue_wait_seconds")
                             .Help("Time an operation waited for a database connection.")
                             .Register(*registry_);
  batch_size_ = &prometheus::BuildHistogram()
                     .Name("orders_batch_size")
                     .Help("Operations sent to the database together.")
                     .Register(*registry_);
  connections_in_use_ = &prometheus::BuildGauge()
                             .Name("orders_database_connections_in_use")
                             .Help("Database connections that are working on a batch.")
                             .Register(*registry_);
  requests_in_flight_ = &prometheus::BuildGauge()
                             .Name("orders_requests_in_flight")
                             .Help("Calls received and not yet answered.")
                             .Register(*registry_)
                             .Add({});
  commit_seconds_ = &prometheus::BuildHistogram()
                         .Name("orders_commit_seconds")
                         .Help("Time a write transaction took, statement and commit.")
                         .Register(*registry_)
                         .Add({}, kSecondsBuckets);
  database_up_ = &prometheus::BuildGauge()
                      .Name("orders_database_up")
                      .Help("1 while the database answers, 0 while it does not.")
                      .Register(*registry_)
                      .Add({});
  events_written_ = &prometheus::BuildCounter()
                         .Name("orders_events_written_total")
                         .Help("Events committed by this process.")
                         .Register(*registry_)
                         .Add({});
  database_reconnects_ = &prometheus::BuildCounter()
                              .Name("orders_database_reconnects_total")
                              .Help("Database connections thrown away after a failure.")
                              .Register(*registry_)
                              .Add({});
}

QueueMetrics Metrics::ForQueue(const std::string& queue) {
  return QueueMetrics{
      .depth = &queue_depth_->Add({{"queue", queue}}),
      .wait_seconds = &queue_wait_seconds_->Add({{"queue", queue}}, kSecondsBuckets),
      .batch_size = &batch_size_->Add({{"queue", queue}}, kBatchBuckets),
      .connections_in_use = &connections_in_use_->Add({{"pool", queue}}),
  };
}

MethodMetrics Metrics::ForMethod(const std::string& method) {
  return MethodMetrics{.seconds = &request_seconds_->Add({{"method", method}}, kSecondsBuckets), .method = method};
}

prometheus::Counter& Metrics::Requests(const std::string& method, const std::string& code) {
  return requests_->Add({{"method", method}, {"code", code}});
}

std::string Metrics::Text() const { return prometheus::TextSerializer().Serialize(registry_->Collect()); }

}  // namespace orders::telemetry
