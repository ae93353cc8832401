#ifndef ORDERS_SERVER_VALIDATE_FILTER_H_
#define ORDERS_SERVER_VALIDATE_FILTER_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "server/domain/order.h"

// The filter of ListOrders: a subset of AIP-160 (https://google.aip.dev/160), parsed into a tree that store/ compiles
// to parameterised SQL.
namespace orders::validate {

// A page of operators' eyes; longer filters are programs.
inline constexpr size_t kMaxFilterCharacters = 4096;
inline constexpr size_t kMaxFilterComparisons = 64;
// Parentheses within parentheses: bounds the recursion of parser and compiler.
inline constexpr size_t kMaxFilterDepth = 32;

enum class FilterField : uint8_t { kState, kCustomerId, kCreateTime, kUpdateTime, kExternalReference, kLabel };
enum class FilterOperator : uint8_t { kEqual, kNotEqual, kLess, kLessEqual, kGreater, kGreaterEqual, kHas };

// `field operator value`. kHas only on kLabel: the label exists, whatever its value; the parser turns every other `:`
// into kEqual. Only times have another operator than kEqual, kNotEqual and kHas; times are cut to the microsecond.
struct FilterComparison {
  FilterField field = FilterField::kState;
  std::string label_key;  // Only with kLabel.
  FilterOperator op = FilterOperator::kEqual;
  std::variant<std::string, domain::OrderState, absl::Time> value;

  bool operator==(const FilterComparison&) const = default;
};

// A node of the tree. An empty kAnd is "everything".
struct FilterExpression {
  enum class Kind : uint8_t { kComparison, kAnd, kOr, kNot };
  Kind kind = Kind::kAnd;
  FilterComparison comparison;             // Only kComparison.
  std::vector<FilterExpression> operands;  // kAnd, kOr: any number; kNot: one.

  bool operator==(const FilterExpression&) const = default;
};

// INVALID_ARGUMENT says what is wrong, and at which character, counted from 1.
absl::StatusOr<FilterExpression> ParseFilter(std::string_view filter);

}  // namespace orders::validate

#endif  // ORDERS_SERVER_VALIDATE_FILTER_H_
