// The composition root: settings, store, service, jobs, servers, and the way down again.

#include <pthread.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <iostream>
#include <string>
#include <thread>

#include "absl/time/clock.h"
#include "server/commands.h"
#include "server/http/http_endpoints.h"
#include "server/jobs/background_jobs.h"
#include "server/rpc/grpc_server.h"
#include "server/service/order_service.h"
#include "server/settings.h"
#include "server/store/migrator.h"
#include "server/store/order_store.h"
#include "server/telemetry/log.h"
#include "server/telemetry/metrics.h"
#include "server/version.h"

namespace orders {
namespace {

// Health follows the database within this.
constexpr auto kHealthInterval = std::chrono::milliseconds(100);

int Fail(const absl::Status& status) {
  std::cerr << "order-server: " << status.message() << '\n';
  return 1;
}

sigset_t EndSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  return signals;
}

// Waits for SIGTERM or SIGINT, calling `tick` meanwhile; the signal's number.
template <class Tick>
int AwaitEndSignal(Tick tick) {
  const sigset_t signals = EndSignals();
  const timespec interval{.tv_sec = 0, .tv_nsec = std::chrono::nanoseconds(kHealthInterval).count()};
  for (;;) {
    tick();
    const int signal = sigtimedwait(&signals, nullptr, &interval);
    if (signal > 0) return signal;
  }
}

// From now on a second signal ends the process at once.
void EndAtNextSignal() {
  std::thread([] {
    const sigset_t signals = EndSignals();
    int signal = 0;
    sigwait(&signals, &signal);
    telemetry::LogWarning("ended_by_second_signal", {{"signal", signal}});
    telemetry::FlushLogs();
    _exit(128 + signal);
  }).detach();
}

int Serve(const Settings& settings) {
  if (absl::Status ready = store::AwaitDatabase(settings.database_url, settings.startup_timeout); !ready.ok()) {
    return Fail(ready);
  }
  telemetry::Metrics metrics;
  store::OrderStore store(settings.store, metrics);
  service::OrderService service(store);
  rpc::Handlers handlers(service);

  auto grpc_server = rpc::GrpcServer::Start(settings.grpc, handlers, metrics);
  if (!grpc_server.ok()) return Fail(grpc_server.status());
  std::atomic<bool> draining = false;
  auto http = http::HttpEndpoints::Start(
      settings.http_address, [&metrics] { return metrics.Text(); },
      [&]() -> std::string {
        if (draining) return "draining: the server is shutting down";
        return store.available() ? "" : "the database can't be reached";
      });
  if (!http.ok()) {
    (*grpc_server)->Drain(absl::ZeroDuration());
    return Fail(http.status());
  }
  auto jobs = std::make_unique<jobs::BackgroundJobs>(service, settings.jobs);
  telemetry::LogInfo("serving", {{"version", kVersion},
                                 {"grpc_port", (*grpc_server)->port()},
                                 {"http_port", (*http)->port()},
                                 {"schema", store::Migrations().back().name}});

  const int signal = AwaitEndSignal([&, serving = false]() mutable {
    if (store.available() != serving) (*grpc_server)->SetServing(serving = !serving);
  });
  EndAtNextSignal();
  telemetry::LogInfo("draining",
                     {{"signal", signal}, {"timeout_ms", absl::ToInt64Milliseconds(settings.drain_timeout)}});
  draining = true;
  jobs.reset();
  if (!(*grpc_server)->Drain(settings.drain_timeout)) {
    telemetry::LogError("drain_incomplete");
    telemetry::FlushLogs();
    _exit(1);
  }
  telemetry::LogInfo("stopped");
  telemetry::FlushLogs();
  return 0;
}

int Main(int argc, char** argv) {
  // Before any thread starts, so that every thread leaves the signals to AwaitEndSignal().
  const sigset_t signals = EndSignals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);

  const absl::StatusOr<Settings> settings = ReadSettings(argc, argv);
  if (!settings.ok()) return Fail(settings.status());
  const std::string command = settings->arguments.empty() ? "serve" : settings->arguments.front();
  if (settings->arguments.size() > 1) {
    return Fail(
        absl::InvalidArgumentError("one subcommand at a time: '" + settings->arguments[1] + "' is one too many"));
  }
  if (command == "version") return VersionCommand();
  if (command == "api-tables") return ApiTablesCommand();
  if (command != "serve" && command != "migrate" && command != "verify") {
    return Fail(absl::InvalidArgumentError("there is no subcommand '" + command + "'; see --help"));
  }
  if (settings->database_url.empty()) {
    return Fail(
        absl::InvalidArgumentError("which database? Give --database_url or ORDERS_DATABASE_URL, such as "
                                   "postgresql://orders_app@localhost/orders"));
  }
  // A migration or a verification may simply be interrupted.
  if (command != "serve") pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
  if (command == "migrate") return MigrateCommand(*settings);
  if (command == "verify") return VerifyCommand(*settings);
  return Serve(*settings);
}

}  // namespace
}  // namespace orders

int main(int argc, char** argv) { return orders::Main(argc, argv); }
