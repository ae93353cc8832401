#ifndef ORDERS_SERVER_VALIDATE_REQUESTS_H_
#define ORDERS_SERVER_VALIDATE_REQUESTS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "orders/v1/order_service.pb.h"
#include "server/domain/decide.h"
#include "server/validate/filter.h"

// From a request message to a command of the domain, or INVALID_ARGUMENT (domain::RefuseInvalid) naming every field
// that is wrong. Checks all that can be known without the stored order. Thread-safe: no state.
namespace orders::validate {

// What every change has besides its command.
struct ChangeRequest {
  std::string order_id;    // From `name`, "orders/" taken off.
  std::string etag;        // Empty: unconditional.
  std::string request_id;  // Empty: none.
  bool validate_only = false;
  domain::ChangeCommand command;
};

struct CreateRequest {
  std::string request_id;
  bool validate_only = false;
  bool caller_chose_id = false;
  domain::CreateCommand command;  // order_id is empty unless the caller chose it.
};

// Top-level fields of orders.v1.Order to keep, by field number, sorted. Nothing: all.
using FieldSelection = std::optional<std::vector<int>>;

struct GetRequest {
  std::string order_id;
  FieldSelection fields;
};

enum class OrderBy : uint8_t { kCreateTime = 0, kUpdateTime = 1 };

// Where a page starts: after the order with these sort keys.
struct PageStart {
  absl::Time sort_time;
  std::string order_id;

  bool operator==(const PageStart&) const = default;
};

struct ListRequest {
  int page_size = 0;  // 1 to 1000.
  std::optional<PageStart> start;
  FilterExpression filter;
  OrderBy order_by = OrderBy::kCreateTime;
  bool descending = true;
  FieldSelection fields;
  uint64_t arguments_hash = 0;  // Of filter and order_by; next_page_token is bound to it.
};

struct ListEventsRequest {
  std::string order_id;
  int page_size = 0;
  int64_t after_version = 0;
};

absl::StatusOr<CreateRequest> Validate(const v1::CreateOrderRequest& request, absl::Time now);
// Only the number of items and their request ids and order ids being distinct; each item is validated on its own.
absl::Status ValidateBatch(const v1::BatchCreateOrdersRequest& request);
absl::StatusOr<GetRequest> Validate(const v1::GetOrderRequest& request);
absl::StatusOr<std::vector<std::string>> Validate(const v1::BatchGetOrdersRequest& request);  // Order ids.
absl::StatusOr<ListRequest> Validate(const v1::ListOrdersRequest& request);
absl::StatusOr<ChangeRequest> Validate(const v1::UpdateOrderRequest& request, absl::Time now);
absl::StatusOr<ChangeRequest> Validate(const v1::ConfirmOrderRequest& request);
absl::StatusOr<ChangeRequest> Validate(const v1::RejectOrderRequest& request);
absl::StatusOr<ChangeRequest> Validate(const v1::CancelOrderRequest& request);
absl::StatusOr<ChangeRequest> Validate(const v1::ShipOrderRequest& request);
absl::StatusOr<ChangeRequest> Validate(const v1::DeliverOrderRequest& request);
absl::StatusOr<ChangeRequest> Validate(const v1::ReturnOrderRequest& request);
absl::StatusOr<ChangeRequest> Validate(const v1::RefundOrderRequest& request);
absl::StatusOr<ListEventsRequest> Validate(const v1::ListOrderEventsRequest& request);
absl::StatusOr<std::string> Validate(const v1::EraseCustomerDataRequest& request);  // The customer id.

}  // namespace orders::validate

#endif  // ORDERS_SERVER_VALIDATE_REQUESTS_H_
