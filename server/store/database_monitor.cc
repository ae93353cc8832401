#include "server/store/database_monitor.h"

#include <chrono>
#include <memory>
#include <utility>

#include "server/store/connection.h"
#include "server/store/sql_failure.h"
#include "server/telemetry/log.h"

namespace orders::store {

namespace {

// How soon an outage that no worker has run into is noticed.
constexpr auto kLookEvery = std::chrono::seconds(1);
// How soon the end of an outage is noticed.
constexpr auto kRetryEvery = std::chrono::milliseconds(250);

}  // namespace

DatabaseMonitor::DatabaseMonitor(std::string url, telemetry::Metrics& metrics)
    : url_(std::move(url)), metrics_(metrics), thread_([this] { Watch(); }) {
  metrics_.database_up().Set(1);
}

DatabaseMonitor::~DatabaseMonitor() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
    wake_.notify_all();
  }
  thread_.join();
}

void DatabaseMonitor::ReportLost() {
  metrics_.database_reconnects().Increment();
  std::lock_guard lock(mutex_);
  look_now_ = true;
  wake_.notify_all();
}

void DatabaseMonitor::Watch() {
  std::unique_ptr<Connection> connection;
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    lock.unlock();
    try {
      if (connection == nullptr) connection = std::make_unique<Connection>(url_, ConnectionUse::kQuery);
      pqxx::nontransaction(connection->session()).exec("SELECT 1");
      SetUp(true, "");
    } catch (...) {
      connection.reset();
      SetUp(false, DescribeCurrentException().detail);
    }
    lock.lock();
    if (up()) {
      wake_.wait_for(lock, kLookEvery, [this] { return stopping_ || look_now_; });
    } else {
      wake_.wait_for(lock, kRetryEvery, [this] { return stopping_; });
    }
    look_now_ = false;
  }
}

void DatabaseMonitor::SetUp(bool up, const std::string& detail) {
  if (up_.exchange(up) == up) return;
  metrics_.database_up().Set(up ? 1 : 0);
  if (up) {
    telemetry::LogInfo("database_regained");
  } else {
    telemetry::LogError("database_lost", {{"detail", detail}});
  }
}

}  // namespace orders::store
