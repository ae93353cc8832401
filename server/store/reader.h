#ifndef ORDERS_SERVER_STORE_READER_H_
#define ORDERS_SERVER_STORE_READER_H_

#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "server/store/connection.h"
#include "server/store/database_monitor.h"
#include "server/store/operation_queue.h"
#include "server/store/uuid.h"

namespace orders::store {

// An idempotency key that took effect.
struct ClaimedKey {
  Uuid fingerprint;
  std::string order_id;
};

// Reads orders by id, and looks an idempotency key up.
struct ReadOperation : Operation {
  std::vector<std::string> order_ids;
  std::optional<Uuid> key;

  std::vector<std::optional<std::string>> orders;  // One for each id: the serialised order, or nothing.
  std::optional<ClaimedKey> claimed;
};

// Coalesces reads: a thread with a connection that answers all reads that have gathered with one query. Each sees
// everything that was committed before it was queued.
class Reader {
 public:
  Reader(std::string url, OperationQueue<ReadOperation>& queue, size_t max_batch_size, DatabaseMonitor& monitor);
  // Answers what is queued first; the queue must have been closed.
  ~Reader();

 private:
  void Run();
  absl::Status Read(const std::vector<ReadOperation*>& batch);

  const std::string url_;
  OperationQueue<ReadOperation>& queue_;
  const size_t max_batch_size_;
  DatabaseMonitor& monitor_;
  std::unique_ptr<Connection> connection_;
  std::thread thread_;
};

}  // namespace orders::store

#endif  // ORDERS_SERVER_STORE_READER_H_
