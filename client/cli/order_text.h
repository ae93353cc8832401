#ifndef ORDERS_CLIENT_CLI_ORDER_TEXT_H_
#define ORDERS_CLIENT_CLI_ORDER_TEXT_H_

#include <google/protobuf/message.h>

#include <string>
#include <vector>

#include "orders/v1/order.pb.h"
#include "orders/v1/order_event.pb.h"

// Orders and events for people, or for programs as JSON.
namespace orders::cli {

enum class OutputFormat { kTable, kJson, kName };

// One order with its lines: a block of fields, then a table.
std::string OrderText(const v1::Order& order);
// One row an order.
std::string OrdersTable(const std::vector<v1::Order>& orders);
// One row an event.
std::string EventsTable(const std::vector<v1::OrderEvent>& events);
// With the proto's field names, indented.
std::string JsonText(const google::protobuf::Message& message);

}  // namespace orders::cli

#endif  // ORDERS_CLIENT_CLI_ORDER_TEXT_H_
