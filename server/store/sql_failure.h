#ifndef ORDERS_SERVER_STORE_SQL_FAILURE_H_
#define ORDERS_SERVER_STORE_SQL_FAILURE_H_

#include <exception>
#include <string>

#include "absl/status/status.h"

// The edge of exceptions: what a pqxx exception means, in one place.
namespace orders::store {

struct SqlFailure {
  enum class Kind : uint8_t {
    kConnectionLost,  // The connection is useless, and whether the last transaction committed is unknown.
    kContended,       // Rolled back by a deadlock or a serialization failure: the same again may pass.
    kUnavailable,     // Rolled back, for the database has no room, memory or time, or is being shut down.
    kRejected,        // Rolled back, for the data or the statement: the same again will fail again.
  };
  Kind kind = Kind::kRejected;
  std::string sqlstate;  // Empty if the database did not say.
  std::string detail;    // The database's words: for logs, never for callers.
};

// Call inside a catch block: describes the exception being handled. Rethrows nothing.
SqlFailure DescribeCurrentException();

// What the caller of an operation that met `failure` is told. Logs what the caller must not see.
absl::Status ToStatus(const SqlFailure& failure);

// UNAVAILABLE with RetryInfo: the database can't be reached.
absl::Status DatabaseUnavailable();

}  // namespace orders::store

#endif  // ORDERS_SERVER_STORE_SQL_FAILURE_H_
