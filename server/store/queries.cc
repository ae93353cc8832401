#include "server/store/queries.h"

#include "absl/strings/str_cat.h"
#include "orders/v1/order_event.pb.h"
#include "server/store/list_sql.h"

namespace orders::store {

namespace {

std::vector<std::string> FirstColumn(const pqxx::result& rows) {
  std::vector<std::string> values;
  for (const auto& row : rows) values.emplace_back(row[0].c_str());
  return values;
}

}  // namespace

OrderPage QueryOrders(Connection& connection, const validate::ListRequest& request) {
  const ParameterisedSql query = ListOrdersSql(request);
  pqxx::nontransaction transaction(connection.session());
  const pqxx::result rows = ExecText(transaction, query.sql, query.parameters);
  OrderPage page;
  std::optional<validate::PageStart> last;
  for (const auto& row : rows) {
    if (page.orders.size() == static_cast<size_t>(request.page_size)) {
      page.next = last;
      break;
    }
    page.orders.push_back(BytesOf(row[2]) + BytesOf(row[3]));
    last = validate::PageStart{absl::FromUnixMicros(row[1].as<int64_t>()), row[0].c_str()};
  }
  return page;
}

EventPage QueryEvents(Connection& connection, const validate::ListEventsRequest& request) {
  pqxx::nontransaction transaction(connection.session());
  const pqxx::result rows = ExecText(
      transaction,
      "SELECT position, order_version, payload FROM order_event WHERE order_id = $1 AND order_version > $2::bigint "
      "ORDER BY order_version LIMIT $3::int",
      {request.order_id, absl::StrCat(request.after_version), absl::StrCat(request.page_size + 1)});
  EventPage page;
  int64_t last_version = 0;
  for (const auto& row : rows) {
    if (page.events.size() == static_cast<size_t>(request.page_size)) {
      page.next_after_version = last_version;
      break;
    }
    v1::OrderEvent position;
    position.set_position(row[0].as<int64_t>());
    page.events.push_back(BytesOf(row[2]) + position.SerializeAsString());
    last_version = row[1].as<int64_t>();
  }
  page.order_exists = !page.events.empty() ||
                      !ExecText(transaction, "SELECT FROM orders WHERE order_id = $1", {request.order_id}).empty();
  return page;
}

std::vector<std::string> QueryExpired(Connection& connection, absl::Time now, int most) {
  pqxx::nontransaction transaction(connection.session());
  return FirstColumn(ExecText(transaction,
                              "SELECT order_id FROM orders WHERE state = 'PENDING' AND expire_time IS NOT NULL "
                              "AND expire_time <= $1::timestamptz ORDER BY expire_time LIMIT $2::int",
                              {TimestampText(now), absl::StrCat(most)}));
}

std::vector<std::string> QueryPersonal(Connection& connection, const std::string& customer_id, int most) {
  pqxx::nontransaction transaction(connection.session());
  return FirstColumn(ExecText(transaction,
                              "SELECT order_id FROM orders WHERE customer_id = $1 AND personal IS NOT NULL "
                              "ORDER BY order_id LIMIT $2::int",
                              {customer_id, absl::StrCat(most)}));
}

int64_t DeleteKeys(Connection& connection, absl::Time before, int most) {
  pqxx::nontransaction transaction(connection.session());
  const pqxx::result deleted =
      ExecText(transaction,
               "DELETE FROM idempotency_key WHERE key = ANY (ARRAY("
               "SELECT key FROM idempotency_key WHERE create_time < $1::timestamptz LIMIT $2::int))",
               {TimestampText(before), absl::StrCat(most)});
  return static_cast<int64_t>(deleted.affected_rows());
}

}  // namespace orders::store
