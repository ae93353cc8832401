#ifndef ORDERS_SERVER_STORE_WRITER_H_
#define ORDERS_SERVER_STORE_WRITER_H_

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "server/store/connection.h"
#include "server/store/database_monitor.h"
#include "server/store/operation_queue.h"
#include "server/store/sql_failure.h"
#include "server/store/write_statement.h"

namespace orders::store {

struct WriteOperation : Operation {
  OrderWrite write;
  Written outcome = Written::kApplied;  // Meaningful if `status` is OK.
};

// Group commit: a thread with a connection that writes whatever operations have gathered in one transaction, one flush,
// and then answers them all. Answers OK only what is durable.
//
//  - An operation that the database rejects fails alone: its batch is split until it is found.
//  - When the connection is lost in mid-batch, the batch is written again under the same ids until it is known what
//    committed. Operations whose deadline passes meanwhile are answered DEADLINE_EXCEEDED: their outcome is unknown,
//    and their callers can ask again with the same request id.
class Writer {
 public:
  Writer(std::string url, OperationQueue<WriteOperation>& queue, size_t max_batch_size, DatabaseMonitor& monitor,
         telemetry::Metrics& metrics);
  // Answers what is queued first; the queue must have been closed.
  ~Writer();

 private:
  using Batch = std::vector<WriteOperation*>;

  void Run();
  // Of operations on one order or with one idempotency key only the first stays: the others wait for the next batch,
  // where they see what the first did.
  void SetAsideTwins(Batch& batch);
  void Write(Batch batch, bool in_doubt);
  // One attempt. On failure the operations are still unanswered.
  bool TryWrite(const Batch& batch, bool in_doubt, SqlFailure& failure);
  void Halve(const Batch& batch, bool in_doubt);

  const std::string url_;
  OperationQueue<WriteOperation>& queue_;
  const size_t max_batch_size_;
  DatabaseMonitor& monitor_;
  telemetry::Metrics& metrics_;
  std::unique_ptr<Connection> connection_;
  Batch set_aside_;
  std::thread thread_;
};

}  // namespace orders::store

#endif  // ORDERS_SERVER_STORE_WRITER_H_
