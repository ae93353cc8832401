#ifndef ORDERS_SERVER_STORE_CONNECTION_H_
#define ORDERS_SERVER_STORE_CONNECTION_H_

#include <pqxx/pqxx>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "absl/time/time.h"

// The one place where libpqxx 6 and 7 differ, and where connections are set up.
namespace orders::store {

// What a connection is for; sets its limits and its planner.
enum class ConnectionUse : uint8_t {
  kBatch,    // Prepared batches by primary key: plans are pinned to index look-ups, whatever the statistics say.
  kQuery,    // Lists and maintenance: the planner chooses.
  kMigrate,  // No time-outs.
};

// A statement that takes longer has met a lock or a sick disk; its batch fails and its callers may retry.
inline constexpr absl::Duration kStatementTimeout = absl::Seconds(30);
// A database that does not answer at all counts as lost after this.
inline constexpr absl::Duration kConnectTimeout = absl::Seconds(5);

// `url` with every setting of a session of ours in it, so that no connection can ever lack one.
std::string SessionUrl(const std::string& url, ConnectionUse use);

// One session. Not thread-safe. After the first pqxx::broken_connection or pqxx::in_doubt_error throw it away: libpqxx
// 6 would silently reconnect without the prepared statements.
class Connection {
 public:
  // Throws pqxx::broken_connection.
  Connection(const std::string& url, ConnectionUse use) : session_(SessionUrl(url, use)) {}

  pqxx::connection& session() { return session_; }

  // Prepares `sql` as `name` unless this connection has done so. Call it before each use: a plan made for a small table
  // would be kept until PostgreSQL next analyses the table, so a statement is prepared anew whenever the number of its
  // uses has doubled.
  void Prepare(const char* name, const char* sql);

 private:
  pqxx::connection session_;
  std::unordered_map<std::string, uint64_t> uses_of_prepared_;
};

// Runs a prepared statement with parameters in PostgreSQL's binary format.
pqxx::result ExecPrepared(pqxx::transaction_base& transaction, const char* name,
                          std::span<const std::string> binary_parameters);

// Runs `sql` with parameters in text format.
pqxx::result ExecText(pqxx::transaction_base& transaction, const std::string& sql,
                      const std::vector<std::string>& text_parameters);

// The bytes of a bytea field ("\x0a1b..."); empty if it is null.
std::string BytesOf(const pqxx::field& field);

}  // namespace orders::store

#endif  // ORDERS_SERVER_STORE_CONNECTION_H_
