#ifndef ORDERS_SERVER_STORE_QUERY_LANE_H_
#define ORDERS_SERVER_STORE_QUERY_LANE_H_

#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "server/store/connection.h"
#include "server/store/database_monitor.h"
#include "server/store/operation_queue.h"

namespace orders::store {

// A read or a maintenance statement of its own. `run` may be called twice, and throws what libpqxx throws.
struct QueryOperation : Operation {
  std::function<void(Connection&)> run;
};

// A thread with a connection for queries that may take long: lists, histories and maintenance never hold up reads by id
// or writes.
class QueryLane {
 public:
  QueryLane(std::string url, OperationQueue<QueryOperation>& queue, DatabaseMonitor& monitor);
  // Answers what is queued first; the queue must have been closed.
  ~QueryLane();

 private:
  void Run();
  absl::Status Execute(const QueryOperation& operation);

  const std::string url_;
  OperationQueue<QueryOperation>& queue_;
  DatabaseMonitor& monitor_;
  std::unique_ptr<Connection> connection_;
  std::thread thread_;
};

}  // namespace orders::store

#endif  // ORDERS_SERVER_STORE_QUERY_LANE_H_
