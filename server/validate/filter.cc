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
constexpr std::string_view kStatePrefix = "ORDER_STATE_";

// The longer ones first.
constexpr std::pair<std::string_view, FilterOperator> kOperators[] = {
    {"!=", FilterOperator::kNotEqual}, {"<=", FilterOperator::kLessEqual}, {">=", FilterOperator::kGreaterEqual},
    {"=", FilterOperator::kEqual},     {"<", FilterOperator::kLess},       {">", FilterOperator::kGreater},
    {":", FilterOperator::kHas},
};

struct Literal {
  std::string text;
  bool is_quoted = false;
};

bool IsSpace(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

// What may stand in an unquoted field name or value. A value may also hold ':', as times do.
bool IsWordCharacter(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '.' || c == '-' || c == '+' ||
         c == '*' || c == '/' || c == '@' || static_cast<unsigned char>(c) >= 0x80;
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
    if (depth > kMaxFilterDepth) return Error(absl::StrCat("nested more than ", kMaxFilterDepth, " levels deep"));
    return List(Kind::kAnd, "AND",
                [this, depth] { return List(Kind::kOr, "OR", [this, depth] { return Term(depth); }); });
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
    absl::StatusOr<std::string> name = FieldName();
    if (!name.ok()) return name.status();
    const std::string& field = *name;
    if (field.empty()) {
      return Error(
          "a field is expected: state, customer_id, create_time, update_time, external_reference or labels.KEY");
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
    const bool is_whole_map = field == "labels";
    if (std::string problem = OperatorProblem(comparison, is_whole_map); !problem.empty()) {
      at_ = operator_at;
      return Error(std::move(problem));
    }
    const size_t value_at = at_;
    absl::StatusOr<Literal> value = Value();
    if (!value.ok()) return value.status();
    if (std::string problem = SetValue(*std::move(value), is_whole_map, comparison); !problem.empty()) {
      at_ = value_at;
      return Error(std::move(problem));
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

  // What is wrong with the operator for this field; empty: nothing.
  static std::string OperatorProblem(const FilterComparison& comparison, bool is_whole_map) {
    const FilterOperator op = comparison.op;
    if (is_whole_map) return op == FilterOperator::kHas ? "" : "labels takes only ':', as in labels:gift";
    const bool is_time = comparison.field == FilterField::kCreateTime || comparison.field == FilterField::kUpdateTime;
    const bool is_equality =
        op == FilterOperator::kEqual || op == FilterOperator::kNotEqual || op == FilterOperator::kHas;
    return is_time || is_equality ? "" : "this field takes only =, != and :; <, <=, > and >= are for times";
  }

  // Gives the comparison its value. Returns what is wrong with the value; empty: nothing.
  static std::string SetValue(Literal value, bool is_whole_map, FilterComparison& comparison) {
    if (is_whole_map) {
      if (!IsLabelKey(value.text)) return Quoted(value.text) + " is not a label key";
      comparison.label_key = std::move(value.text);
      return "";
    }
    const bool is_label_presence = comparison.field == FilterField::kLabel && comparison.op == FilterOperator::kHas &&
                                   value.text == "*" && !value.is_quoted;
    if (is_label_presence) return "";
    if (comparison.op == FilterOperator::kHas) comparison.op = FilterOperator::kEqual;
    switch (comparison.field) {
      case FilterField::kState:
        return SetState(value.text, comparison);
      case FilterField::kCreateTime:
      case FilterField::kUpdateTime:
        return SetTime(value.text, comparison);
      default:
        if (!value.is_quoted && value.text.find('*') != std::string::npos) {
          return Quoted(value.text) + " has a wildcard, which is not supported; put it in quotes to match an asterisk";
        }
        comparison.value = std::move(value.text);
        return "";
    }
  }

  static std::string SetState(std::string_view value, FilterComparison& comparison) {
    std::string_view name = value;
    if (name.starts_with(kStatePrefix)) name.remove_prefix(kStatePrefix.size());
    const std::optional<domain::OrderState> state = domain::ParseOrderState(name);
    if (!state) {
      std::string problem = Quoted(value) + " is not a state; use ";
      for (domain::OrderState each : domain::kAllOrderStates) {
        absl::StrAppend(&problem, each == domain::kAllOrderStates[0] ? "" : ", ", std::string(domain::StateName(each)));
      }
      return problem;
    }
    comparison.value = *state;
    return "";
  }

  static std::string SetTime(const std::string& value, FilterComparison& comparison) {
    absl::Time time;
    std::string error;
    // Outside these years PostgreSQL and RFC 3339 disagree with absl.
    const bool parsed = absl::ParseTime(absl::RFC3339_full, value, &time, &error);
    if (!parsed || time < absl::FromUnixSeconds(kMinSeconds) || time >= absl::FromUnixSeconds(kMaxSeconds + 1)) {
      return Quoted(value) + " is not a time in RFC 3339, such as 2026-01-31T00:00:00Z";
    }
    comparison.value = absl::FromUnixMicros(absl::ToUnixMicros(time));
    return "";
  }

  // A field's name; the key of a label may stand in quotes.
  absl::StatusOr<std::string> FieldName() {
    std::string name = Word();
    if (name == kLabelsPrefix && Peek() == '"') {
      absl::StatusOr<Literal> key = QuotedValue();
      if (!key.ok()) return key.status();
      name += key->text;
    }
    SkipSpace();
    return name;
  }

  std::optional<FilterOperator> Operator() {
    for (const auto& [text, op] : kOperators) {
      if (!text_.substr(at_).starts_with(text)) continue;
      at_ += text.size();
      SkipSpace();
      return op;
    }
    return std::nullopt;
  }

  absl::StatusOr<Literal> Value() {
    if (Peek() == '"') return QuotedValue();
    const size_t start = at_;
    while (!AtEnd() && (IsWordCharacter(text_[at_]) || text_[at_] == ':')) ++at_;
    const std::string_view value = text_.substr(start, at_ - start);
    if (value.empty() || value == "AND" || value == "OR" || value == "NOT") {
      at_ = start;
      return Error("a value is expected, such as CONFIRMED or \"text in quotes\"");
    }
    SkipSpace();
    return Literal{std::string(value), false};
  }

  absl::StatusOr<Literal> QuotedValue() {
    std::string value;
    for (++at_; !AtEnd(); ++at_) {
      char c = text_[at_];
      if (c == '"') {
        Advance();
        return Literal{std::move(value), true};
      }
      if (IsControl(c)) return Error("a value can't hold control characters");
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
    const size_t before = CountCharacters(text_.substr(0, at_)).value_or(at_);
    return absl::InvalidArgumentError(absl::StrCat("at character ", before + 1, ": ", what));
  }

  std::string_view text_;
  size_t at_ = 0;
  size_t comparisons_ = 0;
};

}  // namespace

absl::StatusOr<FilterExpression> ParseFilter(std::string_view filter) {
  const std::optional<size_t> characters = CountCharacters(filter);
  if (!characters) return absl::InvalidArgumentError("is not UTF-8");
  if (*characters > kMaxFilterCharacters) {
    return absl::InvalidArgumentError(
        absl::StrCat("has ", *characters, " characters; at most ", kMaxFilterCharacters, " are allowed"));
  }
  return Parser(filter).Parse();
}

}  // namespace orders::validate
