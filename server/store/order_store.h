#ifndef ORDERS_SERVER_STORE_ORDER_STORE_H_
#define ORDERS_SERVER_STORE_ORDER_STORE_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "server/async/task.h"
#include "server/store/operation.h"
#include "server/store/order_write.h"
#include "server/telemetry/metrics.h"
#include "server/validate/requests.h"

// Orders in PostgreSQL. The only door to the database for the rest of the server.
namespace orders::store {

struct OrderStoreOptions {
  std::string database_url;
  size_t writers = 2;
  size_t readers = 1;
  size_t list_readers = 2;
  size_t max_batch_size = 128;
  size_t max_queued_writes = 4096;
  size_t max_queued_reads = 4096;
};

struct ReadResult {
  struct Claim {
    Uuid fingerprint;
    std::string order_id;
  };
  std::optional<std::string> order;  // Serialised orders.v1.Order.
  std::optional<Claim> claim;        // What the idempotency key stands for, if it took effect.
};

struct OrderPage {
  std::vector<std::string> orders;  // Serialised orders.v1.Order.
  std::optional<validate::PageStart> next;
};

struct EventPage {
  bool order_exists = false;
  std::vector<std::string> events;  // Serialised orders.v1.OrderEvent.
  std::optional<int64_t> next_after_version;
};

// Thread-safe. The coroutines resume on the async::Executor they were awaited on, which must be current. Every status
// is a refusal fit for callers: RESOURCE_EXHAUSTED if a queue is full, UNAVAILABLE if the database can't be reached,
// DEADLINE_EXCEEDED if `limits` ran out first.
class OrderStore {
 public:
  // The database has been found reachable and of the right schema. `metrics` must outlive the store.
  OrderStore(const OrderStoreOptions& options, telemetry::Metrics& metrics);
  // Finishes what is queued.
  ~OrderStore();

  // Whether the database answers.
  bool available() const;

  // Applies each write on its own; results in the order of `writes`. Read-your-writes: once applied, every read sees
  // it.
  async::Task<std::vector<absl::StatusOr<Written>>> Write(std::vector<OrderWrite> writes, CallLimits limits);

  // Reads one order, and what `key` stands for if it is given.
  async::Task<absl::StatusOr<ReadResult>> Read(std::string order_id, std::optional<Uuid> key, CallLimits limits);

  // Reads many orders: one entry an id, in order, nothing for ids that do not exist.
  async::Task<absl::StatusOr<std::vector<std::optional<std::string>>>> ReadMany(std::vector<std::string> order_ids,
                                                                                CallLimits limits);

  async::Task<absl::StatusOr<OrderPage>> List(validate::ListRequest request, CallLimits limits);
  async::Task<absl::StatusOr<EventPage>> ListEvents(validate::ListEventsRequest request, CallLimits limits);

  // Ids of up to `most` PENDING orders whose expire_time is `now` or before, the longest expired first.
  async::Task<absl::StatusOr<std::vector<std::string>>> FindExpired(absl::Time now, int most, CallLimits limits);

  // Ids of up to `most` orders of a customer that hold personal data.
  async::Task<absl::StatusOr<std::vector<std::string>>> FindPersonal(std::string customer_id, int most,
                                                                     CallLimits limits);

  // Forgets up to `most` idempotency keys made before `before`; how many there were.
  async::Task<absl::StatusOr<int64_t>> ForgetKeys(absl::Time before, int most, CallLimits limits);

 private:
  struct Workers;

  std::unique_ptr<Workers> workers_;
};

}  // namespace orders::store

#endif  // ORDERS_SERVER_STORE_ORDER_STORE_H_
