#include "server/store/writer.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/time/clock.h"
#include "server/domain/refusal.h"
#include "server/telemetry/log.h"

namespace orders::store {

namespace {

// A deadlock among batches clears up at the first retry; more than a few mean something else.
constexpr int kMaxContendedAttempts = 5;
// While it is unknown whether a batch committed.
constexpr absl::Duration kRetryInDoubtEvery = absl::Milliseconds(100);

absl::Status OutcomeUnknown() {
  return domain::Refuse(domain::Reason::kDeadlineExceeded,
                        "the database was lost while this change was being committed; ask again with the same "
                        "request_id to learn whether "
                        "it took effect");
}

void AnswerAll(const std::vector<WriteOperation*>& batch, const absl::Status& status) {
  Answers answers;
  for (WriteOperation* operation : batch) {
    operation->status = status;
    answers.Give(operation);
  }
}

}  // namespace

Writer::Writer(std::string url, OperationQueue<WriteOperation>& queue, size_t max_batch_size, DatabaseMonitor& monitor,
               telemetry::Metrics& metrics)
    : url_(std::move(url)),
      queue_(queue),
      max_batch_size_(max_batch_size),
      monitor_(monitor),
      metrics_(metrics),
      thread_([this] { Run(); }) {}

Writer::~Writer() { thread_.join(); }

void Writer::Run() {
  for (;;) {
    Batch batch = std::exchange(set_aside_, {});
    DropExpired(batch, ExpiredInQueue());
    const bool wait = batch.empty();
    if (batch.size() < max_batch_size_) {
      const Batch taken = queue_.Pop(max_batch_size_ - batch.size(), wait);
      if (wait && taken.empty()) return;
      batch.insert(batch.end(), taken.begin(), taken.end());
    }
    SetAsideTwins(batch);
    queue_.metrics().batch_size->Observe(static_cast<double>(batch.size()));
    queue_.metrics().connections_in_use->Increment();
    Write(std::move(batch), /*in_doubt=*/false);
    queue_.metrics().connections_in_use->Decrement();
  }
}

void Writer::SetAsideTwins(Batch& batch) {
  absl::flat_hash_set<std::string_view> order_ids;
  absl::flat_hash_set<std::string_view> keys;
  std::erase_if(batch, [&](WriteOperation* operation) {
    const OrderWrite& write = operation->write;
    bool first = order_ids.insert(write.order_id).second;
    if (write.idempotency) {
      const auto& octets = write.idempotency->key.octets;
      first &= keys.insert(std::string_view(reinterpret_cast<const char*>(octets.data()), octets.size())).second;
    }
    if (!first) set_aside_.push_back(operation);
    return !first;
  });
  // Every writer locks rows in the same order, so that batches of several writers do not deadlock.
  std::sort(batch.begin(), batch.end(),
            [](const WriteOperation* a, const WriteOperation* b) { return a->write.order_id < b->write.order_id; });
}

void Writer::Write(Batch batch, bool in_doubt) {
  for (int attempt = 1; !batch.empty(); ++attempt) {
    SqlFailure failure;
    if (TryWrite(batch, in_doubt, failure)) return;
    switch (failure.kind) {
      case SqlFailure::Kind::kConnectionLost:
        // Without a connection nothing was sent: only a loss in mid-batch leaves a doubt.
        in_doubt |= connection_ != nullptr;
        connection_.reset();
        monitor_.ReportLost();
        if (!in_doubt) return AnswerAll(batch, ToStatus(failure));
        absl::SleepFor(kRetryInDoubtEvery);
        break;
      case SqlFailure::Kind::kContended:
        if (attempt >= kMaxContendedAttempts) return AnswerAll(batch, ToStatus(failure));
        break;
      case SqlFailure::Kind::kUnavailable:
        if (!in_doubt) return AnswerAll(batch, ToStatus(failure));
        absl::SleepFor(kRetryInDoubtEvery);
        break;
      case SqlFailure::Kind::kRejected:
        if (batch.size() > 1) return Halve(batch, in_doubt);
        return AnswerAll(batch, ToStatus(failure));
    }
    if (in_doubt) DropExpired(batch, OutcomeUnknown());
  }
}

bool Writer::TryWrite(const Batch& batch, bool in_doubt, SqlFailure& failure) {
  std::vector<const OrderWrite*> writes;
  writes.reserve(batch.size());
  for (const WriteOperation* operation : batch) writes.push_back(&operation->write);
  try {
    if (connection_ == nullptr) connection_ = std::make_unique<Connection>(url_, ConnectionUse::kBatch);
    const absl::Time start = absl::Now();
    const std::vector<Written> outcomes = ExecuteWrites(*connection_, writes, in_doubt);
    metrics_.commit_seconds().Observe(absl::ToDoubleSeconds(absl::Now() - start));
    metrics_.events_written().Increment(
        static_cast<double>(std::count(outcomes.begin(), outcomes.end(), Written::kApplied)));
    Answers answers;
    for (size_t i = 0; i < batch.size(); ++i) {
      batch[i]->outcome = outcomes[i];
      answers.Give(batch[i]);
    }
    return true;
  } catch (...) {
    failure = DescribeCurrentException();
    return false;
  }
}

void Writer::Halve(const Batch& batch, bool in_doubt) {
  const auto middle = batch.begin() + static_cast<std::ptrdiff_t>(batch.size() / 2);
  Write(Batch(batch.begin(), middle), in_doubt);
  Write(Batch(middle, batch.end()), in_doubt);
}

}  // namespace orders::store
