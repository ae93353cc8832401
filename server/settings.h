#ifndef ORDERS_SERVER_SETTINGS_H_
#define ORDERS_SERVER_SETTINGS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "server/jobs/background_jobs.h"
#include "server/rpc/grpc_server.h"
#include "server/store/order_store.h"

namespace orders {

// Everything that can be set from outside, checked. Each setting is an abseil flag; the environment variable
// ORDERS_<FLAG> gives its value where the command line does not. settings.cc lists them with units and defaults.
struct Settings {
  std::vector<std::string> arguments;  // What is left of the command line: the subcommand.
  std::string database_url;
  std::string http_address;
  std::string log_level;
  absl::Duration startup_timeout;
  absl::Duration drain_timeout;
  rpc::GrpcServerOptions grpc;
  store::OrderStoreOptions store;
  jobs::BackgroundJobsOptions jobs;
};

// Reads the environment and the command line. INVALID_ARGUMENT names the setting, its value and what it may be.
// --help and unknown flags end the process, as abseil does it.
absl::StatusOr<Settings> ReadSettings(int argc, char** argv);

}  // namespace orders

#endif  // ORDERS_SERVER_SETTINGS_H_
