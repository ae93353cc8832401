#include "server/store/order_store.h"

#include <deque>
#include <utility>

#include "server/domain/refusal.h"
#include "server/store/queries.h"
#include "server/store/query_lane.h"
#include "server/store/reader.h"
#include "server/store/sql_failure.h"
#include "server/store/writer.h"

namespace orders::store {

namespace {

// About the time that a full queue takes to drain.
constexpr absl::Duration kRetryAfterOverload = absl::Milliseconds(200);
// Ids of one IN-list; larger lists gain nothing.
constexpr size_t kMaxReadBatch = 256;
// Lists are few and slow: more waiting ones would only time out.
constexpr size_t kMaxQueuedQueries = 256;

absl::Status Overloaded() {
  return domain::Refuse("the server has more work queued than it can do in time; slow down and try again",
                        {domain::Reason::kOverloaded, {}, {}, kRetryAfterOverload});
}

}  // namespace

// Members are destroyed in reverse: the workers join, finishing what is queued, before their queues go.
struct OrderStore::Workers {
  Workers(const OrderStoreOptions& options, telemetry::Metrics& metrics)
      : monitor(options.database_url, metrics),
        writes(options.max_queued_writes, metrics.ForQueue("write")),
        reads(options.max_queued_reads, metrics.ForQueue("read")),
        queries(kMaxQueuedQueries, metrics.ForQueue("list")) {
    for (size_t i = 0; i < options.writers; ++i) {
      writers.emplace_back(options.database_url, writes, options.max_batch_size, monitor, metrics);
    }
    for (size_t i = 0; i < options.readers; ++i) {
      readers.emplace_back(options.database_url, reads, kMaxReadBatch, monitor);
    }
    for (size_t i = 0; i < options.list_readers; ++i) lanes.emplace_back(options.database_url, queries, monitor);
  }
  ~Workers() {
    writes.Close();
    reads.Close();
    queries.Close();
  }

  // Awaitable; see Submission.
  template <class Queue, class Op>
  Submission<Queue, Op> Submit(Queue& queue, std::vector<Op*> operations) {
    return Submission<Queue, Op>(queue, std::move(operations), Overloaded());
  }

  // Runs `query` on a query lane.
  template <class T>
  async::Task<absl::StatusOr<T>> Run(std::function<T(Connection&)> query, CallLimits limits) {
    if (!monitor.up()) co_return DatabaseUnavailable();
    T result{};
    QueryOperation operation;
    operation.limits = limits;
    operation.run = [&query, &result](Connection& connection) { result = query(connection); };
    auto submission = Submit(queries, std::vector<QueryOperation*>{&operation});
    co_await submission;
    if (!operation.status.ok()) co_return operation.status;
    co_return std::move(result);
  }

  DatabaseMonitor monitor;
  OperationQueue<WriteOperation> writes;
  OperationQueue<ReadOperation> reads;
  OperationQueue<QueryOperation> queries;
  std::deque<Writer> writers;
  std::deque<Reader> readers;
  std::deque<QueryLane> lanes;
};

OrderStore::OrderStore(const OrderStoreOptions& options, telemetry::Metrics& metrics)
    : workers_(std::make_unique<Workers>(options, metrics)) {}

OrderStore::~OrderStore() = default;

bool OrderStore::available() const { return workers_->monitor.up(); }

async::Task<std::vector<absl::StatusOr<Written>>> OrderStore::Write(std::vector<OrderWrite> writes, CallLimits limits) {
  std::vector<absl::StatusOr<Written>> results;
  if (!workers_->monitor.up()) {
    results.assign(writes.size(), DatabaseUnavailable());
    co_return results;
  }
  std::vector<WriteOperation> operations(writes.size());
  std::vector<WriteOperation*> pointers;
  for (size_t i = 0; i < writes.size(); ++i) {
    operations[i].limits = limits;
    operations[i].write = std::move(writes[i]);
    pointers.push_back(&operations[i]);
  }
  auto submission = workers_->Submit(workers_->writes, std::move(pointers));
  co_await submission;
  for (const WriteOperation& operation : operations) {
    if (operation.status.ok()) {
      results.emplace_back(operation.outcome);
    } else {
      results.emplace_back(operation.status);
    }
  }
  co_return results;
}

async::Task<absl::StatusOr<ReadResult>> OrderStore::Read(std::string order_id, std::optional<Uuid> key,
                                                         CallLimits limits) {
  if (!workers_->monitor.up()) co_return DatabaseUnavailable();
  ReadOperation operation;
  operation.limits = limits;
  if (!order_id.empty()) operation.order_ids.push_back(std::move(order_id));
  operation.key = key;
  auto submission = workers_->Submit(workers_->reads, std::vector<ReadOperation*>{&operation});
  co_await submission;
  if (!operation.status.ok()) co_return operation.status;
  ReadResult result;
  if (!operation.orders.empty()) result.order = std::move(operation.orders.front());
  if (operation.claimed) {
    result.claim = {operation.claimed->fingerprint, std::move(operation.claimed->order_id)};
  }
  co_return result;
}

async::Task<absl::StatusOr<std::vector<std::optional<std::string>>>> OrderStore::ReadMany(
    std::vector<std::string> order_ids, CallLimits limits) {
  if (!workers_->monitor.up()) co_return DatabaseUnavailable();
  ReadOperation operation;
  operation.limits = limits;
  operation.order_ids = std::move(order_ids);
  auto submission = workers_->Submit(workers_->reads, std::vector<ReadOperation*>{&operation});
  co_await submission;
  if (!operation.status.ok()) co_return operation.status;
  co_return std::move(operation.orders);
}

async::Task<absl::StatusOr<OrderPage>> OrderStore::List(validate::ListRequest request, CallLimits limits) {
  return workers_->Run<OrderPage>(
      [request = std::move(request)](Connection& connection) { return QueryOrders(connection, request); }, limits);
}

async::Task<absl::StatusOr<EventPage>> OrderStore::ListEvents(validate::ListEventsRequest request, CallLimits limits) {
  return workers_->Run<EventPage>(
      [request = std::move(request)](Connection& connection) { return QueryEvents(connection, request); }, limits);
}

async::Task<absl::StatusOr<std::vector<std::string>>> OrderStore::FindExpired(absl::Time now, int most,
                                                                              CallLimits limits) {
  return workers_->Run<std::vector<std::string>>(
      [now, most](Connection& connection) { return QueryExpired(connection, now, most); }, limits);
}

async::Task<absl::StatusOr<std::vector<std::string>>> OrderStore::FindPersonal(std::string customer_id, int most,
                                                                               CallLimits limits) {
  return workers_->Run<std::vector<std::string>>(
      [customer_id = std::move(customer_id), most](Connection& connection) {
        return QueryPersonal(connection, customer_id, most);
      },
      limits);
}

async::Task<absl::StatusOr<int64_t>> OrderStore::ForgetKeys(absl::Time before, int most, CallLimits limits) {
  return workers_->Run<int64_t>([before, most](Connection& connection) { return DeleteKeys(connection, before, most); },
                                limits);
}

}  // namespace orders::store
