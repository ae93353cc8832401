#ifndef ORDERS_CLIENT_CLI_ORDER_INPUT_H_
#define ORDERS_CLIENT_CLI_ORDER_INPUT_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "orders/v1/order.pb.h"

// Orders as they are typed on the command line or kept in files. Every error says what is wrong with which text.
namespace orders::cli {

// "product=ABC,qty=2,price=12.99 EUR,discount=1 EUR,tax=2 EUR,id=L1,description=..."; description, if given, comes last
// and may hold commas.
absl::StatusOr<v1::OrderLine> ParseLine(const std::string& text);

// "LINE_ID=QUANTITY".
absl::StatusOr<v1::LineQuantity> ParseLineQuantity(const std::string& text);

// "KEY=VALUE".
absl::StatusOr<std::pair<std::string, std::string>> ParseLabel(const std::string& text);

// orders.v1.Order as JSON.
absl::StatusOr<v1::Order> ParseOrderJson(const std::string& json);

// The whole of a file, or of standard input for "-".
absl::StatusOr<std::string> ReadFile(const std::string& path);

}  // namespace orders::cli

#endif  // ORDERS_CLIENT_CLI_ORDER_INPUT_H_
