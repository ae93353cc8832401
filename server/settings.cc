#include "server/settings.h"

#include <cstdlib>
#include <string_view>
#include <utility>

#include "absl/flags/flag.h"
#include "absl/flags/parse.h"
#include "absl/flags/reflection.h"
#include "absl/flags/usage.h"
#include "absl/flags/usage_config.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "server/telemetry/log.h"
#include "server/version.h"

ABSL_FLAG(std::string, database_url, "",
          "PostgreSQL connection, as a URL (postgresql://user@host/orders) or as libpq's key=value pairs. Required. "
          "`migrate` needs the role that owns the schema, everything else one with the role orders_service.");
ABSL_FLAG(std::string, listen_address, "0.0.0.0:50051", "HOST:PORT that gRPC is served on. Port 0: any free one.");
ABSL_FLAG(std::string, http_address, "0.0.0.0:9464",
          "HOST:PORT that /metrics, /livez and /readyz are served on over HTTP. Port 0: any free one.");
ABSL_FLAG(absl::Duration, startup_timeout, absl::Seconds(30),
          "How long to wait for the database at start-up, such as 30s or 2m.");
ABSL_FLAG(absl::Duration, drain_timeout, absl::Seconds(25),
          "How long calls in flight may take to finish after SIGTERM. Keep it below Kubernetes' "
          "terminationGracePeriodSeconds.");
ABSL_FLAG(int, writers, 2, "Database connections that commit batches of changes, 1 to 64.");
ABSL_FLAG(int, readers, 1, "Database connections that answer batches of reads by name, 1 to 64.");
ABSL_FLAG(int, list_readers, 2, "Database connections that answer lists and histories, 1 to 64.");
ABSL_FLAG(int, max_batch_size, 128, "Changes committed together at most, 1 to 10000. 1: one transaction a change.");
ABSL_FLAG(int, max_queued_writes, 4096,
          "Changes that may wait for a connection, 500 to 1000000; beyond it callers get RESOURCE_EXHAUSTED.");
ABSL_FLAG(int, max_queued_reads, 4096,
          "Reads that may wait for a connection, 1 to 1000000; beyond it callers get RESOURCE_EXHAUSTED.");
ABSL_FLAG(int, max_message_bytes, 4 * 1024 * 1024, "Size of a request message at most, in bytes, 1024 to 67108864.");
ABSL_FLAG(int, max_metadata_bytes, 16 * 1024, "Size of a request's metadata at most, in bytes, 1024 to 1048576.");
ABSL_FLAG(int, max_concurrent_streams, 1000, "Calls in flight on one connection at most, 1 to 1000000.");
ABSL_FLAG(absl::Duration, default_deadline, absl::Seconds(10), "Time a call without a deadline of its own may take.");
ABSL_FLAG(absl::Duration, max_deadline, absl::Seconds(60), "Time a call may take at most, whatever its deadline.");
ABSL_FLAG(int, completion_queues, 0, "gRPC completion queues, each with a thread, 0 to 256. 0: one per core.");
ABSL_FLAG(absl::Duration, request_id_retention, absl::Hours(168), "How long request ids are remembered, at least 24h.");
ABSL_FLAG(absl::Duration, expiry_interval, absl::Seconds(1),
          "How often orders past their expire_time are looked for, 10ms to 1h.");
ABSL_FLAG(std::string, log_level, "info", "What is logged: info, warning or error, and above.");
ABSL_FLAG(double, log_sample_rate, 0.01, "Share of successful calls that get a log line, 0 to 1. Failed ones all do.");
ABSL_FLAG(std::string, caller_metadata_key, "",
          "Metadata key in which a trusted proxy passes the caller's identity. Empty: callers without a client "
          "certificate are all 'anonymous'. Set it only where every caller comes through that proxy.");

namespace orders {

namespace {

constexpr char kEnvironmentPrefix[] = "ORDERS_";
constexpr char kUsage[] =
    "Serves orders.v1.OrderService over gRPC, keeping orders in PostgreSQL.\n\n"
    "  order-server             serve\n"
    "  order-server migrate     bring the database's schema up to date; needs the owner's --database_url\n"
    "  order-server verify      prove the invariants of everything stored; exits 1 if one is broken\n"
    "  order-server api-tables  print the tables of transitions and errors as Markdown\n"
    "  order-server version     print the version\n\n"
    "Every flag can also be given as an environment variable: --drain_timeout=25s as ORDERS_DRAIN_TIMEOUT=25s. "
    "The flag wins.";

// Libraries define flags too; only ours are settings.
bool IsSettingsFile(absl::string_view file) { return absl::StrContains(file, "server/settings.cc"); }

// Gives each flag of settings.cc the value of its environment variable, before the command line is parsed.
absl::Status ReadEnvironment() {
  for (auto& [name, flag] : absl::GetAllFlags()) {
    if (!IsSettingsFile(flag->Filename())) continue;
    const std::string variable = kEnvironmentPrefix + absl::AsciiStrToUpper(name);
    const char* value = std::getenv(variable.c_str());
    if (value == nullptr) continue;
    std::string error;
    if (!flag->ParseFrom(value, &error)) {
      return absl::InvalidArgumentError(
          absl::StrCat(variable, "='", value, "' is not a value for --", name, ": ", flag->Help()));
    }
  }
  return absl::OkStatus();
}

absl::Status OutOfRange(const char* name, const std::string& value, const std::string& range) {
  return absl::InvalidArgumentError(absl::StrCat("--", name, "=", value, " (or ", kEnvironmentPrefix,
                                                 absl::AsciiStrToUpper(name), ") must be ", range));
}

class RangeCheck {
 public:
  int Number(const char* name, int value, int least, int most) {
    if (value < least || value > most) {
      Fail(OutOfRange(name, absl::StrCat(value), absl::StrCat("from ", least, " to ", most)));
    }
    return value;
  }
  size_t Count(const char* name, int value, int least, int most) {
    return static_cast<size_t>(Number(name, value, least, most));
  }
  absl::Duration Time(const char* name, absl::Duration value, absl::Duration least, absl::Duration most) {
    if (value < least || value > most) {
      Fail(OutOfRange(name, absl::FormatDuration(value),
                      absl::StrCat("from ", absl::FormatDuration(least), " to ", absl::FormatDuration(most))));
    }
    return value;
  }
  void Fail(absl::Status status) { status_.Update(status); }
  const absl::Status& status() const { return status_; }

 private:
  absl::Status status_;
};

}  // namespace

absl::StatusOr<Settings> ReadSettings(int argc, char** argv) {
  absl::SetProgramUsageMessage(kUsage);
  absl::FlagsUsageConfig usage;
  usage.contains_help_flags = IsSettingsFile;
  usage.contains_helpshort_flags = IsSettingsFile;
  usage.version_string = [] { return absl::StrCat("order-server ", kVersion, "\n"); };
  absl::SetFlagsUsageConfig(usage);
  if (absl::Status status = ReadEnvironment(); !status.ok()) return status;
  const std::vector<char*> left = absl::ParseCommandLine(argc, argv);

  RangeCheck check;
  Settings settings;
  settings.arguments.assign(left.begin() + 1, left.end());
  settings.database_url = absl::GetFlag(FLAGS_database_url);
  settings.http_address = absl::GetFlag(FLAGS_http_address);
  settings.log_level = absl::GetFlag(FLAGS_log_level);
  settings.startup_timeout =
      check.Time("startup_timeout", absl::GetFlag(FLAGS_startup_timeout), absl::ZeroDuration(), absl::Hours(1));
  settings.drain_timeout =
      check.Time("drain_timeout", absl::GetFlag(FLAGS_drain_timeout), absl::ZeroDuration(), absl::Hours(1));

  settings.grpc.listen_address = absl::GetFlag(FLAGS_listen_address);
  settings.grpc.completion_queues = check.Number("completion_queues", absl::GetFlag(FLAGS_completion_queues), 0, 256);
  settings.grpc.max_message_bytes =
      check.Number("max_message_bytes", absl::GetFlag(FLAGS_max_message_bytes), 1024, 64 * 1024 * 1024);
  settings.grpc.max_metadata_bytes =
      check.Number("max_metadata_bytes", absl::GetFlag(FLAGS_max_metadata_bytes), 1024, 1024 * 1024);
  settings.grpc.max_concurrent_streams =
      check.Number("max_concurrent_streams", absl::GetFlag(FLAGS_max_concurrent_streams), 1, 1'000'000);
  settings.grpc.policy.caller_metadata_key = absl::AsciiStrToLower(absl::GetFlag(FLAGS_caller_metadata_key));
  settings.grpc.policy.default_deadline =
      check.Time("default_deadline", absl::GetFlag(FLAGS_default_deadline), absl::Milliseconds(1), absl::Hours(1));
  settings.grpc.policy.max_deadline =
      check.Time("max_deadline", absl::GetFlag(FLAGS_max_deadline), absl::Milliseconds(1), absl::Hours(1));
  settings.grpc.log_sample_rate = absl::GetFlag(FLAGS_log_sample_rate);
  if (settings.grpc.log_sample_rate < 0 || settings.grpc.log_sample_rate > 1) {
    check.Fail(OutOfRange("log_sample_rate", absl::StrCat(settings.grpc.log_sample_rate), "from 0 to 1"));
  }

  settings.store.database_url = settings.database_url;
  settings.store.writers = check.Count("writers", absl::GetFlag(FLAGS_writers), 1, 64);
  settings.store.readers = check.Count("readers", absl::GetFlag(FLAGS_readers), 1, 64);
  settings.store.list_readers = check.Count("list_readers", absl::GetFlag(FLAGS_list_readers), 1, 64);
  settings.store.max_batch_size = check.Count("max_batch_size", absl::GetFlag(FLAGS_max_batch_size), 1, 10'000);
  settings.store.max_queued_writes =
      check.Count("max_queued_writes", absl::GetFlag(FLAGS_max_queued_writes), 500, 1'000'000);
  settings.store.max_queued_reads =
      check.Count("max_queued_reads", absl::GetFlag(FLAGS_max_queued_reads), 1, 1'000'000);

  settings.jobs.expiry_interval =
      check.Time("expiry_interval", absl::GetFlag(FLAGS_expiry_interval), absl::Milliseconds(10), absl::Hours(1));
  settings.jobs.request_id_retention = check.Time("request_id_retention", absl::GetFlag(FLAGS_request_id_retention),
                                                  absl::Hours(24), absl::Hours(24 * 3650));
  if (!telemetry::SetLogLevel(settings.log_level)) {
    check.Fail(OutOfRange("log_level", settings.log_level, "info, warning or error"));
  }
  if (!check.status().ok()) return check.status();
  return settings;
}

}  // namespace orders
