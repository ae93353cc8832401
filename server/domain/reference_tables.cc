#include "server/domain/reference_tables.h"

#include <cctype>
#include <string_view>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/domain/refusal.h"
#include "server/domain/transitions.h"

namespace orders::domain {

namespace {

std::string Code(std::string_view text) { return absl::StrCat("`", std::string(text), "`"); }

void Append(std::string_view name, std::string& list) { absl::StrAppend(&list, list.empty() ? "" : ", ", Code(name)); }

// "confirm" is made by `ConfirmOrder`.
std::string MadeBy(std::string_view verb) {
  if (verb == "expiry") return "the service, once `expire_time` has passed";
  std::string rpc(verb);
  rpc[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(rpc[0])));
  return Code(rpc + "Order");
}

std::string Row(const std::vector<std::string>& cells) {
  std::string row = "|";
  for (const std::string& cell : cells) absl::StrAppend(&row, " ", cell, " |");
  return absl::StrCat(row, "\n");
}

std::string Heading(std::string_view title, const std::vector<std::string>& columns) {
  return absl::StrCat("## ", std::string(title), "\n\n", Row(columns),
                      Row(std::vector<std::string>(columns.size(), "---")));
}

template <typename Table>
std::string TransitionRows(const Table& table) {
  std::string rows;
  for (const auto& row : table) rows += Row({Code(StateName(row.from)), MadeBy(row.verb), Code(StateName(row.to))});
  return rows;
}

template <typename State, size_t size>
std::string FinalStates(const State (&states)[size]) {
  std::string names;
  for (State state : states) {
    if (AllowedVerbs(state) == "none (final)") Append(StateName(state), names);
  }
  return absl::StrCat("\nFinal: ", names, ".\n");
}

std::string MutableFieldRows() {
  std::string rows;
  for (const MutableField& field : MutableFields()) {
    std::string states;
    for (OrderState state : field.in_states) Append(StateName(state), states);
    rows += Row({Code(field.path), states.empty() ? "every state" : states,
                 field.only_unpaid ? Code(StateName(PaymentState::kUnpaid)) : "any"});
  }
  return rows;
}

std::string ReasonRows() {
  std::string rows;
  for (const ReasonRow& row : Reasons()) {
    rows += Row({Code(row.name), Code(absl::StatusCodeToString(row.code)), std::string(row.meaning)});
  }
  return rows;
}

}  // namespace

std::string ReferenceTablesMarkdown() {
  return absl::StrCat(
      Heading("State transitions", {"From", "By", "To"}), TransitionRows(StateTransitions()),
      FinalStates(kAllOrderStates), "\n", Heading("Payment transitions", {"From", "By", "To"}),
      TransitionRows(PaymentTransitions()), FinalStates(kAllPaymentStates), "\n",
      Heading("Fields that `UpdateOrder` may change", {"Field", "While `state` is", "While `payment_state` is"}),
      MutableFieldRows(), "\n", Heading("Error reasons", {"Reason", "Code", "What happened and what to do"}),
      ReasonRows());
}

}  // namespace orders::domain
