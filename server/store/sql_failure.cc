#include "server/store/sql_failure.h"

#include <pqxx/pqxx>
#include <string_view>

#include "server/domain/refusal.h"
#include "server/telemetry/log.h"

namespace orders::store {

namespace {

using Kind = SqlFailure::Kind;

// Long enough for a failover to make progress, short enough to be noticed by nobody when it is done.
constexpr absl::Duration kRetryAfter = absl::Seconds(1);

// Classes and codes: PostgreSQL documentation, appendix A.
Kind KindOf(std::string_view sqlstate) {
  if (sqlstate.starts_with("08") || sqlstate.starts_with("57P")) return Kind::kConnectionLost;
  if (sqlstate.starts_with("40")) return Kind::kContended;
  if (sqlstate.starts_with("53") || sqlstate.starts_with("57") || sqlstate.starts_with("58") ||
      sqlstate.starts_with("55") || sqlstate == "25006" || sqlstate == "25P03") {
    return Kind::kUnavailable;
  }
  return Kind::kRejected;
}

}  // namespace

SqlFailure DescribeCurrentException() {
  try {
    throw;
  } catch (const pqxx::in_doubt_error& error) {
    return {Kind::kConnectionLost, "", error.what()};
  } catch (const pqxx::broken_connection& error) {
    return {Kind::kConnectionLost, "", error.what()};
  } catch (const pqxx::statement_completion_unknown& error) {
    return {Kind::kConnectionLost, "", error.what()};
  } catch (const pqxx::transaction_rollback& error) {
    return {Kind::kContended, "", error.what()};
  } catch (const pqxx::sql_error& error) {
    // Without a code the server did not answer: libpq made the error up when the connection failed.
    if (error.sqlstate().empty()) return {Kind::kConnectionLost, "", error.what()};
    return {KindOf(error.sqlstate()), error.sqlstate(), error.what()};
  } catch (const std::exception& error) {
    return {Kind::kRejected, "", error.what()};
  }
}

absl::Status ToStatus(const SqlFailure& failure) {
  switch (failure.kind) {
    case Kind::kConnectionLost:
    case Kind::kUnavailable:
      telemetry::LogError("database_unavailable", {{"sqlstate", failure.sqlstate}, {"detail", failure.detail}});
      return DatabaseUnavailable();
    case Kind::kContended:
      telemetry::LogWarning("database_contended", {{"detail", failure.detail}});
      return domain::Refuse("the order was being changed by too many callers at once; try again",
                            {domain::Reason::kTooManyConflicts, {}, {}, kRetryAfter});
    case Kind::kRejected:
      break;
  }
  telemetry::LogError("database_rejected", {{"sqlstate", failure.sqlstate}, {"detail", failure.detail}});
  return domain::Refuse(domain::Reason::kInternal,
                        "the order could not be stored; nothing was changed, and the operator's log says why");
}

absl::Status DatabaseUnavailable() {
  return domain::Refuse(
      "the order store can't be reached just now; try again, with the same request_id if it is a change",
      {domain::Reason::kUnavailable, {}, {}, kRetryAfter});
}

}  // namespace orders::store
