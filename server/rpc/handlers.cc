#include "server/rpc/handlers.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "server/domain/refusal.h"
#include "server/rpc/field_selection.h"
#include "server/rpc/status.h"
#include "server/service/idempotency.h"
#include "server/store/wire_format.h"
#include "server/validate/page_token.h"

namespace orders::rpc {

namespace {

using service::IdempotencyKeyOf;
using store::AppendField;
using validate::Validate;

}  // namespace

Handlers::Reply Handlers::CreateOrder(Call call, v1::CreateOrderRequest request) {
  auto valid = Validate(request, absl::Now());
  if (!valid.ok()) co_return valid.status();
  service::CreateItem item{*std::move(valid),
                           IdempotencyKeyOf(call.caller, "CreateOrder", request.request_id(), request)};
  co_return co_await service_.Create(std::move(call), std::move(item));
}

Handlers::Reply Handlers::BatchCreateOrders(Call call, v1::BatchCreateOrdersRequest request) {
  if (absl::Status valid = validate::ValidateBatch(request); !valid.ok()) co_return valid;
  const absl::Time now = absl::Now();
  std::vector<absl::StatusOr<service::OrderBytes>> results;
  std::vector<service::CreateItem> items;
  std::vector<size_t> places;
  for (const v1::CreateOrderRequest& item : request.requests()) {
    auto valid = Validate(item, now);
    results.emplace_back(valid.status().ok() ? absl::StatusOr<service::OrderBytes>(service::OrderBytes())
                                             : absl::StatusOr<service::OrderBytes>(valid.status()));
    if (!valid.ok()) continue;
    places.push_back(results.size() - 1);
    items.push_back({*std::move(valid), IdempotencyKeyOf(call.caller, "CreateOrder", item.request_id(), item)});
  }
  auto created = co_await service_.CreateMany(std::move(call), std::move(items));
  for (size_t i = 0; i < places.size(); ++i) results[places[i]] = std::move(created[i]);

  std::string response;
  for (const absl::StatusOr<service::OrderBytes>& result : results) {
    std::string entry;
    if (result.ok()) {
      AppendField(entry, v1::BatchCreateOrdersResult::kOrderFieldNumber, *result);
    } else {
      AppendField(entry, v1::BatchCreateOrdersResult::kErrorFieldNumber,
                  ToRpcStatus(result.status()).SerializeAsString());
    }
    AppendField(response, v1::BatchCreateOrdersResponse::kResultsFieldNumber, entry);
  }
  co_return response;
}

Handlers::Reply Handlers::GetOrder(Call call, v1::GetOrderRequest request) {
  auto valid = Validate(request);
  if (!valid.ok()) co_return valid.status();
  auto order = co_await service_.Get(std::move(call), valid->order_id);
  if (!order.ok()) co_return order.status();
  co_return SelectFields(*std::move(order), valid->fields);
}

Handlers::Reply Handlers::BatchGetOrders(Call call, v1::BatchGetOrdersRequest request) {
  auto order_ids = Validate(request);
  if (!order_ids.ok()) co_return order_ids.status();
  auto orders = co_await service_.store().ReadMany(*std::move(order_ids), call.limits);
  if (!orders.ok()) co_return orders.status();
  std::string response;
  for (size_t i = 0; i < orders->size(); ++i) {
    if ((*orders)[i]) {
      AppendField(response, v1::BatchGetOrdersResponse::kOrdersFieldNumber, *(*orders)[i]);
    } else {
      AppendField(response, v1::BatchGetOrdersResponse::kNotFoundFieldNumber, request.names(static_cast<int>(i)));
    }
  }
  co_return response;
}

Handlers::Reply Handlers::ListOrders(Call call, v1::ListOrdersRequest request) {
  auto valid = Validate(request);
  if (!valid.ok()) co_return valid.status();
  auto page = co_await service_.store().List(*valid, call.limits);
  if (!page.ok()) co_return page.status();
  std::string response;
  for (std::string& order : page->orders) {
    AppendField(response, v1::ListOrdersResponse::kOrdersFieldNumber, SelectFields(std::move(order), valid->fields));
  }
  if (page->next) {
    AppendField(response, v1::ListOrdersResponse::kNextPageTokenFieldNumber,
                validate::EncodeOrdersPageToken(valid->arguments_hash, *page->next));
  }
  co_return response;
}

Handlers::Reply Handlers::Change(Call call, absl::StatusOr<validate::ChangeRequest> valid,
                                 std::optional<store::IdempotencyKey> key) {
  if (!valid.ok()) co_return valid.status();
  co_return co_await service_.Change(std::move(call), *std::move(valid), std::move(key));
}

Handlers::Reply Handlers::UpdateOrder(Call call, v1::UpdateOrderRequest request) {
  auto key = IdempotencyKeyOf(call.caller, "UpdateOrder", request.request_id(), request);
  return Change(std::move(call), Validate(request, absl::Now()), std::move(key));
}

Handlers::Reply Handlers::ConfirmOrder(Call call, v1::ConfirmOrderRequest request) {
  auto key = IdempotencyKeyOf(call.caller, "ConfirmOrder", request.request_id(), request);
  return Change(std::move(call), Validate(request), std::move(key));
}

Handlers::Reply Handlers::RejectOrder(Call call, v1::RejectOrderRequest request) {
  auto key = IdempotencyKeyOf(call.caller, "RejectOrder", request.request_id(), request);
  return Change(std::move(call), Validate(request), std::move(key));
}

Handlers::Reply Handlers::CancelOrder(Call call, v1::CancelOrderRequest request) {
  auto key = IdempotencyKeyOf(call.caller, "CancelOrder", request.request_id(), request);
  return Change(std::move(call), Validate(request), std::move(key));
}

Handlers::Reply Handlers::ShipOrder(Call call, v1::ShipOrderRequest request) {
  auto key = IdempotencyKeyOf(call.caller, "ShipOrder", request.request_id(), request);
  return Change(std::move(call), Validate(request), std::move(key));
}

Handlers::Reply Handlers::DeliverOrder(Call call, v1::DeliverOrderRequest request) {
  auto key = IdempotencyKeyOf(call.caller, "DeliverOrder", request.request_id(), request);
  return Change(std::move(call), Validate(request), std::move(key));
}

Handlers::Reply Handlers::ReturnOrder(Call call, v1::ReturnOrderRequest request) {
  auto key = IdempotencyKeyOf(call.caller, "ReturnOrder", request.request_id(), request);
  return Change(std::move(call), Validate(request), std::move(key));
}

Handlers::Reply Handlers::RefundOrder(Call call, v1::RefundOrderRequest request) {
  auto key = IdempotencyKeyOf(call.caller, "RefundOrder", request.request_id(), request);
  return Change(std::move(call), Validate(request), std::move(key));
}

Handlers::Reply Handlers::ListOrderEvents(Call call, v1::ListOrderEventsRequest request) {
  auto valid = Validate(request);
  if (!valid.ok()) co_return valid.status();
  auto page = co_await service_.store().ListEvents(*valid, call.limits);
  if (!page.ok()) co_return page.status();
  if (!page->order_exists) {
    co_return domain::Refuse(domain::Reason::kOrderNotFound, absl::StrCat("there is no order ", request.parent()),
                             {{"name", request.parent()}});
  }
  std::string response;
  for (const std::string& event : page->events) {
    AppendField(response, v1::ListOrderEventsResponse::kEventsFieldNumber, event);
  }
  if (page->next_after_version) {
    AppendField(response, v1::ListOrderEventsResponse::kNextPageTokenFieldNumber,
                validate::EncodeEventsPageToken(valid->order_id, *page->next_after_version));
  }
  co_return response;
}

Handlers::Reply Handlers::EraseCustomerData(Call call, v1::EraseCustomerDataRequest request) {
  auto customer_id = Validate(request);
  if (!customer_id.ok()) co_return customer_id.status();
  auto erased = co_await service_.EraseCustomerData(std::move(call), *std::move(customer_id));
  if (!erased.ok()) co_return erased.status();
  v1::EraseCustomerDataResponse response;
  response.set_orders_erased(*erased);
  co_return response.SerializeAsString();
}

Handlers::Reply Handlers::Unparseable(std::string message_name) {
  co_return domain::Refuse(
      domain::Reason::kInvalidRequest,
      absl::StrCat("the request is not a valid ", message_name,
                   " message: check that it was built from the service's proto files and that every "
                   "string is UTF-8"));
}

}  // namespace orders::rpc
