#ifndef ORDERS_CLIENT_CLI_MONEY_TEXT_H_
#define ORDERS_CLIENT_CLI_MONEY_TEXT_H_

#include <google/type/money.pb.h>

#include <string>
#include <string_view>

#include "absl/status/statusor.h"

// Money as people type and read it: "12.99 EUR". Exact both ways: digits become integers, never floating point.
namespace orders::cli {

// INVALID_ARGUMENT says what is wrong with `text`.
absl::StatusOr<google::type::Money> ParseMoney(std::string_view text);

// At least two decimals, and as many more as there are: "12.50 EUR", "0.0001 EUR".
std::string FormatMoney(const google::type::Money& amount);

}  // namespace orders::cli

#endif  // ORDERS_CLIENT_CLI_MONEY_TEXT_H_
