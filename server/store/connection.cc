#include "server/store/connection.h"

#include <bit>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"

namespace orders::store {

namespace {

// Uses after which a plan is first made anew: by then a table that was empty has some rows.
constexpr uint64_t kFirstReplanning = 8;

std::string PercentEncoded(std::string_view text) {
  std::string encoded;
  for (char c : text) {
    encoded += c == ' ' ? "%20" : c == '=' ? "%3D" : std::string(1, c);
  }
  return encoded;
}

std::string SessionOptions(ConnectionUse use) {
  if (use == ConnectionUse::kMigrate) return "-c client_min_messages=warning";
  std::string options =
      absl::StrCat("-c synchronous_commit=on -c statement_timeout=", absl::ToInt64Milliseconds(kStatementTimeout),
                   " -c idle_in_transaction_session_timeout=", absl::ToInt64Milliseconds(kStatementTimeout));
  if (use == ConnectionUse::kBatch) {
    // A plan made while the tables were empty must not scan them when they are full.
    absl::StrAppend(&options,
                    " -c plan_cache_mode=force_generic_plan -c enable_seqscan=off -c enable_mergejoin=off -c jit=off");
  } else {
    absl::StrAppend(&options, " -c random_page_cost=1.1 -c jit=off");
  }
  return options;
}

int HexValue(char digit) { return digit <= '9' ? digit - '0' : digit - 'a' + 10; }

}  // namespace

std::string SessionUrl(const std::string& url, ConnectionUse use) {
  const std::vector<std::pair<const char*, std::string>> settings = {
      {"connect_timeout", absl::StrCat(absl::ToInt64Seconds(kConnectTimeout))},
      // A peer that has vanished is noticed within about ten seconds, idle or not.
      {"tcp_user_timeout", "10000"},
      {"keepalives_idle", "5"},
      {"keepalives_interval", "2"},
      {"keepalives_count", "3"},
      {"application_name", "order-server"},
      {"target_session_attrs", "read-write"},
      {"options", SessionOptions(use)},
  };
  const bool is_uri = url.starts_with("postgresql://") || url.starts_with("postgres://");
  std::string session_url = url;
  for (const auto& [name, value] : settings) {
    if (is_uri) {
      absl::StrAppend(&session_url, session_url.find('?') == std::string::npos ? "?" : "&", name, "=",
                      PercentEncoded(value));
    } else {
      absl::StrAppend(&session_url, " ", name, "='", value, "'");
    }
  }
  return session_url;
}

void Connection::Prepare(const char* name, const char* sql) {
  const uint64_t uses = ++uses_of_prepared_[name];
  if (uses > 1) {
    if (uses < kFirstReplanning || !std::has_single_bit(uses)) return;
    session_.unprepare(name);
  }
  session_.prepare(name, sql);
}

#if PQXX_VERSION_MAJOR >= 7

pqxx::result ExecPrepared(pqxx::transaction_base& transaction, const char* name,
                          std::span<const std::string> binary_parameters) {
  pqxx::params parameters;
  for (const std::string& parameter : binary_parameters) {
    parameters.append(
        std::basic_string_view<std::byte>(reinterpret_cast<const std::byte*>(parameter.data()), parameter.size()));
  }
  return transaction.exec_prepared(name, parameters);
}

pqxx::result ExecText(pqxx::transaction_base& transaction, const std::string& sql,
                      const std::vector<std::string>& text_parameters) {
  pqxx::params parameters;
  for (const std::string& parameter : text_parameters) parameters.append(parameter);
  return transaction.exec_params(sql, parameters);
}

#else

pqxx::result ExecPrepared(pqxx::transaction_base& transaction, const char* name,
                          std::span<const std::string> binary_parameters) {
  std::vector<pqxx::binarystring> parameters;
  parameters.reserve(binary_parameters.size());
  for (const std::string& parameter : binary_parameters) parameters.emplace_back(parameter);
  return transaction.exec_prepared(name, pqxx::prepare::make_dynamic_params(parameters));
}

pqxx::result ExecText(pqxx::transaction_base& transaction, const std::string& sql,
                      const std::vector<std::string>& text_parameters) {
  return transaction.exec_params(sql, pqxx::prepare::make_dynamic_params(text_parameters));
}

#endif

std::string BytesOf(const pqxx::field& field) {
  std::string bytes;
  if (field.is_null()) return bytes;
  const char* hex = field.c_str() + 2;  // After "\x".
  bytes.resize((field.size() - 2) / 2);
  for (size_t i = 0; i < bytes.size(); ++i) {
    bytes[i] = static_cast<char>(HexValue(hex[2 * i]) << 4 | HexValue(hex[2 * i + 1]));
  }
  return bytes;
}

}  // namespace orders::store
