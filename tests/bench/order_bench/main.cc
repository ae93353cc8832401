#include <CLI/CLI.hpp>
#include <cstdio>
#include <fstream>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "tests/bench/order_bench/echo_server.h"
#include "tests/bench/order_bench/load_generator.h"
#include "tests/bench/order_bench/load_result.h"
#include "tests/bench/order_bench/postgres_reference.h"
#include "tests/bench/order_bench/workload.h"

namespace orders::bench {
namespace {

struct CommandLine {
  LoadOptions load;
  WorkloadOptions workload;
  PostgresOptions postgres;
  double warmup_seconds = 1;
  double measured_seconds = 5;
  double deadline_seconds = 10;
  size_t existing_orders = 20'000;
  std::string listen_address = "127.0.0.1:50061";
  std::string json_file;
};

void AddShape(CLI::App& command, CommandLine& line) {
  command.add_flag_callback(
      "--rich", [&line] { line.workload.shape = OrderShape::kRich; },
      "Orders with address, labels, external reference and note, not just two lines");
}

void AddMeasurement(CLI::App& command, CommandLine& line) {
  command.add_option("--warmup_seconds", line.warmup_seconds, "Load before the measured time")
      ->check(CLI::NonNegativeNumber);
  command.add_option("--seconds", line.measured_seconds, "Measured time")->check(CLI::PositiveNumber);
  command.add_option("--customers", line.workload.customers, "Customers that the orders are spread over")
      ->check(CLI::PositiveNumber);
  command.add_option("--json", line.json_file, "File to write the result to, as JSON");
  AddShape(command, line);
}

CLI::App* AddLoad(CLI::App& app, CommandLine& line, const std::string& name, const std::string& description) {
  CLI::App* command = app.add_subcommand(name, description);
  command->add_option("--address", line.load.address, "host:port of the server");
  command->add_option("--callers", line.load.callers, "Calls in flight (at most, with --rate)")
      ->check(CLI::PositiveNumber);
  command->add_option("--rate", line.load.rate_per_s, "Open loop: calls a second, at random moments; 0: closed loop")
      ->check(CLI::NonNegativeNumber);
  command->add_option("--channels", line.load.channels, "Connections to the server")->check(CLI::PositiveNumber);
  command->add_option("--threads", line.load.threads, "Threads of the client")->check(CLI::PositiveNumber);
  command->add_option("--deadline_seconds", line.deadline_seconds, "Deadline of each call")->check(CLI::PositiveNumber);
  command->add_option("--server_pid", line.load.server_pid, "Process whose CPU and memory are measured");
  command->add_flag("--progress", line.load.progress, "Print the calls answered, each second, on stderr");
  AddMeasurement(*command, line);
  return command;
}

void AddExistingOrders(CLI::App& command, CommandLine& line) {
  command.add_option("--existing_orders", line.existing_orders, "Orders created first, for the calls that need some")
      ->check(CLI::PositiveNumber);
}

int Report(const absl::StatusOr<LoadResult>& result, const std::string& json_file) {
  if (!result.ok()) {
    std::fprintf(stderr, "order-bench: %s\n", std::string(result.status().message()).c_str());
    return 1;
  }
  std::fputs(ToTable(*result).c_str(), stdout);
  if (json_file.empty()) return 0;
  std::ofstream file(json_file);
  file << ToJson(*result) << "\n";
  file.close();
  if (!file) {
    std::fprintf(stderr, "order-bench: cannot write %s\n", json_file.c_str());
    return 1;
  }
  return 0;
}

absl::StatusOr<LoadResult> RunOnExistingOrders(const CommandLine& line, const std::string& name) {
  OrderNames names;
  const absl::Status created = CreateOrders(line.load, line.workload, line.existing_orders, names);
  if (!created.ok()) return created;
  const auto workload = name == "get" ? NewGetWorkload(&names) : NewMixedWorkload(line.workload, &names);
  return RunLoad(line.load, name, *workload);
}

absl::StatusOr<LoadResult> RunWorkload(const CommandLine& line, const std::string& name) {
  if (name == "create") return RunLoad(line.load, name, *NewCreateWorkload(line.workload, nullptr));
  if (name == "batch-create") return RunLoad(line.load, name, *NewBatchCreateWorkload(line.workload));
  if (name == "postgres") return RunPostgresReference(line.postgres, line.workload);
  return RunOnExistingOrders(line, name);
}

int Main(int argc, char** argv) {
  // Debian's abseil looks for lock cycles even in release builds, at a tenth of gRPC's cost.
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  CommandLine line;
  CLI::App app("Load for the Order Service, and the references that its figures are compared with.", "order-bench");
  app.require_subcommand(1);
  app.option_defaults()->always_capture_default();

  AddLoad(app, line, "create", "CreateOrder, two lines each");
  CLI::App* batch = AddLoad(app, line, "batch-create", "BatchCreateOrders");
  batch->add_option("--batch_size", line.workload.batch_size, "Orders of a call")->check(CLI::Range(1, 500));
  AddExistingOrders(*AddLoad(app, line, "get", "GetOrder of random orders"), line);
  CLI::App* mixed = AddLoad(app, line, "mixed", "70 % get, 20 % create, 5 % list, 5 % confirm");
  mixed->add_option("--page_size", line.workload.page_size, "Orders of a list's page")->check(CLI::Range(1, 1000));
  AddExistingOrders(*mixed, line);

  CLI::App* echo = app.add_subcommand("serve-echo", "Serve the echo reference until SIGTERM");
  echo->add_option("--listen_address", line.listen_address, "host:port to listen on");
  AddShape(*echo, line);

  CLI::App* postgres = app.add_subcommand("postgres", "The server's own write statement, without the server");
  postgres->add_option("--database_url", line.postgres.database_url, "Migrated database")->required();
  postgres->add_option("--connections", line.postgres.connections, "Connections that write")
      ->check(CLI::PositiveNumber);
  postgres->add_option("--batch_size", line.postgres.batch_size, "Orders of a transaction")->check(CLI::PositiveNumber);
  AddMeasurement(*postgres, line);

  CLI11_PARSE(app, argc, argv);
  const std::string command = app.get_subcommands().front()->get_name();
  if (command == "serve-echo") {
    const absl::Status served = ServeEcho(line.listen_address, line.workload.shape);
    if (served.ok()) return 0;
    std::fprintf(stderr, "order-bench: %s\n", std::string(served.message()).c_str());
    return 1;
  }
  line.load.warmup = line.postgres.warmup = std::chrono::duration<double>(line.warmup_seconds);
  line.load.measured = line.postgres.measured = std::chrono::duration<double>(line.measured_seconds);
  line.load.deadline = std::chrono::duration<double>(line.deadline_seconds);
  return Report(RunWorkload(line, command), line.json_file);
}

}  // namespace
}  // namespace orders::bench

int main(int argc, char** argv) { return orders::bench::Main(argc, argv); }
