#ifndef ORDERS_SERVER_STORE_DATABASE_MONITOR_H_
#define ORDERS_SERVER_STORE_DATABASE_MONITOR_H_

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

#include "absl/time/time.h"
#include "server/telemetry/metrics.h"

namespace orders::store {

// Knows whether the database answers, from a connection of its own. While it does not, callers are refused at once
// instead of queueing up behind a dead connection. Thread-safe.
class DatabaseMonitor {
 public:
  // Starts as up: the caller has just talked to the database.
  DatabaseMonitor(std::string url, telemetry::Metrics& metrics);
  ~DatabaseMonitor();

  bool up() const { return up_.load(std::memory_order_relaxed); }

  // A worker lost its connection: look again now.
  void ReportLost();

 private:
  void Watch();
  void SetUp(bool up, const std::string& detail);

  const std::string url_;
  telemetry::Metrics& metrics_;
  std::atomic<bool> up_ = true;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  bool look_now_ = false;
  std::thread thread_;
};

}  // namespace orders::store

#endif  // ORDERS_SERVER_STORE_DATABASE_MONITOR_H_
