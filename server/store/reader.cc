#include "server/store/reader.h"

#include <map>
#include <string_view>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "server/store/binary_array.h"
#include "server/store/sql_failure.h"

namespace orders::store {

namespace {

constexpr char kReadOrdersSql[] = "SELECT order_id, body, personal FROM orders WHERE order_id = ANY ($1::text[])";
constexpr char kReadKeysSql[] = "SELECT key, fingerprint, order_id FROM idempotency_key WHERE key = ANY ($1::uuid[])";

// A connection that died unnoticed is replaced once; a read can always be repeated.
constexpr int kMaxAttempts = 2;

void ReadOrders(Connection& connection, pqxx::transaction_base& transaction, const std::vector<ReadOperation*>& batch) {
  BinaryArray ids(BinaryArray::Element::kText);
  absl::flat_hash_set<std::string_view> wanted;
  for (const ReadOperation* operation : batch) {
    for (const std::string& id : operation->order_ids) {
      if (wanted.insert(id).second) ids.Add(id);
    }
  }
  if (wanted.empty()) return;
  connection.Prepare("read_orders", kReadOrdersSql);
  const pqxx::result rows = ExecPrepared(transaction, "read_orders", std::vector<std::string>{std::move(ids).Take()});
  absl::flat_hash_map<std::string, std::string> found;
  for (const auto& row : rows) found.emplace(row[0].c_str(), BytesOf(row[1]) + BytesOf(row[2]));
  for (ReadOperation* operation : batch) {
    operation->orders.clear();
    for (const std::string& id : operation->order_ids) {
      auto at = found.find(id);
      operation->orders.push_back(at == found.end() ? std::nullopt : std::optional(at->second));
    }
  }
}

void ReadKeys(Connection& connection, pqxx::transaction_base& transaction, const std::vector<ReadOperation*>& batch) {
  BinaryArray keys(BinaryArray::Element::kUuid);
  bool any = false;
  for (const ReadOperation* operation : batch) {
    if (!operation->key) continue;
    keys.Add(*operation->key);
    any = true;
  }
  if (!any) return;
  connection.Prepare("read_keys", kReadKeysSql);
  std::map<Uuid, ClaimedKey> found;
  for (const auto& row : ExecPrepared(transaction, "read_keys", std::vector<std::string>{std::move(keys).Take()})) {
    found[*Uuid::Parse(row[0].c_str())] = {*Uuid::Parse(row[1].c_str()), row[2].c_str()};
  }
  for (ReadOperation* operation : batch) {
    if (!operation->key) continue;
    auto at = found.find(*operation->key);
    operation->claimed = at == found.end() ? std::nullopt : std::optional(at->second);
  }
}

}  // namespace

Reader::Reader(std::string url, OperationQueue<ReadOperation>& queue, size_t max_batch_size, DatabaseMonitor& monitor)
    : url_(std::move(url)), queue_(queue), max_batch_size_(max_batch_size), monitor_(monitor), thread_([this] {
        Run();
      }) {}

Reader::~Reader() { thread_.join(); }

void Reader::Run() {
  for (;;) {
    const std::vector<ReadOperation*> batch = queue_.Pop(max_batch_size_, /*wait=*/true);
    if (batch.empty()) return;
    queue_.metrics().batch_size->Observe(static_cast<double>(batch.size()));
    queue_.metrics().connections_in_use->Increment();
    const absl::Status status = Read(batch);
    queue_.metrics().connections_in_use->Decrement();
    Answers answers;
    for (ReadOperation* operation : batch) {
      operation->status = status;
      answers.Give(operation);
    }
  }
}

absl::Status Reader::Read(const std::vector<ReadOperation*>& batch) {
  for (int attempt = 1;; ++attempt) {
    try {
      if (connection_ == nullptr) connection_ = std::make_unique<Connection>(url_, ConnectionUse::kBatch);
      pqxx::nontransaction transaction(connection_->session());
      ReadKeys(*connection_, transaction, batch);
      ReadOrders(*connection_, transaction, batch);
      return absl::OkStatus();
    } catch (...) {
      const SqlFailure failure = DescribeCurrentException();
      if (failure.kind != SqlFailure::Kind::kConnectionLost) return ToStatus(failure);
      connection_.reset();
      monitor_.ReportLost();
      if (attempt == kMaxAttempts) return ToStatus(failure);
    }
  }
}

}  // namespace orders::store
