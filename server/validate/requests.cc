#include "server/validate/requests.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "server/domain/limits.h"
#include "server/validate/fields.h"
#include "server/validate/order_fields.h"
#include "server/validate/page_token.h"

namespace orders::validate {

namespace {

constexpr int kMaxBatch = 500;
constexpr int kMaxPageSize = 1000;
constexpr int kDefaultPageSize = 50;
// Room for any spelling of it.
constexpr size_t kMaxOrderByBytes = 64;
constexpr char kMutableFields[] =
    "lines, shipping_fee, shipping_address, external_reference, labels, note, expire_time or payment_state";

// The result of a validation: `value` unless something was found.
template <class T>
absl::StatusOr<T> Finish(Violations violations, T value) {
  if (absl::Status status = std::move(violations).ToStatus(); !status.ok()) return status;
  return value;
}

void CheckReason(const std::string& reason, Violations& violations) {
  violations.Text("reason", reason, 0, domain::kMaxReasonChars);
}

// What all state verbs have.
template <class Request>
ChangeRequest VerbRequest(const Request& request, Violations& violations) {
  ChangeRequest out;
  out.order_id = OrderIdOf("name", request.name(), violations);
  CheckEtag("etag", request.etag(), violations);
  out.etag = request.etag();
  CheckRequestId(request.request_id(), violations);
  out.request_id = request.request_id();
  return out;
}

int PageSize(int32_t wanted, Violations& violations) {
  if (wanted < 0) violations.Add("page_size", absl::StrCat("is ", wanted, "; it must be 0 (for 50) or more"));
  return wanted == 0 ? kDefaultPageSize : std::min(wanted, kMaxPageSize);
}

void CheckCurrency(const std::string& field, const std::string& currency, Violations& violations) {
  const bool valid = currency.size() == 3 &&
                     std::all_of(currency.begin(), currency.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
  if (valid) return;
  violations.Add(field, currency.empty()
                            ? "is required: three capital letters, such as EUR"
                            : Quoted(currency) + " is not an ISO 4217 code: three capital letters, such as EUR");
}

std::optional<domain::PaymentState> PaymentStateOf(const std::string& field, int number, Violations& violations) {
  for (domain::PaymentState state : domain::kAllPaymentStates) {
    if (static_cast<int>(state) == number) return state;
  }
  violations.Add(field,
                 absl::StrCat("is ", number, ", which is no payment state; give one of orders.v1.PaymentState, 1 to ",
                              std::size(domain::kAllPaymentStates)));
  return std::nullopt;
}

struct AmountsCurrency {
  std::string code;   // Empty: no amount says.
  std::string field;  // Which field says so.
};

// The currency that the amounts to be changed are given in: the order's if it is sent along, else that of the first
// amount that has one.
AmountsCurrency CurrencyOfAmounts(const v1::Order& order, const std::set<std::string>& paths) {
  const bool changes_fee = paths.contains("shipping_fee");
  if (!changes_fee && !paths.contains("lines")) return {};
  if (!order.currency_code().empty()) return {order.currency_code(), "order.currency_code"};
  if (changes_fee && !order.shipping_fee().currency_code().empty()) {
    return {order.shipping_fee().currency_code(), "order.shipping_fee.currency_code"};
  }
  if (!paths.contains("lines")) return {};
  for (int i = 0; i < order.lines_size(); ++i) {
    const v1::OrderLine& line = order.lines(i);
    const std::pair<const char*, const google::type::Money*> amounts[] = {
        {"unit_price", &line.unit_price()}, {"discount", &line.discount()}, {"tax", &line.tax()}};
    for (const auto& [name, amount] : amounts) {
      if (amount->currency_code().empty()) continue;
      return {amount->currency_code(), absl::StrCat("order.lines[", i, "].", name, ".currency_code")};
    }
  }
  return {};
}

std::string WhyNotMutable(const std::string& path) {
  if (path.empty()) return absl::StrCat("is empty; name ", kMutableFields);
  if (path == "*") return absl::StrCat("'*' is refused, as it would wipe what was left out; name ", kMutableFields);
  const std::string head = path.substr(0, path.find('.'));
  if (!IsOrderField(head)) {
    return absl::StrCat(Quoted(path), " is not a field of orders.v1.Order; name ", kMutableFields);
  }
  if (head != path) {
    return absl::StrCat(Quoted(path),
                        " is nested; only whole top-level fields can be changed, such as 'shipping_address'");
  }
  if (path == "name" || path == "etag") return absl::StrCat("'", path, "' says what to change and can't change itself");
  if (path == "customer_id" || path == "currency_code") {
    return absl::StrCat("'", path, "' is fixed once an order is created");
  }
  if (path == "state") return "'state' is output only; the state verbs move it, such as ConfirmOrder";
  return absl::StrCat("'", path, "' is output only: the service sets it");
}

// Applies one path of an update mask.
void UpdateField(const std::string& path, const std::string& mask_field, const v1::Order& order,
                 const std::string& currency, absl::Time now, domain::UpdateCommand& command, Violations& violations) {
  if (path == "lines") {
    command.lines = Lines("order.lines", order.lines(), currency, violations);
  } else if (path == "shipping_fee") {
    command.shipping_fee = violations.Amount("order.shipping_fee", order.shipping_fee(), currency);
  } else if (path == "shipping_address") {
    command.shipping_address.emplace();
    if (order.has_shipping_address()) {
      *command.shipping_address = ShippingAddress("order.shipping_address", order.shipping_address(), violations);
    }
  } else if (path == "external_reference") {
    violations.Text("order.external_reference", order.external_reference(), 0, domain::kMaxExternalReferenceChars);
    command.external_reference = order.external_reference();
  } else if (path == "labels") {
    command.labels = Labels("order.labels", order.labels(), violations);
  } else if (path == "note") {
    violations.Text("order.note", order.note(), 0, domain::kMaxNoteChars, ControlCharacters::kLayout);
    command.note = order.note();
  } else if (path == "expire_time") {
    command.expire_time.emplace();
    if (order.has_expire_time()) {
      *command.expire_time = ExpireTime("order.expire_time", order.expire_time(), now, violations);
    }
  } else if (path == "payment_state") {
    command.payment_state = PaymentStateOf("order.payment_state", order.payment_state(), violations);
  } else {
    violations.Add(mask_field, WhyNotMutable(path));
  }
}

std::string PaymentStateText(int number) {
  const std::string& name = v1::PaymentState_Name(static_cast<v1::PaymentState>(number));
  return name.empty() ? absl::StrCat("is ", number, ", which is no payment state") : absl::StrCat("is ", name);
}

// Sets what `order_by` says; false if it says nothing that we sort by.
bool ParseOrderBy(const std::string& order_by, ListRequest& out) {
  if (order_by.size() > kMaxOrderByBytes) return false;
  const std::vector<std::string> words = absl::StrSplit(order_by, ' ', absl::SkipEmpty());
  if (words.empty()) return true;
  out.descending = words.size() == 2 && words[1] == "desc";
  out.order_by = words[0] == "update_time" ? OrderBy::kUpdateTime : OrderBy::kCreateTime;
  return (words[0] == "create_time" || words[0] == "update_time") && (words.size() == 1 || out.descending);
}

}  // namespace

absl::StatusOr<CreateRequest> Validate(const v1::CreateOrderRequest& request, absl::Time now) {
  Violations violations;
  CreateRequest out;
  CheckRequestId(request.request_id(), violations);
  out.request_id = request.request_id();
  out.validate_only = request.validate_only();
  out.caller_chose_id = !request.order_id().empty();
  if (out.caller_chose_id) CheckOrderId("order_id", request.order_id(), violations);

  const v1::Order& order = request.order();
  domain::CreateCommand& command = out.command;
  command.order_id = request.order_id();
  if (!request.has_order()) {
    violations.Add("order", "is required");
    return Finish(std::move(violations), std::move(out));
  }
  violations.Text("order.customer_id", order.customer_id(), 1, domain::kMaxCustomerIdChars);
  command.customer_id = order.customer_id();
  CheckCurrency("order.currency_code", order.currency_code(), violations);
  command.currency_code = order.currency_code();
  command.lines = Lines("order.lines", order.lines(), order.currency_code(), violations);
  if (order.has_shipping_fee()) {
    command.shipping_fee = violations.Amount("order.shipping_fee", order.shipping_fee(), order.currency_code());
  }
  if (order.has_shipping_address()) {
    command.shipping_address = ShippingAddress("order.shipping_address", order.shipping_address(), violations);
  }
  violations.Text("order.external_reference", order.external_reference(), 0, domain::kMaxExternalReferenceChars);
  command.external_reference = order.external_reference();
  command.labels = Labels("order.labels", order.labels(), violations);
  violations.Text("order.note", order.note(), 0, domain::kMaxNoteChars, ControlCharacters::kLayout);
  command.note = order.note();
  if (order.has_expire_time()) {
    command.expire_time = ExpireTime("order.expire_time", order.expire_time(), now, violations);
  }
  if (order.payment_state() != v1::PAYMENT_STATE_UNSPECIFIED && order.payment_state() != v1::PAYMENT_STATE_UNPAID) {
    violations.Add("order.payment_state",
                   PaymentStateText(order.payment_state()) + "; an order is created PAYMENT_STATE_UNPAID");
  }
  return Finish(std::move(violations), std::move(out));
}

absl::Status ValidateBatch(const v1::BatchCreateOrdersRequest& request) {
  Violations violations;
  if (request.requests_size() < 1 || request.requests_size() > kMaxBatch) {
    violations.Add("requests", absl::StrCat("has ", request.requests_size(), " items; a batch has 1 to ", kMaxBatch));
    return std::move(violations).ToStatus();
  }
  std::set<std::string> order_ids;
  std::set<std::string> request_ids;
  for (int i = 0; i < request.requests_size(); ++i) {
    const v1::CreateOrderRequest& item = request.requests(i);
    if (!item.order_id().empty() && !order_ids.insert(item.order_id()).second) {
      violations.Add(absl::StrCat("requests[", i, "].order_id"), Quoted(item.order_id()) + " is in the batch twice");
    }
    if (!item.request_id().empty() && !request_ids.insert(item.request_id()).second) {
      violations.Add(absl::StrCat("requests[", i, "].request_id"),
                     Quoted(item.request_id()) + " is in the batch twice");
    }
  }
  return std::move(violations).ToStatus();
}

absl::StatusOr<GetRequest> Validate(const v1::GetOrderRequest& request) {
  Violations violations;
  GetRequest out;
  out.order_id = OrderIdOf("name", request.name(), violations);
  out.fields = SelectionOf(request.read_mask(), violations);
  return Finish(std::move(violations), std::move(out));
}

absl::StatusOr<std::vector<std::string>> Validate(const v1::BatchGetOrdersRequest& request) {
  Violations violations;
  std::vector<std::string> order_ids;
  if (request.names_size() < 1 || request.names_size() > kMaxBatch) {
    violations.Add("names", absl::StrCat("has ", request.names_size(), " names; a batch has 1 to ", kMaxBatch));
    return Finish(std::move(violations), std::move(order_ids));
  }
  std::set<std::string> seen;
  for (int i = 0; i < request.names_size(); ++i) {
    const std::string field = absl::StrCat("names[", i, "]");
    order_ids.push_back(OrderIdOf(field, request.names(i), violations));
    if (!seen.insert(request.names(i)).second)
      violations.Add(field, Quoted(request.names(i)) + " is in the batch twice");
  }
  return Finish(std::move(violations), std::move(order_ids));
}

absl::StatusOr<ListRequest> Validate(const v1::ListOrdersRequest& request) {
  Violations violations;
  ListRequest out;
  out.page_size = PageSize(request.page_size(), violations);
  out.fields = SelectionOf(request.read_mask(), violations);
  absl::StatusOr<FilterExpression> filter = ParseFilter(request.filter());
  if (filter.ok()) {
    out.filter = *std::move(filter);
  } else {
    violations.Add("filter", std::string(filter.status().message()));
  }
  if (!ParseOrderBy(request.order_by(), out)) {
    violations.Add("order_by",
                   Quoted(request.order_by()) + " must be create_time or update_time, or either with ' desc'");
  }
  // Not absl::Hash: tokens must mean the same to every process.
  out.arguments_hash =
      StableHash(absl::StrCat(static_cast<int>(out.order_by), out.descending ? "d" : "a", request.filter()));
  if (!request.page_token().empty()) {
    out.start = DecodeOrdersPageToken(request.page_token(), out.arguments_hash);
    if (!out.start) {
      violations.Add("page_token",
                     "is not a next_page_token of a list with this filter and order_by: start over without it");
    }
  }
  return Finish(std::move(violations), std::move(out));
}

absl::StatusOr<ChangeRequest> Validate(const v1::UpdateOrderRequest& request, absl::Time now) {
  Violations violations;
  ChangeRequest out;
  const v1::Order& order = request.order();
  out.order_id = OrderIdOf("order.name", order.name(), violations);
  CheckEtag("order.etag", order.etag(), violations);
  out.etag = order.etag();
  CheckRequestId(request.request_id(), violations);
  out.request_id = request.request_id();
  out.validate_only = request.validate_only();
  domain::UpdateCommand command;
  const auto& mask = request.update_mask();
  if (mask.paths_size() == 0) violations.Add("update_mask", "is required: name the fields to change, such as 'note'");
  if (!CheckPathCount("update_mask", mask, violations)) return Finish(std::move(violations), std::move(out));
  const AmountsCurrency currency = CurrencyOfAmounts(order, {mask.paths().begin(), mask.paths().end()});
  if (!currency.code.empty()) {
    CheckCurrency(currency.field, currency.code, violations);
    command.amounts_currency = currency.code;
  }
  std::set<std::string> seen;
  for (int i = 0; i < mask.paths_size(); ++i) {
    if (!seen.insert(mask.paths(i)).second) continue;
    UpdateField(mask.paths(i), absl::StrCat("update_mask.paths[", i, "]"), order, currency.code, now, command,
                violations);
  }
  out.command = std::move(command);
  return Finish(std::move(violations), std::move(out));
}

absl::StatusOr<ChangeRequest> Validate(const v1::ConfirmOrderRequest& request) {
  Violations violations;
  ChangeRequest out = VerbRequest(request, violations);
  CheckReason(request.reason(), violations);
  out.command = domain::ConfirmCommand{request.reason()};
  return Finish(std::move(violations), std::move(out));
}

absl::StatusOr<ChangeRequest> Validate(const v1::RejectOrderRequest& request) {
  Violations violations;
  ChangeRequest out = VerbRequest(request, violations);
  CheckReason(request.reason(), violations);
  out.command = domain::RejectCommand{request.reason()};
  return Finish(std::move(violations), std::move(out));
}

absl::StatusOr<ChangeRequest> Validate(const v1::CancelOrderRequest& request) {
  Violations violations;
  ChangeRequest out = VerbRequest(request, violations);
  CheckReason(request.reason(), violations);
  out.command = domain::CancelCommand{request.reason()};
  return Finish(std::move(violations), std::move(out));
}

absl::StatusOr<ChangeRequest> Validate(const v1::ShipOrderRequest& request) {
  Violations violations;
  ChangeRequest out = VerbRequest(request, violations);
  domain::ShipCommand command;
  command.lines = LineQuantities("lines", request.lines(), violations);
  violations.Text("carrier", request.carrier(), 0, domain::kMaxCarrierChars);
  command.carrier = request.carrier();
  violations.Text("tracking_number", request.tracking_number(), 0, domain::kMaxTrackingNumberChars);
  command.tracking_number = request.tracking_number();
  out.command = std::move(command);
  return Finish(std::move(violations), std::move(out));
}

absl::StatusOr<ChangeRequest> Validate(const v1::DeliverOrderRequest& request) {
  Violations violations;
  ChangeRequest out = VerbRequest(request, violations);
  out.command = domain::DeliverCommand{};
  return Finish(std::move(violations), std::move(out));
}

absl::StatusOr<ChangeRequest> Validate(const v1::ReturnOrderRequest& request) {
  Violations violations;
  ChangeRequest out = VerbRequest(request, violations);
  CheckReason(request.reason(), violations);
  out.command = domain::ReturnCommand{LineQuantities("lines", request.lines(), violations), request.reason()};
  return Finish(std::move(violations), std::move(out));
}

absl::StatusOr<ChangeRequest> Validate(const v1::RefundOrderRequest& request) {
  Violations violations;
  ChangeRequest out = VerbRequest(request, violations);
  CheckReason(request.reason(), violations);
  domain::RefundCommand command;
  command.reason = request.reason();
  if (request.has_amount()) {
    CheckCurrency("amount.currency_code", request.amount().currency_code(), violations);
    command.currency_code = request.amount().currency_code();
    command.amount = violations.Amount("amount", request.amount(), command.currency_code);
    if (command.amount->is_zero() && request.amount().units() == 0 && request.amount().nanos() == 0) {
      violations.Add("amount", "is zero; leave it out to refund all that is left");
    }
  }
  out.command = std::move(command);
  return Finish(std::move(violations), std::move(out));
}

absl::StatusOr<ListEventsRequest> Validate(const v1::ListOrderEventsRequest& request) {
  Violations violations;
  ListEventsRequest out;
  out.order_id = OrderIdOf("parent", request.parent(), violations);
  out.page_size = PageSize(request.page_size(), violations);
  if (!request.page_token().empty()) {
    const std::optional<int64_t> after = DecodeEventsPageToken(request.page_token(), out.order_id);
    if (!after) violations.Add("page_token", "is not a next_page_token of this order's events: start over without it");
    out.after_version = after.value_or(0);
  }
  return Finish(std::move(violations), std::move(out));
}

absl::StatusOr<std::string> Validate(const v1::EraseCustomerDataRequest& request) {
  Violations violations;
  violations.Text("customer_id", request.customer_id(), 1, domain::kMaxCustomerIdChars);
  return Finish(std::move(violations), std::string(request.customer_id()));
}

}  // namespace orders::validate
