#include "server/store/migrator.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "server/store/connection.h"
#include "server/store/sql_failure.h"
#include "server/telemetry/log.h"

namespace orders::store {

namespace {

// Any number, as long as nothing else in the database locks it: the bytes of "orders".
constexpr int64_t kMigrationLock = 0x6f7264657273;
constexpr absl::Duration kRetryEvery = absl::Seconds(1);

struct AppliedMigration {
  std::string name;
  std::string checksum;
};

std::string ChecksumOf(const Migration& migration) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  unsigned int size = 0;
  EVP_Digest(migration.sql.data(), migration.sql.size(), digest.data(), &size, EVP_sha256(), nullptr);
  return absl::BytesToHexString(absl::string_view(reinterpret_cast<const char*>(digest.data()), size));
}

std::map<int, AppliedMigration> ReadApplied(pqxx::transaction_base& transaction) {
  std::map<int, AppliedMigration> applied;
  const bool exists = !transaction.exec("SELECT to_regclass('schema_migration')")[0][0].is_null();
  if (!exists) return applied;
  for (const auto& row : transaction.exec("SELECT version, name, checksum FROM schema_migration")) {
    applied[row[0].as<int>()] = {row[1].c_str(), row[2].c_str()};
  }
  return applied;
}

// Whether what was applied is a beginning of what this binary has.
absl::Status CheckHistory(const std::map<int, AppliedMigration>& applied) {
  for (const auto& [version, migration] : applied) {
    const auto known = std::find_if(Migrations().begin(), Migrations().end(),
                                    [v = version](const Migration& candidate) { return candidate.version == v; });
    if (known == Migrations().end()) {
      return absl::FailedPreconditionError(
          absl::StrCat("the database is at migration ", migration.name, ", newer than this order-server (",
                       std::string(Migrations().back().name), "): run an order-server of the release that made it"));
    }
    if (ChecksumOf(*known) != migration.checksum) {
      return absl::FailedPreconditionError(
          absl::StrCat("migration ", migration.name, " was applied with other contents (SHA-256 ", migration.checksum,
                       ") than this order-server has (", ChecksumOf(*known),
                       "): applied migrations must not be edited; restore the file, or the database"));
    }
  }
  return absl::OkStatus();
}

// Applies the next missing migration; its name, or empty if none is missing.
absl::StatusOr<std::string> ApplyNext(Connection& connection) {
  pqxx::work transaction(connection.session());
  transaction.exec(absl::StrCat("SELECT pg_advisory_xact_lock(", kMigrationLock, ")"));
  transaction.exec(
      "CREATE TABLE IF NOT EXISTS schema_migration ("
      "version int PRIMARY KEY, name text NOT NULL, checksum text NOT NULL, applied_time timestamptz NOT NULL DEFAULT "
      "now())");
  const std::map<int, AppliedMigration> applied = ReadApplied(transaction);
  if (absl::Status history = CheckHistory(applied); !history.ok()) return history;
  for (const Migration& migration : Migrations()) {
    if (applied.contains(migration.version)) continue;
    transaction.exec(std::string(migration.sql));
    ExecText(transaction, "INSERT INTO schema_migration (version, name, checksum) VALUES ($1::int, $2, $3)",
             {absl::StrCat(migration.version), std::string(migration.name), ChecksumOf(migration)});
    transaction.exec("GRANT SELECT ON schema_migration TO orders_service");
    transaction.commit();
    return std::string(migration.name);
  }
  transaction.commit();
  return std::string();
}

absl::Status FromException(std::string_view doing) {
  const SqlFailure failure = DescribeCurrentException();
  const std::string message = absl::StrCat(std::string(doing), ": ", failure.detail);
  return failure.kind == SqlFailure::Kind::kRejected ? absl::FailedPreconditionError(message)
                                                     : absl::UnavailableError(message);
}

}  // namespace

absl::StatusOr<std::vector<std::string>> Migrate(const std::string& url) {
  std::vector<std::string> names;
  std::string doing = "connecting to the database";
  try {
    Connection connection(url, ConnectionUse::kMigrate);
    for (;;) {
      doing = absl::StrCat("applying the migration after ", names.empty() ? "the last applied one" : names.back());
      absl::StatusOr<std::string> name = ApplyNext(connection);
      if (!name.ok()) return name.status();
      if (name->empty()) return names;
      names.push_back(*std::move(name));
    }
  } catch (...) {
    return FromException(doing);
  }
}

absl::Status CheckSchema(const std::string& url) {
  try {
    Connection connection(url, ConnectionUse::kQuery);
    pqxx::nontransaction transaction(connection.session());
    const std::map<int, AppliedMigration> applied = ReadApplied(transaction);
    if (absl::Status history = CheckHistory(applied); !history.ok()) return history;
    if (applied.size() < Migrations().size()) {
      return absl::FailedPreconditionError(
          absl::StrCat("the database is at migration ", applied.empty() ? "none" : applied.rbegin()->second.name,
                       " and this order-server needs ", std::string(Migrations().back().name),
                       ": run `order-server migrate` with --database_url naming the owner of the schema"));
    }
    return absl::OkStatus();
  } catch (...) {
    return FromException("connecting to the database");
  }
}

absl::Status AwaitDatabase(const std::string& url, absl::Duration patience) {
  const absl::Time give_up = absl::Now() + patience;
  for (;;) {
    absl::Status status = CheckSchema(url);
    if (!absl::IsUnavailable(status) || absl::Now() + kRetryEvery > give_up) return status;
    telemetry::LogWarning("database_awaited", {{"detail", std::string(status.message())},
                                               {"giving_up_in_seconds", absl::ToInt64Seconds(give_up - absl::Now())}});
    absl::SleepFor(kRetryEvery);
  }
}

}  // namespace orders::store
