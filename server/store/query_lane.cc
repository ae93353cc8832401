#include "server/store/query_lane.h"

#include <utility>

#include "server/store/sql_failure.h"

namespace orders::store {

namespace {
// A connection that died unnoticed is replaced once; these statements can be repeated.
constexpr int kMaxAttempts = 2;
}  // namespace

QueryLane::QueryLane(std::string url, OperationQueue<QueryOperation>& queue, DatabaseMonitor& monitor)
    : url_(std::move(url)), queue_(queue), monitor_(monitor), thread_([this] { Run(); }) {}

QueryLane::~QueryLane() { thread_.join(); }

void QueryLane::Run() {
  for (;;) {
    const std::vector<QueryOperation*> taken = queue_.Pop(1, /*wait=*/true);
    if (taken.empty()) return;
    queue_.metrics().batch_size->Observe(1);
    queue_.metrics().connections_in_use->Increment();
    taken.front()->status = Execute(*taken.front());
    queue_.metrics().connections_in_use->Decrement();
    Answers().Give(taken.front());
  }
}

absl::Status QueryLane::Execute(const QueryOperation& operation) {
  for (int attempt = 1;; ++attempt) {
    try {
      if (connection_ == nullptr) connection_ = std::make_unique<Connection>(url_, ConnectionUse::kQuery);
      operation.run(*connection_);
      return absl::OkStatus();
    } catch (...) {
      const SqlFailure failure = DescribeCurrentException();
      if (failure.kind != SqlFailure::Kind::kConnectionLost) return ToStatus(failure);
      connection_.reset();
      monitor_.ReportLost();
      if (attempt == kMaxAttempts) return ToStatus(failure);
    }
  }
}

}  // namespace orders::store
