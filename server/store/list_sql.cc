#include "server/store/list_sql.h"

#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "nlohmann/json.hpp"

namespace orders::store {

namespace {

using validate::FilterComparison;
using validate::FilterExpression;
using validate::FilterField;
using validate::FilterOperator;

const char* OperatorSql(FilterOperator op) {
  switch (op) {
    case FilterOperator::kEqual:
    case FilterOperator::kHas:
      return "=";
    case FilterOperator::kNotEqual:
      return "<>";
    case FilterOperator::kLess:
      return "<";
    case FilterOperator::kLessEqual:
      return "<=";
    case FilterOperator::kGreater:
      return ">";
    case FilterOperator::kGreaterEqual:
      return ">=";
  }
  return "=";
}

// Compiles a filter. Every condition is true or false, never null, so that NOT means what it says.
class FilterCompiler {
 public:
  explicit FilterCompiler(std::vector<std::string>& parameters) : parameters_(parameters) {}

  std::string Compile(const FilterExpression& expression) {
    switch (expression.kind) {
      case FilterExpression::Kind::kComparison:
        return Compile(expression.comparison);
      case FilterExpression::Kind::kNot:
        return absl::StrCat("NOT ", Compile(expression.operands.front()));
      case FilterExpression::Kind::kAnd:
        return Join(expression.operands, " AND ", "true");
      case FilterExpression::Kind::kOr:
        return Join(expression.operands, " OR ", "false");
    }
    return "true";
  }

 private:
  std::string Join(const std::vector<FilterExpression>& operands, const char* word, const char* if_empty) {
    if (operands.empty()) return if_empty;
    std::vector<std::string> conditions;
    conditions.reserve(operands.size());
    for (const FilterExpression& operand : operands) conditions.push_back(Compile(operand));
    return absl::StrCat("(", absl::StrJoin(conditions, word), ")");
  }

  std::string Compile(const FilterComparison& comparison) {
    const char* op = OperatorSql(comparison.op);
    switch (comparison.field) {
      case FilterField::kState:
        return absl::StrCat("state ", op, " ",
                            Parameter(std::string(domain::StateName(std::get<domain::OrderState>(comparison.value)))),
                            "::order_state");
      case FilterField::kCreateTime:
        return absl::StrCat("create_time ", op, " ", Parameter(TimestampText(std::get<absl::Time>(comparison.value))),
                            "::timestamptz");
      case FilterField::kUpdateTime:
        return absl::StrCat("update_time ", op, " ", Parameter(TimestampText(std::get<absl::Time>(comparison.value))),
                            "::timestamptz");
      case FilterField::kCustomerId:
        return absl::StrCat("customer_id ", op, " ", Parameter(std::get<std::string>(comparison.value)));
      case FilterField::kExternalReference:
        return ExternalReference(comparison);
      case FilterField::kLabel:
        return Label(comparison);
    }
    return "true";
  }

  // An order without a reference has an empty one.
  std::string ExternalReference(const FilterComparison& comparison) {
    const auto& value = std::get<std::string>(comparison.value);
    const bool equal = comparison.op != FilterOperator::kNotEqual;
    if (value.empty()) return equal ? "external_reference IS NULL" : "external_reference IS NOT NULL";
    const std::string parameter = Parameter(value);
    return equal ? absl::StrCat("(external_reference IS NOT NULL AND external_reference = ", parameter, ")")
                 : absl::StrCat("external_reference IS DISTINCT FROM ", parameter);
  }

  std::string Label(const FilterComparison& comparison) {
    if (comparison.op == FilterOperator::kHas) {
      return absl::StrCat("(labels IS NOT NULL AND labels ? ", Parameter(comparison.label_key), ")");
    }
    const nlohmann::json wanted = {{comparison.label_key, std::get<std::string>(comparison.value)}};
    const std::string holds = absl::StrCat("(labels IS NOT NULL AND labels @> ", Parameter(wanted.dump()), "::jsonb)");
    return comparison.op == FilterOperator::kNotEqual ? absl::StrCat("NOT ", holds) : holds;
  }

  std::string Parameter(std::string value) {
    parameters_.push_back(std::move(value));
    return absl::StrCat("$", parameters_.size());
  }

  std::vector<std::string>& parameters_;
};

}  // namespace

std::string TimestampText(absl::Time time) {
  return absl::FormatTime("%E4Y-%m-%d %H:%M:%E6S+00", time, absl::UTCTimeZone());
}

ParameterisedSql ListOrdersSql(const validate::ListRequest& request) {
  ParameterisedSql query;
  const char* sort = request.order_by == validate::OrderBy::kCreateTime ? "create_time" : "update_time";
  const char* direction = request.descending ? " DESC" : "";
  query.sql = absl::StrCat("SELECT order_id, (extract(epoch FROM ", sort,
                           ") * 1000000)::bigint, body, personal FROM orders WHERE ",
                           FilterCompiler(query.parameters).Compile(request.filter));
  if (request.start) {
    query.parameters.push_back(TimestampText(request.start->sort_time));
    query.parameters.push_back(request.start->order_id);
    absl::StrAppend(&query.sql, " AND (", sort, ", order_id) ", request.descending ? "<" : ">", " ($",
                    query.parameters.size() - 1, "::timestamptz, $", query.parameters.size(), ")");
  }
  absl::StrAppend(&query.sql, " ORDER BY ", sort, direction, ", order_id", direction, " LIMIT ", request.page_size + 1);
  return query;
}

}  // namespace orders::store
