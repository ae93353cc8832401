#include "tests/bench/order_bench/load_generator.h"

#include <grpcpp/channel.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/security/credentials.h>
#include <sys/prctl.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstdio>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/bench/order_bench/process_usage.h"

namespace orders::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds kConnectTimeout{10};

const char* CodeName(grpc::StatusCode code) {
  constexpr const char* kNames[] = {
      "OK",        "CANCELLED",      "UNKNOWN",           "INVALID_ARGUMENT",   "DEADLINE_EXCEEDED",
      "NOT_FOUND", "ALREADY_EXISTS", "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION",
      "ABORTED",   "OUT_OF_RANGE",   "UNIMPLEMENTED",     "INTERNAL",           "UNAVAILABLE",
      "DATA_LOSS", "UNAUTHENTICATED"};
  return code >= 0 && static_cast<size_t>(code) < std::size(kNames) ? kNames[code] : "UNKNOWN";
}

absl::StatusOr<std::vector<std::unique_ptr<grpc::GenericStub>>> Connect(const LoadOptions& options) {
  std::vector<std::unique_ptr<grpc::GenericStub>> stubs;
  for (int i = 0; i < options.channels; ++i) {
    grpc::ChannelArguments arguments;
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);  // A connection each, not one shared by all.
    arguments.SetInt(GRPC_ARG_ENABLE_RETRIES, 0);             // A failed call is a failed call.
    arguments.SetInt(GRPC_ARG_ENABLE_CHANNELZ, 0);
    arguments.SetInt(GRPC_ARG_SERVICE_CONFIG_DISABLE_RESOLUTION, 1);
    arguments.SetMaxReceiveMessageSize(-1);
    auto channel = grpc::CreateCustomChannel(options.address, grpc::InsecureChannelCredentials(), arguments);
    if (!channel->WaitForConnected(std::chrono::system_clock::now() + kConnectTimeout)) {
      return absl::UnavailableError(
          absl::StrCat("no connection to ", options.address, " within 10 s; is the server running there?"));
    }
    stubs.push_back(std::make_unique<grpc::GenericStub>(std::move(channel)));
  }
  return stubs;
}

// The measured time: calls count when they end (closed loop) or were to be sent (open loop) inside it.
struct Window {
  Clock::time_point begin;
  Clock::time_point end;

  bool Contains(Clock::time_point time) const { return begin <= time && time < end; }
};

Window WindowFromNow(const LoadOptions& options) {
  const auto begin = Clock::now() + std::chrono::duration_cast<Clock::duration>(options.warmup);
  return {begin, begin + std::chrono::duration_cast<Clock::duration>(options.measured)};
}

// A call on its way; also the tag of its completion. Used again for the next call.
struct InFlight {
  Call call;
  Clock::time_point intended;
  std::optional<grpc::ClientContext> context;
  std::unique_ptr<grpc::GenericClientAsyncResponseReader> reader;
  grpc::ByteBuffer answer;
  grpc::Status status;
};

// Counts what one thread receives.
class Tally {
 public:
  Tally(Workload& workload, const Window& window) : workload_(workload), window_(window) {
    for (const CallClass& each : workload.classes()) results_.emplace_back().name = each.name;
  }

  // `counted_at` decides whether the call belongs to the measured time.
  void Count(const InFlight& ended, Clock::time_point now, Clock::time_point counted_at) {
    const CallClass& call_class = workload_.classes()[ended.call.call_class];
    const int done = ended.status.ok() ? CheckAnswer(ended) : 0;
    ClassResult& result = results_[ended.call.call_class];
    if (window_.Contains(now)) result.operations += static_cast<uint64_t>(done);
    if (!window_.Contains(counted_at)) return;
    ++result.calls;
    if (!ended.status.ok()) {
      ++result.errors[CodeName(ended.status.error_code())];
      return;
    }
    result.failed_operations += static_cast<uint64_t>(call_class.operations - done);
    result.latency.Record(now - ended.intended);
  }

  const std::vector<ClassResult>& results() const { return results_; }

 private:
  int CheckAnswer(const InFlight& ended) {
    grpc::Slice slice;
    const bool one_slice = ended.answer.TrySingleSlice(&slice).ok();
    if (!one_slice && !ended.answer.DumpToSingleSlice(&slice).ok()) return 0;
    return workload_.CheckAnswer(ended.call, {reinterpret_cast<const char*>(slice.begin()), slice.size()});
  }

  Workload& workload_;
  const Window window_;
  std::vector<ClassResult> results_;
};

class LoadGenerator {
 public:
  LoadGenerator(const LoadOptions& options, Workload& workload, const Window& window,
                std::vector<std::unique_ptr<grpc::GenericStub>> stubs)
      : options_(options),
        workload_(workload),
        window_(window),
        stubs_(std::move(stubs)),
        queues_(static_cast<size_t>(options.threads)),
        tallies_(queues_.size(), Tally(workload, window)) {}

  void RunClosedLoop() {
    std::vector<std::jthread> threads;
    for (size_t i = 0; i < queues_.size(); ++i) {
      threads.emplace_back([this, i] { CallAgainAndAgain(i); });
    }
  }

  void RunOpenLoop() {
    std::vector<std::jthread> receivers;
    for (size_t i = 0; i < queues_.size(); ++i) {
      receivers.emplace_back([this, i] { ReceiveUntilShutdown(i); });
    }
    SendOnSchedule();
    for (grpc::CompletionQueue& queue : queues_) queue.Shutdown();
  }

  // Ends a closed loop before its time.
  void Stop() { stop_ = true; }

  uint64_t answered() const { return answered_.load(std::memory_order_relaxed); }

  std::vector<ClassResult> Results() const {
    std::vector<ClassResult> merged = tallies_.front().results();
    for (size_t i = 1; i < tallies_.size(); ++i) {
      for (size_t j = 0; j < merged.size(); ++j) merged[j].Merge(tallies_[i].results()[j]);
    }
    return merged;
  }

  const LatencyHistogram& send_delay() const { return send_delay_; }

 private:
  void Send(InFlight& call, Random& random, Clock::time_point intended, grpc::CompletionQueue& queue) {
    workload_.Next(random, call.call);
    call.intended = intended;
    call.reader.reset();
    call.context.emplace();
    call.context->set_deadline(std::chrono::system_clock::now() +
                               std::chrono::duration_cast<std::chrono::system_clock::duration>(options_.deadline));
    const grpc::Slice slice(call.call.request.data(), call.call.request.size());
    const grpc::ByteBuffer request(&slice, 1);
    grpc::GenericStub& stub = *stubs_[next_stub_.fetch_add(1, std::memory_order_relaxed) % stubs_.size()];
    call.reader =
        stub.PrepareUnaryCall(&*call.context, workload_.classes()[call.call.call_class].method, request, &queue);
    call.reader->StartCall();
    call.reader->Finish(&call.answer, &call.status, &call);
  }

  void CallAgainAndAgain(size_t thread) {
    grpc::CompletionQueue& queue = queues_[thread];
    Random random(std::random_device{}());
    const auto share = static_cast<size_t>(options_.callers) / queues_.size() +
                       (thread < static_cast<size_t>(options_.callers) % queues_.size());
    std::vector<InFlight> callers(share);
    for (InFlight& caller : callers) Send(caller, random, Clock::now(), queue);

    void* tag = nullptr;
    bool ok = false;
    for (size_t calling = share; calling > 0 && queue.Next(&tag, &ok);) {
      InFlight& caller = *static_cast<InFlight*>(tag);
      const auto now = Clock::now();
      tallies_[thread].Count(caller, now, now);
      answered_.fetch_add(1, std::memory_order_relaxed);
      if (stop_ || now >= window_.end) {
        --calling;
      } else {
        Send(caller, random, now, queue);
      }
    }
    queue.Shutdown();
    while (queue.Next(&tag, &ok)) {
    }
  }

  void SendOnSchedule() {
    prctl(PR_SET_TIMERSLACK, 1000UL);  // Nanoseconds: the default of 50 us would delay every call.
    Random random(std::random_device{}());
    std::exponential_distribution<double> gap_seconds(options_.rate_per_s);
    auto intended = Clock::now();
    for (uint64_t sent = 0; intended < window_.end; ++sent) {
      std::this_thread::sleep_until(intended);
      InFlight& call = AcquireCall();
      if (window_.Contains(intended)) send_delay_.Record(Clock::now() - intended);
      Send(call, random, intended, queues_[sent % queues_.size()]);
      intended += std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(gap_seconds(random)));
    }
  }

  void ReceiveUntilShutdown(size_t thread) {
    void* tag = nullptr;
    bool ok = false;
    while (queues_[thread].Next(&tag, &ok)) {
      InFlight& call = *static_cast<InFlight*>(tag);
      tallies_[thread].Count(call, Clock::now(), call.intended);
      answered_.fetch_add(1, std::memory_order_relaxed);
      ReleaseCall(call);
    }
  }

  InFlight& AcquireCall() {
    std::unique_lock lock(calls_mutex_);
    if (idle_calls_.empty() && calls_.size() < static_cast<size_t>(options_.callers)) {
      return *calls_.emplace_back(std::make_unique<InFlight>());
    }
    call_idle_.wait(lock, [this] { return !idle_calls_.empty(); });
    InFlight& call = *idle_calls_.back();
    idle_calls_.pop_back();
    return call;
  }

  void ReleaseCall(InFlight& call) {
    {
      const std::lock_guard lock(calls_mutex_);
      idle_calls_.push_back(&call);
    }
    call_idle_.notify_one();
  }

  const LoadOptions options_;
  Workload& workload_;
  const Window window_;
  std::vector<std::unique_ptr<grpc::GenericStub>> stubs_;
  std::atomic<size_t> next_stub_{0};
  std::vector<grpc::CompletionQueue> queues_;
  std::vector<Tally> tallies_;
  std::atomic<bool> stop_{false};
  std::atomic<uint64_t> answered_{0};

  LatencyHistogram send_delay_;
  std::mutex calls_mutex_;
  std::condition_variable call_idle_;
  std::vector<std::unique_ptr<InFlight>> calls_;
  std::vector<InFlight*> idle_calls_;
};

// Sleeps until `until`, watching the server and telling how many calls a second are answered.
void Watch(const LoadOptions& options, const LoadGenerator& generator, Clock::time_point until,
           ProcessSampler& server) {
  constexpr std::chrono::milliseconds kSamplePeriod{100};
  auto next_line = Clock::now() + std::chrono::seconds(1);
  uint64_t answered = generator.answered();
  for (auto now = Clock::now(); now < until; now = Clock::now()) {
    std::this_thread::sleep_until(std::min<Clock::time_point>(now + kSamplePeriod, until));
    server.Sample();
    if (!options.progress || Clock::now() < next_line) continue;
    const uint64_t answered_before = std::exchange(answered, generator.answered());
    std::fprintf(stderr, "%8llu calls/s\n", static_cast<unsigned long long>(answered - answered_before));
    next_line += std::chrono::seconds(1);
  }
}

}  // namespace

absl::StatusOr<LoadResult> RunLoad(const LoadOptions& options, const std::string& workload_name, Workload& workload) {
  auto stubs = Connect(options);
  if (!stubs.ok()) return stubs.status();
  const Window window = WindowFromNow(options);
  LoadGenerator generator(options, workload, window, *std::move(stubs));
  ProcessSampler server(options.server_pid);
  LoadResult result{.workload = workload_name, .callers = options.callers, .seconds = options.measured.count()};
  {
    const std::jthread load([&] { options.rate_per_s > 0 ? generator.RunOpenLoop() : generator.RunClosedLoop(); });
    Watch(options, generator, window.begin, server);
    server.Start();
    const uint64_t answered_at_start = generator.answered();
    const double client_cpu_seconds_at_start = OwnCpuSeconds();
    Watch(options, generator, window.end, server);
    result.calls_answered = generator.answered() - answered_at_start;
    result.server = server.Finish();
    result.client_cpu_seconds = OwnCpuSeconds() - client_cpu_seconds_at_start;
  }
  result.grpc_version = grpc::Version();
  result.offered_per_s = options.rate_per_s;
  result.classes = generator.Results();
  result.send_delay = generator.send_delay();
  return result;
}

absl::Status CreateOrders(const LoadOptions& options, const WorkloadOptions& workload_options, size_t count,
                          OrderNames& names) {
  auto stubs = Connect(options);
  if (!stubs.ok()) return stubs.status();
  const auto workload = NewCreateWorkload(workload_options, &names);
  LoadGenerator generator(options, *workload, Window{Clock::now(), Clock::time_point::max()}, *std::move(stubs));
  const std::jthread load([&] { generator.RunClosedLoop(); });
  for (size_t before = names.size(), polls = 1; names.size() < count; ++polls) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    if (polls % 200 != 0) continue;
    if (names.size() == before) {
      generator.Stop();
      return absl::UnavailableError(absl::StrCat(options.address, " created no order in a second; see its log"));
    }
    before = names.size();
  }
  generator.Stop();
  return absl::OkStatus();
}

}  // namespace orders::bench
