#ifndef ORDERS_SERVER_TELEMETRY_LOG_H_
#define ORDERS_SERVER_TELEMETRY_LOG_H_

#include <initializer_list>
#include <string>
#include <string_view>
#include <variant>

// Structured logs: one JSON object a line on stderr, `time`, `level`, `event` and the caller's fields. Thread-safe.
// Never log personal data or credentials: fields are ids, counts, codes and error texts.
namespace orders::telemetry {

struct LogField {
  std::string_view name;
  std::variant<std::string_view, int64_t, double, bool> value;

  LogField(std::string_view field, const std::string& text) : name(field), value(std::string_view(text)) {}
  LogField(std::string_view field, std::string_view text) : name(field), value(text) {}
  LogField(std::string_view field, const char* text) : name(field), value(std::string_view(text)) {}
  LogField(std::string_view field, int64_t number) : name(field), value(number) {}
  LogField(std::string_view field, int number) : name(field), value(int64_t{number}) {}
  LogField(std::string_view field, size_t number) : name(field), value(static_cast<int64_t>(number)) {}
  LogField(std::string_view field, double number) : name(field), value(number) {}
  LogField(std::string_view field, bool flag) : name(field), value(flag) {}
};
using LogFields = std::initializer_list<LogField>;

// `event` is a fixed snake_case name that dashboards search for, such as "database_lost".
void LogInfo(std::string_view event, LogFields fields = {});
void LogWarning(std::string_view event, LogFields fields = {});
void LogError(std::string_view event, LogFields fields = {});

// "info", "warning" or "error": what is below is not written. False if `level` is none of these.
bool SetLogLevel(std::string_view level);

// Writes out what is buffered; call before the process ends.
void FlushLogs();

}  // namespace orders::telemetry

#endif  // ORDERS_SERVER_TELEMETRY_LOG_H_
