#include "server/telemetry/log.h"

#include <memory>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "nlohmann/json.hpp"
#include "spdlog/sinks/stdout_sinks.h"
#include "spdlog/spdlog.h"

namespace orders::telemetry {

namespace {

spdlog::logger& Logger() {
  static const std::shared_ptr<spdlog::logger> logger = [] {
    auto made = std::make_shared<spdlog::logger>("orders", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    made->set_pattern("%v");
    return made;
  }();
  return *logger;
}

void Write(spdlog::level::level_enum level, std::string_view level_name, std::string_view event, LogFields fields) {
  if (!Logger().should_log(level)) return;
  nlohmann::ordered_json line;
  line["time"] = absl::FormatTime("%Y-%m-%dT%H:%M:%E6SZ", absl::Now(), absl::UTCTimeZone());
  line["level"] = level_name;
  line["event"] = event;
  for (const LogField& field : fields) {
    std::visit([&](const auto& value) { line[std::string(field.name)] = value; }, field.value);
  }
  // A text that is not UTF-8 must not cost the line.
  Logger().log(level, "{}", line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

}  // namespace

void LogInfo(std::string_view event, LogFields fields) { Write(spdlog::level::info, "info", event, fields); }
void LogWarning(std::string_view event, LogFields fields) { Write(spdlog::level::warn, "warning", event, fields); }
void LogError(std::string_view event, LogFields fields) { Write(spdlog::level::err, "error", event, fields); }

bool SetLogLevel(std::string_view level) {
  if (level == "info") {
    Logger().set_level(spdlog::level::info);
  } else if (level == "warning") {
    Logger().set_level(spdlog::level::warn);
  } else if (level == "error") {
    Logger().set_level(spdlog::level::err);
  } else {
    return false;
  }
  return true;
}

void FlushLogs() { Logger().flush(); }

}  // namespace orders::telemetry
