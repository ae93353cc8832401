#ifndef ORDERS_SERVER_STORE_QUERIES_H_
#define ORDERS_SERVER_STORE_QUERIES_H_

#include <string>
#include <vector>

#include "server/store/connection.h"
#include "server/store/order_store.h"

// The statements behind OrderStore's methods of the same meaning. They throw what libpqxx throws.
namespace orders::store {

OrderPage QueryOrders(Connection& connection, const validate::ListRequest& request);
EventPage QueryEvents(Connection& connection, const validate::ListEventsRequest& request);
std::vector<std::string> QueryExpired(Connection& connection, absl::Time now, int most);
std::vector<std::string> QueryPersonal(Connection& connection, const std::string& customer_id, int most);
int64_t DeleteKeys(Connection& connection, absl::Time before, int most);

}  // namespace orders::store

#endif  // ORDERS_SERVER_STORE_QUERIES_H_
