#include "tests/bench/order_bench/postgres_reference.h"

#include <algorithm>
#include <exception>
#include <memory>
#include <mutex>
#include <random>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "server/store/connection.h"
#include "server/store/write_statement.h"
#include "server/validate/requests.h"
#include "tests/bench/order_bench/process_usage.h"

namespace orders::bench {
namespace {

using Clock = std::chrono::steady_clock;

// Replaces one text of fixed size wherever it occurs in another.
class Places {
 public:
  Places(std::string_view text, std::string_view wanted) : places_(FindAll(text, wanted)) {}

  void Fill(std::string& text, std::string_view value) const {
    for (const size_t at : places_) text.replace(at, value.size(), value);
  }

 private:
  std::vector<size_t> places_;
};

// New orders, ready to be written: one decided and encoded by the server's own code, copied with new identities.
class WriteTemplate {
 public:
  static absl::StatusOr<WriteTemplate> Make(OrderShape shape) {
    const absl::Time now = absl::Now();
    auto request = validate::Validate(CreateRequestWithPlaces(shape), now);
    if (!request.ok()) return request.status();
    request->command.order_id = store::Uuid::MakeV7(now).ToString();
    const auto decision = domain::DecideCreate(std::move(request->command), now);
    if (!decision.ok()) return decision.status();
    store::Origin origin;
    origin.actor = "anonymous";
    origin.request_id = kRequestIdPlace;
    return WriteTemplate(store::EncodeWrite(*decision, origin, store::IdempotencyKey{}));
  }

  void Fill(Identities& identities, Random& random, store::OrderWrite& write) const {
    const absl::Time now = absl::Now();
    write = write_;
    write.order_id = store::Uuid::MakeV7(now).ToString();
    write.event_id = store::Uuid::MakeV7(now);
    write.customer_id = identities.CustomerId(random);
    for (uint8_t& octet : write.idempotency->key.octets) octet = static_cast<uint8_t>(random());
    body_order_id_.Fill(write.encoded.body, write.order_id);
    body_customer_id_.Fill(write.encoded.body, write.customer_id);
    event_order_id_.Fill(write.event_payload, write.order_id);
    event_customer_id_.Fill(write.event_payload, write.customer_id);
    event_event_id_.Fill(write.event_payload, write.event_id.ToString());
    event_request_id_.Fill(write.event_payload, identities.RequestId());
  }

 private:
  explicit WriteTemplate(store::OrderWrite write)
      : write_(std::move(write)),
        body_order_id_(write_.encoded.body, write_.order_id),
        body_customer_id_(write_.encoded.body, kCustomerIdPlace),
        event_order_id_(write_.event_payload, write_.order_id),
        event_customer_id_(write_.event_payload, kCustomerIdPlace),
        event_event_id_(write_.event_payload, write_.event_id.ToString()),
        event_request_id_(write_.event_payload, kRequestIdPlace) {}

  store::OrderWrite write_;
  Places body_order_id_;
  Places body_customer_id_;
  Places event_order_id_;
  Places event_customer_id_;
  Places event_event_id_;
  Places event_request_id_;
};

class PostgresLoad {
 public:
  PostgresLoad(const PostgresOptions& options, const WorkloadOptions& workload, WriteTemplate write_template)
      : options_(options),
        template_(std::move(write_template)),
        identities_(workload.customers),
        begin_(Clock::now() + std::chrono::duration_cast<Clock::duration>(options.warmup)),
        end_(begin_ + std::chrono::duration_cast<Clock::duration>(options.measured)) {}

  absl::StatusOr<ClassResult> Run() {
    {
      std::vector<std::jthread> threads;
      for (int i = 0; i < options_.connections; ++i) {
        threads.emplace_back([this] { WriteUntilEnd(); });
      }
    }
    if (!failure_.ok()) return failure_;
    return total_;
  }

 private:
  void WriteUntilEnd() {
    ClassResult result;
    absl::Status failure;
    try {
      store::Connection connection(options_.database_url, store::ConnectionUse::kBatch);
      WriteBatches(connection, result);
    } catch (const std::exception& error) {
      failure = absl::UnavailableError(absl::StrCat("PostgreSQL: ", error.what()));
    }
    const std::lock_guard lock(mutex_);
    total_.Merge(result);
    failure_.Update(failure);
  }

  void WriteBatches(store::Connection& connection, ClassResult& result) {
    Random random(std::random_device{}());
    std::vector<store::OrderWrite> writes(static_cast<size_t>(options_.batch_size));
    std::vector<const store::OrderWrite*> batch;
    for (const store::OrderWrite& write : writes) batch.push_back(&write);
    while (Clock::now() < end_) {
      for (store::OrderWrite& write : writes) template_.Fill(identities_, random, write);
      const auto start = Clock::now();
      const std::vector<store::Written> outcomes = store::ExecuteWrites(connection, batch, /*in_doubt=*/false);
      const auto now = Clock::now();
      if (now < begin_ || now >= end_) continue;
      const auto applied = static_cast<uint64_t>(std::ranges::count(outcomes, store::Written::kApplied));
      ++result.calls;
      result.operations += applied;
      result.failed_operations += outcomes.size() - applied;
      result.latency.Record(now - start);
    }
  }

  const PostgresOptions options_;
  const WriteTemplate template_;
  Identities identities_;
  const Clock::time_point begin_;
  const Clock::time_point end_;
  std::mutex mutex_;
  ClassResult total_{.name = "postgres"};
  absl::Status failure_;
};

}  // namespace

absl::StatusOr<LoadResult> RunPostgresReference(const PostgresOptions& options, const WorkloadOptions& workload) {
  auto write_template = WriteTemplate::Make(workload.shape);
  if (!write_template.ok()) return write_template.status();
  LoadResult result{.workload = "postgres", .callers = options.connections, .seconds = options.measured.count()};
  const double cpu_seconds_at_start = OwnCpuSeconds();
  auto written = PostgresLoad(options, workload, *std::move(write_template)).Run();
  if (!written.ok()) return written.status();
  result.client_cpu_seconds =
      (OwnCpuSeconds() - cpu_seconds_at_start) * options.measured.count() / (options.warmup + options.measured).count();
  result.calls_answered = written->calls;
  result.classes.push_back(*std::move(written));
  return result;
}

}  // namespace orders::bench
