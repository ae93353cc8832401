#ifndef ORDERS_SERVER_JOBS_BACKGROUND_JOBS_H_
#define ORDERS_SERVER_JOBS_BACKGROUND_JOBS_H_

#include <condition_variable>
#include <mutex>
#include <thread>

#include "absl/time/time.h"
#include "server/service/order_service.h"

namespace orders::jobs {

struct BackgroundJobsOptions {
  absl::Duration expiry_interval;
  absl::Duration request_id_retention;
};

// What the service does of its own accord, on one thread: moves overdue orders to EXPIRED, and forgets old request ids.
// Every replica runs it; the work is divided by whoever comes first.
class BackgroundJobs {
 public:
  // `service` must outlive the jobs.
  BackgroundJobs(service::OrderService& service, BackgroundJobsOptions options);
  // Ends after the batch at hand.
  ~BackgroundJobs();

 private:
  void Run();
  void ExpireOrders();
  void ForgetRequestIds();
  bool stopping();

  service::OrderService& service_;
  const BackgroundJobsOptions options_;
  absl::Time next_forgetting_ = absl::InfinitePast();
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace orders::jobs

#endif  // ORDERS_SERVER_JOBS_BACKGROUND_JOBS_H_
