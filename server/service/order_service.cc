#include "server/service/order_service.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "server/domain/refusal.h"

namespace orders::service {

namespace {

using domain::Reason;
using domain::Refuse;
using store::Written;

// Of callers that change one order at the same moment one wins each round; this many in a row losing means a hot spot
// that more rounds would only heat.
constexpr int kMaxRounds = 32;
// One write batch of personal data or expiries.
constexpr int kSweepSize = 128;
// The service's own changes must not hang for ever on a sick database.
constexpr absl::Duration kSweepTimeout = absl::Seconds(30);

absl::Time NowToTheMicrosecond() { return absl::FromUnixMicros(absl::ToUnixMicros(absl::Now())); }

store::Origin OriginOf(const Call& call, const std::string& request_id) {
  return {call.caller, request_id, call.correlation_id, call.traceparent};
}

absl::Status NotFound(const std::string& order_id) {
  return Refuse(Reason::kOrderNotFound, absl::StrCat("there is no order orders/", order_id),
                {{"name", absl::StrCat("orders/", order_id)}});
}

absl::Status OrderIdTaken(const std::string& order_id) {
  return Refuse(Reason::kOrderIdTaken,
                absl::StrCat("the order id '", order_id, "' is taken by another order; choose another, or none"),
                {{"order_id", order_id}});
}

absl::Status RequestIdReused() {
  return Refuse(
      Reason::kRequestIdReused,
      "this request_id was used before with another request; use a fresh one for each new request, and the same "
      "one only to repeat a request unchanged");
}

absl::Status TooManyConflicts(const std::string& order_id) {
  return Refuse(absl::StrCat("orders/", order_id, " was changed by other callers each time; try again"),
                {Reason::kTooManyConflicts, {}, {}, absl::Milliseconds(100)});
}

OrderBytes BytesOf(const store::EncodedOrder& order) { return order.body + order.personal; }

// The decision on a create request, or why there is none; picks the id if the caller did not.
absl::StatusOr<domain::Decision> Decide(domain::CreateCommand command) {
  const absl::Time now = NowToTheMicrosecond();
  if (command.order_id.empty()) command.order_id = store::Uuid::MakeV7(now).ToString();
  return domain::DecideCreate(std::move(command), now);
}

}  // namespace

async::Task<absl::StatusOr<OrderBytes>> OrderService::Create(Call call, CreateItem item) {
  std::vector<CreateItem> items;
  items.push_back(std::move(item));
  auto results = co_await CreateMany(std::move(call), std::move(items));
  co_return std::move(results.front());
}

async::Task<std::vector<absl::StatusOr<OrderBytes>>> OrderService::CreateMany(Call call,
                                                                              std::vector<CreateItem> items) {
  std::vector<absl::StatusOr<OrderBytes>> results(items.size(), absl::StatusOr<OrderBytes>(OrderBytes()));
  std::vector<store::OrderWrite> writes;
  std::vector<size_t> places;
  for (size_t i = 0; i < items.size(); ++i) {
    absl::StatusOr<domain::Decision> decision = Decide(std::move(items[i].request.command));
    if (!decision.ok()) {
      results[i] = decision.status();
      continue;
    }
    if (items[i].request.validate_only) {
      results[i] = BytesOf(store::EncodeOrder(decision->order));
      continue;
    }
    writes.push_back(store::EncodeWrite(*decision, OriginOf(call, items[i].request.request_id), items[i].key));
    results[i] = BytesOf(writes.back().encoded);
    items[i].request.command.order_id = decision->order.order_id;
    places.push_back(i);
  }

  auto outcomes = co_await store_.Write(std::move(writes), call.limits);
  for (size_t w = 0; w < places.size(); ++w) {
    const CreateItem& item = items[places[w]];
    absl::StatusOr<OrderBytes>& result = results[places[w]];
    if (!outcomes[w].ok()) {
      result = outcomes[w].status();
    } else if (*outcomes[w] == Written::kVersionTaken) {
      result = OrderIdTaken(item.request.command.order_id);
    } else if (*outcomes[w] == Written::kKeyTaken) {
      auto first = co_await Replay(call, *item.key);
      // A key can only vanish by being forgotten, between the two statements: then this call is as good as lost.
      result = !first.ok() ? absl::StatusOr<OrderBytes>(first.status())
               : *first    ? absl::StatusOr<OrderBytes>(**std::move(first))
                           : absl::StatusOr<OrderBytes>(TooManyConflicts(item.request.command.order_id));
    }
  }
  co_return results;
}

async::Task<absl::StatusOr<OrderBytes>> OrderService::Change(Call call, validate::ChangeRequest request,
                                                             std::optional<store::IdempotencyKey> key) {
  for (int round = 1; round <= kMaxRounds; ++round) {
    auto read = co_await store_.Read(request.order_id, key ? std::optional(key->key) : std::nullopt, call.limits);
    if (!read.ok()) co_return read.status();
    if (read->claim) {
      if (read->claim->fingerprint != key->fingerprint) co_return RequestIdReused();
      if (read->order) co_return *std::move(read->order);
    }
    if (!read->order) co_return NotFound(request.order_id);

    absl::StatusOr<domain::Order> order = store::DecodeOrder(*read->order);
    if (!order.ok()) co_return order.status();
    absl::StatusOr<domain::Decision> decision =
        domain::DecideChange(*order, request.command, request.etag, NowToTheMicrosecond());
    if (!decision.ok()) co_return decision.status();
    if (decision->changes_nothing()) co_return *std::move(read->order);

    std::vector<store::OrderWrite> writes;
    writes.push_back(store::EncodeWrite(*decision, OriginOf(call, request.request_id), key));
    OrderBytes changed = BytesOf(writes.front().encoded);
    if (request.validate_only) co_return changed;
    auto outcomes = co_await store_.Write(std::move(writes), call.limits);
    if (!outcomes.front().ok()) co_return outcomes.front().status();
    if (*outcomes.front() == Written::kApplied) co_return changed;
  }
  co_return TooManyConflicts(request.order_id);
}

async::Task<absl::StatusOr<OrderBytes>> OrderService::Get(Call call, std::string order_id) {
  auto read = co_await store_.Read(order_id, std::nullopt, call.limits);
  if (!read.ok()) co_return read.status();
  if (!read->order) co_return NotFound(order_id);
  co_return *std::move(read->order);
}

async::Task<absl::StatusOr<int64_t>> OrderService::EraseCustomerData(Call call, std::string customer_id) {
  int64_t erased = 0;
  for (int fruitless_rounds = 0; fruitless_rounds < kMaxRounds;) {
    auto order_ids = co_await store_.FindPersonal(customer_id, kSweepSize, call.limits);
    if (!order_ids.ok()) co_return order_ids.status();
    if (order_ids->empty()) co_return erased;
    auto changed = co_await ChangeAll(call, *std::move(order_ids), domain::EraseCommand{});
    if (!changed.ok()) co_return changed.status();
    erased += *changed;
    fruitless_rounds = *changed > 0 ? 0 : fruitless_rounds + 1;
  }
  co_return Refuse("the customer's orders were changed by other callers each time; try again",
                   {Reason::kTooManyConflicts, {}, {}, absl::Seconds(1)});
}

async::Task<absl::StatusOr<int64_t>> OrderService::ExpireDueOrders() {
  const absl::Time now = NowToTheMicrosecond();
  Call call;
  call.caller = "system";
  call.limits.deadline = now + kSweepTimeout;
  auto order_ids = co_await store_.FindExpired(now, kSweepSize, call.limits);
  if (!order_ids.ok()) co_return order_ids.status();
  auto expired = co_await ChangeAll(std::move(call), *std::move(order_ids), domain::ExpireCommand{});
  co_return expired;
}

async::Task<absl::StatusOr<std::optional<OrderBytes>>> OrderService::Replay(Call call, store::IdempotencyKey key) {
  auto claimed = co_await store_.Read("", key.key, call.limits);
  if (!claimed.ok()) co_return claimed.status();
  if (!claimed->claim) co_return std::optional<OrderBytes>();
  if (claimed->claim->fingerprint != key.fingerprint) co_return RequestIdReused();
  auto order = co_await store_.Read(claimed->claim->order_id, std::nullopt, call.limits);
  if (!order.ok()) co_return order.status();
  co_return std::move(order->order);
}

async::Task<absl::StatusOr<int64_t>> OrderService::ChangeAll(Call call, std::vector<std::string> order_ids,
                                                             domain::ChangeCommand command) {
  auto orders = co_await store_.ReadMany(std::move(order_ids), call.limits);
  if (!orders.ok()) co_return orders.status();
  std::vector<store::OrderWrite> writes;
  for (const std::optional<std::string>& bytes : *orders) {
    if (!bytes) continue;
    absl::StatusOr<domain::Order> order = store::DecodeOrder(*bytes);
    if (!order.ok()) continue;
    absl::StatusOr<domain::Decision> decision = domain::DecideChange(*order, command, "", NowToTheMicrosecond());
    if (!decision.ok() || decision->changes_nothing()) continue;
    writes.push_back(store::EncodeWrite(*decision, OriginOf(call, ""), std::nullopt));
  }
  auto outcomes = co_await store_.Write(std::move(writes), call.limits);
  int64_t applied = 0;
  for (const absl::StatusOr<Written>& outcome : outcomes) {
    if (!outcome.ok()) co_return outcome.status();
    if (*outcome == Written::kApplied) ++applied;
  }
  co_return applied;
}

}  // namespace orders::service
