#include "client/cli/money_text.h"

#include <algorithm>
#include <cstdint>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace orders::cli {

namespace {

constexpr size_t kNanosDigits = 9;

bool IsCurrencyCode(std::string_view text) {
  return text.size() == 3 && std::all_of(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

bool AllDigits(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

absl::StatusOr<google::type::Money> ParseMoney(std::string_view text) {
  const auto wrong = [text] {
    return absl::InvalidArgumentError(
        absl::StrCat("'", std::string(text), "' is not an amount: write it as '12.99 EUR', with at most 9 decimals"));
  };
  const size_t space = text.find(' ');
  if (space == std::string_view::npos) return wrong();
  const std::string_view number = text.substr(0, space);
  const std::string_view currency = text.substr(space + 1);
  const size_t point = number.find('.');
  const std::string_view whole = number.substr(0, point);
  const std::string_view decimals = point == std::string_view::npos ? std::string_view() : number.substr(point + 1);
  const bool has_decimals = point == std::string_view::npos || !decimals.empty();
  if (whole.empty() || !has_decimals || !AllDigits(whole) || !AllDigits(decimals) || decimals.size() > kNanosDigits ||
      !IsCurrencyCode(currency)) {
    return wrong();
  }
  google::type::Money amount;
  int64_t units = 0;
  int32_t nanos = 0;
  if (!absl::SimpleAtoi(std::string(whole), &units)) return wrong();
  std::string padded(decimals);
  padded.resize(kNanosDigits, '0');
  if (!absl::SimpleAtoi(padded, &nanos)) return wrong();
  amount.set_units(units);
  amount.set_nanos(nanos);
  amount.set_currency_code(std::string(currency));
  return amount;
}

std::string FormatMoney(const google::type::Money& amount) {
  const bool negative = amount.units() < 0 || amount.nanos() < 0;
  // Unsigned, for the lowest int64 has no positive counterpart.
  const uint64_t units = negative ? -static_cast<uint64_t>(amount.units()) : static_cast<uint64_t>(amount.units());
  std::string decimals = absl::StrFormat("%09d", negative ? -amount.nanos() : amount.nanos());
  while (decimals.size() > 2 && decimals.back() == '0') decimals.pop_back();
  return absl::StrFormat("%s%d.%s %s", negative ? "-" : "", units, decimals, amount.currency_code());
}

}  // namespace orders::cli
