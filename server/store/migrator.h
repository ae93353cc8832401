#ifndef ORDERS_SERVER_STORE_MIGRATOR_H_
#define ORDERS_SERVER_STORE_MIGRATOR_H_

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace orders::store {

// One file of migrations/, built into the binary.
struct Migration {
  int version;
  std::string_view name;  // "0001_orders".
  std::string_view sql;
};
std::span<const Migration> Migrations();

// Applies the migrations that the database lacks, each in a transaction of its own, and returns their names. Any number
// of processes may do so at once: one works, the others wait and find nothing left to do. FAILED_PRECONDITION if an
// applied migration is not the one in this binary, or the database is newer than this binary.
absl::StatusOr<std::vector<std::string>> Migrate(const std::string& url);

// OK if the database has exactly the migrations of this binary. FAILED_PRECONDITION says which it has and what to do;
// UNAVAILABLE if the database can't be reached.
absl::Status CheckSchema(const std::string& url);

// CheckSchema(), repeated while the database is UNAVAILABLE for up to `patience`, logging each try.
absl::Status AwaitDatabase(const std::string& url, absl::Duration patience);

}  // namespace orders::store

#endif  // ORDERS_SERVER_STORE_MIGRATOR_H_
