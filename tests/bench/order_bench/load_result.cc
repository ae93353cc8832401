#include "tests/bench/order_bench/load_result.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "absl/strings/str_format.h"

namespace orders::bench {
namespace {

using nlohmann::json;

constexpr struct {
  const char* name;
  double fraction;
} kQuantiles[] = {{"p50", 0.5}, {"p95", 0.95}, {"p99", 0.99}, {"p999", 0.999}};

double Milliseconds(std::chrono::nanoseconds time) { return std::chrono::duration<double, std::milli>(time).count(); }

json LatencyJson(const LatencyHistogram& latency) {
  json object;
  for (const auto& quantile : kQuantiles) object[quantile.name] = Milliseconds(latency.Quantile(quantile.fraction));
  object["max"] = Milliseconds(latency.max());
  return object;
}

json HistogramJson(const LatencyHistogram& latency) {
  json pairs = json::array();
  for (const auto& [upper_ns, count] : latency.NonEmptyBuckets()) {
    pairs.push_back({static_cast<double>(upper_ns) / 1e6, count});
  }
  return pairs;
}

json ErrorsJson(const ClassResult& result) {
  json errors = json::object();
  for (const auto& [code, count] : result.errors) errors[code] = count;
  if (result.failed_operations > 0) errors["NOT_DONE"] = result.failed_operations;
  return errors;
}

json ClassJson(const ClassResult& result, double seconds) {
  return {{"name", result.name},
          {"calls", result.calls},
          {"operations", result.operations},
          {"throughput_per_s", static_cast<double>(result.operations) / seconds},
          {"latency_ms", LatencyJson(result.latency)},
          {"errors", ErrorsJson(result)},
          {"histogram_ms", HistogramJson(result.latency)}};
}

std::string TableRow(const ClassResult& result, double seconds) {
  std::string row = absl::StrFormat("%-14s %10.0f", result.name, static_cast<double>(result.operations) / seconds);
  for (const auto& quantile : kQuantiles) {
    row += absl::StrFormat(" %9.2f", Milliseconds(result.latency.Quantile(quantile.fraction)));
  }
  row += absl::StrFormat(" %9.2f ", Milliseconds(result.latency.max()));
  const json errors = ErrorsJson(result);
  return row + (errors.empty() ? "none" : errors.dump()) + "\n";
}

}  // namespace

void ClassResult::Merge(const ClassResult& other) {
  calls += other.calls;
  operations += other.operations;
  failed_operations += other.failed_operations;
  latency.Merge(other.latency);
  for (const auto& [code, count] : other.errors) errors[code] += count;
}

ClassResult LoadResult::Total() const {
  ClassResult total;
  total.name = "all";
  for (const ClassResult& each : classes) total.Merge(each);
  return total;
}

double LoadResult::ThroughputPerSecond() const { return static_cast<double>(Total().operations) / seconds; }

std::string ToTable(const LoadResult& result) {
  std::string table = absl::StrFormat("%s: %d callers, %.1f s", result.workload, result.callers, result.seconds);
  if (result.offered_per_s > 0) {
    table += absl::StrFormat(", %.0f calls/s offered, sent late by p99 %.2f ms", result.offered_per_s,
                             Milliseconds(result.send_delay.Quantile(0.99)));
  }
  table += absl::StrFormat("\n%-14s %10s %9s %9s %9s %9s %9s %s\n", "", "per s", "p50 ms", "p95 ms", "p99 ms",
                           "p999 ms", "max ms", "errors");
  for (const ClassResult& each : result.classes) table += TableRow(each, result.seconds);
  if (result.classes.size() > 1) table += TableRow(result.Total(), result.seconds);
  const double calls = std::max(1.0, static_cast<double>(result.calls_answered));
  table += absl::StrFormat("client %.1f us CPU per call", result.client_cpu_seconds * 1e6 / calls);
  if (result.server.rss_mb_max > 0) {
    table += absl::StrFormat(", server %.1f us CPU per call, %.0f MB resident at most",
                             result.server.cpu_seconds * 1e6 / calls, result.server.rss_mb_max);
  }
  return table + "\n";
}

std::string ToJson(const LoadResult& result) {
  const ClassResult total = result.Total();
  const double calls = std::max(1.0, static_cast<double>(result.calls_answered));
  json object = {
      {"workload", result.workload},
      {"callers", result.callers},
      {"seconds", result.seconds},
      {"offered_per_s", result.offered_per_s},
      {"calls", total.calls},
      {"throughput_per_s", result.ThroughputPerSecond()},
      {"latency_ms", LatencyJson(total.latency)},
      {"send_delay_ms", LatencyJson(result.send_delay)},
      {"errors", ErrorsJson(total)},
      {"client", {{"cpu_us_per_call", result.client_cpu_seconds * 1e6 / calls}, {"grpc", result.grpc_version}}},
      {"server",
       {{"rss_mb_max", result.server.rss_mb_max},
        {"rss_mb_at_start", result.server.rss_mb_at_start},
        {"rss_mb_at_end", result.server.rss_mb_at_end},
        {"cpu_us_per_call", result.server.cpu_seconds * 1e6 / calls}}},
      {"classes", json::array()}};
  for (const ClassResult& each : result.classes) object["classes"].push_back(ClassJson(each, result.seconds));
  return object.dump();
}

}  // namespace orders::bench
