#include "server/jobs/background_jobs.h"

#include "absl/time/clock.h"
#include "server/async/executor.h"
#include "server/telemetry/log.h"

namespace orders::jobs {

namespace {

// Small enough not to be felt by callers, often enough to keep up with 20,000 requests a second.
constexpr absl::Duration kForgetEvery = absl::Minutes(1);
constexpr int kForgetBatch = 5000;
constexpr absl::Duration kForgetTimeout = absl::Seconds(30);

void LogFailure(const char* job, const absl::Status& status) {
  telemetry::LogWarning("job_failed", {{"job", job}, {"detail", std::string(status.message())}});
}

}  // namespace

BackgroundJobs::BackgroundJobs(service::OrderService& service, BackgroundJobsOptions options)
    : service_(service), options_(options), thread_([this] { Run(); }) {}

BackgroundJobs::~BackgroundJobs() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
    wake_.notify_all();
  }
  thread_.join();
}

bool BackgroundJobs::stopping() {
  std::lock_guard lock(mutex_);
  return stopping_;
}

void BackgroundJobs::Run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    lock.unlock();
    // While the database is away its monitor speaks for it.
    if (service_.store().available()) {
      ExpireOrders();
      ForgetRequestIds();
    }
    lock.lock();
    wake_.wait_for(lock, absl::ToChronoMilliseconds(options_.expiry_interval), [this] { return stopping_; });
  }
}

void BackgroundJobs::ExpireOrders() {
  while (!stopping()) {
    async::BlockingExecutor executor;
    const absl::StatusOr<int64_t> expired = executor.Run(service_.ExpireDueOrders());
    if (!expired.ok()) return LogFailure("expiry", expired.status());
    if (*expired == 0) return;
    telemetry::LogInfo("orders_expired", {{"count", *expired}});
  }
}

void BackgroundJobs::ForgetRequestIds() {
  const absl::Time now = absl::Now();
  if (now < next_forgetting_) return;
  next_forgetting_ = now + kForgetEvery;
  while (!stopping()) {
    async::BlockingExecutor executor;
    store::CallLimits limits{.deadline = absl::Now() + kForgetTimeout};
    const absl::StatusOr<int64_t> forgotten =
        executor.Run(service_.store().ForgetKeys(now - options_.request_id_retention, kForgetBatch, limits));
    if (!forgotten.ok()) return LogFailure("request_id_clean_up", forgotten.status());
    if (*forgotten < kForgetBatch) return;
  }
}

}  // namespace orders::jobs
