#include "server/validate/filter.h"

#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "server/validate/fields.h"
#include "server/validate/order_fields.h"

namespace orders::validate {

namespace {

using Kind = FilterExpression::Kind;

constexpr std::string_view kLabelsPrefix = "labels.";

bool IsSpace(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

// What may stand in an unquoted field name or value. A value may also hold ':', as times do.
bool IsWordCharacter(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '.' || c == '-' || c == '+' || c == '*' ||
         c == '/' || c == '@' || static_cast<unsigned char>(c) >= 0x80;
}

// Recursive descent over the grammar of AIP-160:
//   expression: factor {"AND" factor}      factor: term {"OR" term}
//   term: ["NOT" | "-"] simple             simple: comparison | "(" expression ")"
class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  absl::StatusOr<FilterExpression> Parse() {
    SkipSpace();
    if (AtEnd()) return FilterExpression{};
    absl::StatusOr<FilterExpression> expression = Expression(0);
    if (!expression.ok()) return expression;
    if (!AtEnd()) {
      return Error(Peek() == ')' ? "this ')' has no '('" : "write AND or OR between two conditions");
    }
    return expression;
  }

 private:
  absl::StatusOr<FilterExpression> Expression(size_t depth) {
    if (depth >= kMaxFilterDepth) return Error(absl::StrCat("nested more than ", kMaxFilterDepth, " levels deep"));
    return List(Kind::kAnd, "AND", [this, depth] {
      return List(Kind::kOr, "OR", [this, depth] { return Term(depth); });
    });
  }

  // One or more operands with `word` between them.
  template <class Operand>
  absl::StatusOr<FilterExpression> List(Kind kind, std::string_view word, Operand operand) {
    absl::StatusOr<FilterExpression> first = operand();
    if (!first.ok() || !TakeWord(word)) return first;
    FilterExpression list{.kind = kind, .comparison = {}, .operands = {}};
    list.operands.push_back(*std::move(first));
    do {
      absl::StatusOr<FilterExpression> next = operand();
      if (!next.ok()) return next;
      list.operands.push_back(*std::move(next));
    } while (TakeWord(word));
    return list;
  }

  absl::StatusOr<FilterExpression> Term(size_t depth) {
    bool negated = TakeWord("NOT");
    if (!negated && Peek() == '-') {
      negated = true;
      Advance();
    }
    absl::StatusOr<FilterExpression> simple = Simple(depth);
    if (!negated || !simple.ok()) return simple;
    FilterExpression negation{.kind = Kind::kNot, .comparison = {}, .operands = {}};
    negation.operands.push_back(*std::move(simple));
    return negation;
  }

  absl::StatusOr<FilterExpression> Simple(size_t depth) {
    if (Peek() != '(') return Comparison();
    Advance();
    absl::StatusOr<FilterExpression> inner = Expression(depth + 1);
    if (!inner.ok()) return inner;
    if (Peek() != ')') return Error("a ')' is missing here");
    Advance();
    return inner;
  }

  absl::StatusOr<FilterExpression> Comparison() {
    if (++comparisons_ > kMaxFilterComparisons) {
      return Error(absl::StrCat("more than ", kMaxFilterComparisons, " comparisons"));
    }
    const size_t field_at = at_;
    const std::string field = Word();
    if (field.empty()) {
      return Error("a field is expected: state, customer_id, create_time, update_time, external_reference or labels.KEY");
    }
    FilterExpression expression{.kind = Kind::kComparison, .comparison = {}, .operands = {}};
    FilterComparison& comparison = expression.comparison;
    if (!FieldNamed(field, comparison)) {
      at_ = field_at;
      return Error(absl::StrCat(Quoted(field),
                                " is not a field to filter by: use state, customer_id, create_time, update_time, "
                                "external_reference or labels.KEY"));
    }
    const size_t operator_at = at_;
    const std::optional<FilterOperator> op = Operator();
    if (!op) return Error("an operator is expected: =, !=, <, <=, >, >= or :");
    comparison.op = *op;
    const size_t value_at = at_;
    absl::StatusOr<std::string> value = Value();
    if (!value.ok()) return value.status();
    absl::Status status = SetValue(*std::move(value), field == "labels", comparison);
    if (!status.ok()) {
      at_ = status.code() == absl::StatusCode::kUnimplemented ? operator_at : value_at;
      return Error(std::string(status.message()));
    }
    return expression;
  }

  static bool FieldNamed(std::string_view name, FilterComparison& comparison) {
    if (name == "state") {
      comparison.field = FilterField::kState;
    } else if (name == "customer_id") {
      comparison.field = FilterField::kCustomerId;
    } else if (name == "create_time") {
      comparison.field = FilterField::kCreateTime;
    } else if (name == "update_time") {
      comparison.field = FilterField::kUpdateTime;
    } else if (name == "external_reference") {
      comparison.field = FilterField::kExternalReference;
    } else if (name == "labels") {
      comparison.field = FilterField::kLabel;
    } else if (name.starts_with(kLabelsPrefix) && IsLabelKey(name.substr(kLabelsPrefix.size()))) {
      comparison.field = FilterField::kLabel;
      comparison.label_key = name.substr(kLabelsPrefix.size());
    } else {
      return false;
    }
    return true;
  }

  // Fits `value` and the operator to the field. UNIMPLEMENTED: the operator is at fault, INVALID_ARGUMENT: the value.
  static absl::Status SetValue(std::string value, bool whole_map, FilterComparison& comparison) {
    const FilterOperator op = comparison.op;
    const bool is_equality =
        op == FilterOperator::kEqual || op == FilterOperator::kNotEqual || op == FilterOperator::kHas;
    if (whole_map) {
      if (op != FilterOperator::kHas) return absl::UnimplementedError("labels takes only ':', as in labels:gift");
      if (!IsLabelKey(value)) return absl::InvalidArgumentError(absl::StrCat(Quoted(value), " is not a label key"));
      comparison.label_key = std::move(value);
      comparison.value = std::string();
      return absl::OkStatus();
    }
    if (comparison.field == FilterField::kCreateTime || comparison.field == FilterField::kUpdateTime) {
      return SetTime(value, comparison);
    }
    if (!is_equality) return absl::UnimplementedError("this field takes only =, != and :; <, <=, > and >= are for times");
    if (comparison.field == FilterField::kState) {
      std::string_view name = value;
      if (name.starts_with("ORDER_STATE_")) name.remove_prefix(std::string_view("ORDER_STATE_").size());
      const std::optional<domain::OrderState> state = domain::ParseOrderState(name);
      if (!state) {
        return absl::InvalidArgumentError(absl::StrCat(Quoted(value), " is not a state, such as PENDING or CONFIRMED"));
      }
      comparison.value = *state;
    } else {
      if (value.find('\0') != std::string::npos) return absl::InvalidArgumentError("a value can't hold a NUL character");
      comparison.value = value;
    }
    const bool is_label_presence = comparison.field == FilterField::kLabel && op == FilterOperator::kHas && value == "*";
    if (op == FilterOperator::kHas && !is_label_presence) comparison.op = FilterOperator::kEqual;
    return absl::OkStatus();
  }

  static absl::Status SetTime(const std::string& value, FilterComparison& comparison) {
    absl::Time time;
    std::string error;
    // Outside these years PostgreSQL and RFC 3339 disagree with absl.
    const bool parsed = absl::ParseTime(absl::RFC3339_full, value, &time, &error);
    if (!parsed || time < absl::FromUnixSeconds(-62'135'596'800) || time > absl::FromUnixSeconds(253'402'300'799)) {
      return absl::InvalidArgumentError(
          absl::StrCat(Quoted(value), " is not a time in RFC 3339, such as 2026-01-31T00:00:00Z"));
    }
    comparison.value = time;
    if (comparison.op == FilterOperator::kHas) comparison.op = FilterOperator::kEqual;
    return absl::OkStatus();
  }

  std::optional<FilterOperator> Operator() {
    static constexpr std::pair<std::string_view, FilterOperator> kOperators[] = {
        {"!=", FilterOperator::kNotEqual},     {"<=", FilterOperator::kLessEqual}, {">=", FilterOperator::kGreaterEqual},
        {"=", FilterOperator::kEqual},         {"<", FilterOperator::kLess},       {">", FilterOperator::kGreater},
        {":", FilterOperator::kHas},
    };
    for (const auto& [text, op] : kOperators) {
      if (!text_.substr(at_).starts_with(text)) continue;
      at_ += text.size();
      SkipSpace();
      return op;
    }
    return std::nullopt;
  }

  absl::StatusOr<std::string> Value() {
    if (Peek() == '"') return QuotedValue();
    std::string value;
    while (!AtEnd() && (IsWordCharacter(text_[at_]) || text_[at_] == ':')) value += text_[at_++];
    if (value.empty()) return Error("a value is expected, such as CONFIRMED or \"text in quotes\"");
    SkipSpace();
    return value;
  }

  absl::StatusOr<std::string> QuotedValue() {
    std::string value;
    for (++at_; !AtEnd(); ++at_) {
      char c = text_[at_];
      if (c == '"') {
        Advance();
        return value;
      }
      if (c == '\\') {
        if (++at_ == text_.size()) break;
        c = text_[at_];
        if (c != '"' && c != '\\') return Error("after a backslash only \" or another backslash may stand");
      }
      value += c;
    }
    return Error("the closing \" is missing");
  }

  std::string Word() {
    std::string word;
    while (!AtEnd() && IsWordCharacter(text_[at_])) word += text_[at_++];
    SkipSpace();
    return word;
  }

  // Takes `word` if it stands here as a word of its own.
  bool TakeWord(std::string_view word) {
    const std::string_view rest = text_.substr(at_);
    if (!rest.starts_with(word)) return false;
    if (rest.size() > word.size() && !IsSpace(rest[word.size()]) && rest[word.size()] != '(') return false;
    at_ += word.size();
    SkipSpace();
    return true;
  }

  bool AtEnd() const { return at_ >= text_.size(); }
  char Peek() const { return AtEnd() ? '\0' : text_[at_]; }
  void Advance() {
    ++at_;
    SkipSpace();
  }
  void SkipSpace() {
    while (!AtEnd() && IsSpace(text_[at_])) ++at_;
  }
  absl::Status Error(std::string what) const {
    return absl::InvalidArgumentError(absl::StrCat("at character ", at_ + 1, ": ", what));
  }

  std::string_view text_;
  size_t at_ = 0;
  size_t comparisons_ = 0;
};

}  // namespace

absl::StatusOr<FilterExpression> ParseFilter(std::string_view filter) {
  if (filter.size() > kMaxFilterBytes) {
    return absl::InvalidArgumentError(
        absl::StrCat("is ", filter.size(), " bytes long; at most ", kMaxFilterBytes, " are allowed"));
  }
  if (!CountCharacters(filter)) return absl::InvalidArgumentError("is not UTF-8");
  return Parser(filter).Parse();
}

}  // namespace orders::validate
