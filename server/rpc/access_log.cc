#include "server/rpc/access_log.h"

#include "absl/random/random.h"
#include "absl/time/clock.h"
#include "server/telemetry/log.h"

namespace orders::rpc {

namespace {
// About 50 kB a second.
constexpr int64_t kMaxErrorLinesPerSecond = 200;
}  // namespace

void AccessLog::Write(const AccessRecord& record) {
  const double milliseconds = absl::ToDoubleMilliseconds(record.duration);
  if (record.code == "OK") {
    thread_local absl::InsecureBitGen generator;
    if (sample_rate_ <= 0 || absl::Uniform(generator, 0.0, 1.0) >= sample_rate_) return;
    telemetry::LogInfo("call", {{"method", record.method},
                                {"code", record.code},
                                {"duration_ms", milliseconds},
                                {"caller", record.caller},
                                {"correlation_id", record.correlation_id},
                                {"traceparent", record.traceparent}});
    return;
  }
  if (!AdmitError()) return;
  telemetry::LogWarning("call_failed", {{"method", record.method},
                                        {"code", record.code},
                                        {"duration_ms", milliseconds},
                                        {"caller", record.caller},
                                        {"correlation_id", record.correlation_id},
                                        {"traceparent", record.traceparent},
                                        {"message", record.message}});
}

bool AccessLog::AdmitError() {
  const int64_t now_s = absl::ToUnixSeconds(absl::Now());
  int64_t second = second_.load(std::memory_order_relaxed);
  if (second != now_s && second_.compare_exchange_strong(second, now_s)) {
    const int64_t withheld = errors_this_second_.exchange(0) - kMaxErrorLinesPerSecond;
    if (withheld > 0) telemetry::LogWarning("call_failures_withheld", {{"count", withheld}});
  }
  return errors_this_second_.fetch_add(1) < kMaxErrorLinesPerSecond;
}

}  // namespace orders::rpc
