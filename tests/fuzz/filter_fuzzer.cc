#include <cstddef>
#include <cstdint>
#include <string_view>

#include "server/validate/filter.h"
#include "tests/fuzz/fuzzer.h"

namespace orders::validate {
namespace {

struct Size {
  size_t comparisons = 0;
  size_t depth = 0;
};

Size SizeOf(const FilterExpression& expression) {
  using Kind = FilterExpression::Kind;
  if (expression.kind == Kind::kComparison) {
    CHECK_FUZZED(expression.operands.empty());
    return {1, 0};
  }
  if (expression.kind == Kind::kNot) CHECK_FUZZED(expression.operands.size() == 1);
  Size size;
  for (const FilterExpression& operand : expression.operands) {
    const Size inner = SizeOf(operand);
    size.comparisons += inner.comparisons;
    size.depth = std::max(size.depth, inner.depth + 1);
  }
  return size;
}

// What store/ relies on when it compiles a comparison.
void CheckComparisons(const FilterExpression& expression) {
  for (const FilterExpression& operand : expression.operands) CheckComparisons(operand);
  if (expression.kind != FilterExpression::Kind::kComparison) return;
  const FilterComparison& comparison = expression.comparison;
  const bool is_equality = comparison.op == FilterOperator::kEqual || comparison.op == FilterOperator::kNotEqual;
  switch (comparison.field) {
    case FilterField::kState:
      CHECK_FUZZED(is_equality && std::holds_alternative<domain::OrderState>(comparison.value));
      break;
    case FilterField::kCreateTime:
    case FilterField::kUpdateTime:
      CHECK_FUZZED(comparison.op != FilterOperator::kHas && std::holds_alternative<absl::Time>(comparison.value));
      break;
    case FilterField::kCustomerId:
    case FilterField::kExternalReference:
      CHECK_FUZZED(is_equality && std::holds_alternative<std::string>(comparison.value));
      break;
    case FilterField::kLabel:
      CHECK_FUZZED(is_equality || comparison.op == FilterOperator::kHas);
      CHECK_FUZZED(!comparison.label_key.empty() && std::holds_alternative<std::string>(comparison.value));
      break;
  }
  if (const auto* text = std::get_if<std::string>(&comparison.value)) {
    CHECK_FUZZED(text->find('\0') == std::string::npos);
  }
}

void Fuzz(std::string_view filter) {
  const absl::StatusOr<FilterExpression> expression = ParseFilter(filter);
  const absl::StatusOr<FilterExpression> again = ParseFilter(filter);
  CHECK_FUZZED(expression.status() == again.status());
  if (!expression.ok()) {
    CHECK_FUZZED(expression.status().code() == absl::StatusCode::kInvalidArgument);
    CHECK_FUZZED(!expression.status().message().empty() && expression.status().message().size() < 1000);
    return;
  }
  CHECK_FUZZED(*expression == *again);
  const Size size = SizeOf(*expression);
  CHECK_FUZZED(size.comparisons <= kMaxFilterComparisons);
  // AND, OR and NOT may stand between two parentheses.
  CHECK_FUZZED(size.depth <= 3 * (kMaxFilterDepth + 1));
  CheckComparisons(*expression);
}

}  // namespace
}  // namespace orders::validate

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  orders::validate::Fuzz({reinterpret_cast<const char*>(data), size});
  return 0;
}
