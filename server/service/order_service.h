#ifndef ORDERS_SERVER_SERVICE_ORDER_SERVICE_H_
#define ORDERS_SERVER_SERVICE_ORDER_SERVICE_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "server/async/task.h"
#include "server/domain/decide.h"
#include "server/store/order_store.h"
#include "server/validate/requests.h"

// What the service does with a valid request: read, let the domain decide, write; again if another caller was quicker.
// Knows no transport: rpc/ calls it for callers, jobs/ for the service itself.
namespace orders::service {

// Who asks for something, and how long the answer is worth waiting for.
struct Call {
  std::string caller;
  std::string correlation_id;
  std::string traceparent;
  store::CallLimits limits;
};

// A serialised orders.v1.Order.
using OrderBytes = std::string;

struct CreateItem {
  validate::CreateRequest request;
  std::optional<store::IdempotencyKey> key;
};

// Thread-safe. Coroutines resume on the executor they were awaited on. Every error is a refusal fit for callers.
class OrderService {
 public:
  // `store` must outlive the service.
  explicit OrderService(store::OrderStore& store) : store_(store) {}

  async::Task<absl::StatusOr<OrderBytes>> Create(Call call, CreateItem item);
  // Each item on its own; results in the order of `items`.
  async::Task<std::vector<absl::StatusOr<OrderBytes>>> CreateMany(Call call, std::vector<CreateItem> items);
  async::Task<absl::StatusOr<OrderBytes>> Change(Call call, validate::ChangeRequest request,
                                                 std::optional<store::IdempotencyKey> key);

  async::Task<absl::StatusOr<OrderBytes>> Get(Call call, std::string order_id);

  // Wipes a customer's personal data from every order that holds some; how many there were.
  async::Task<absl::StatusOr<int64_t>> EraseCustomerData(Call call, std::string customer_id);

  // Moves up to a batch of overdue PENDING orders to EXPIRED; how many. Any number of servers may do so at once: each
  // order expires once.
  async::Task<absl::StatusOr<int64_t>> ExpireDueOrders();

  store::OrderStore& store() { return store_; }

 private:
  // The present state of the order that the call with this key changed; nothing if there was no such call.
  async::Task<absl::StatusOr<std::optional<OrderBytes>>> Replay(Call call, store::IdempotencyKey key);
  // Applies `command` to each order once; orders that refuse it or that another caller changes are left alone.
  async::Task<absl::StatusOr<int64_t>> ChangeAll(Call call, std::vector<std::string> order_ids,
                                                 domain::ChangeCommand command);

  store::OrderStore& store_;
};

}  // namespace orders::service

#endif  // ORDERS_SERVER_SERVICE_ORDER_SERVICE_H_
