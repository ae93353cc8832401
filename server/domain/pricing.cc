#include "server/domain/pricing.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/domain/decide.h"
#include "server/domain/limits.h"

namespace orders::domain {

namespace {

Money AmountOf(const OrderLine& line) { return line.unit_price ? *line.unit_price * line.quantity : Money(); }

std::string LineField(size_t index, std::string_view field) {
  return absl::StrCat("order.lines[", index, "].", std::string(field));
}

void CheckLineIdsDistinct(const std::vector<OrderLine>& lines, std::vector<FieldViolation>& violations) {
  std::vector<std::pair<std::string_view, size_t>> ids;
  ids.reserve(lines.size());
  for (size_t i = 0; i < lines.size(); ++i) ids.emplace_back(lines[i].line_id, i);
  std::sort(ids.begin(), ids.end());
  for (size_t i = 1; i < ids.size(); ++i) {
    if (ids[i].first != ids[i - 1].first) continue;
    violations.push_back(
        {LineField(ids[i].second, "line_id"),
         absl::StrCat("line id '", std::string(ids[i].first), "' is already that of order.lines[", ids[i - 1].second,
                      "]; give each line its own (lines without one are numbered by "
                      "their place, from 1)")});
  }
}

}  // namespace

void PrepareLines(std::vector<OrderLine>& lines, std::vector<FieldViolation>& violations) {
  for (size_t i = 0; i < lines.size(); ++i) {
    OrderLine& line = lines[i];
    if (line.line_id.empty()) line.line_id = absl::StrCat(i + 1);
    line.quantity_shipped = 0;
    line.quantity_returned = 0;
    if (line.discount > AmountOf(line)) {
      violations.push_back(
          {LineField(i, "discount"),
           absl::StrCat("the discount of ", line.discount.ToDecimal(), " is more than the line's amount, ",
                        AmountOf(line).ToDecimal(), " (quantity * unit_price); take off that or less")});
    }
  }
  CheckLineIdsDistinct(lines, violations);
}

void CheckTotals(const Totals& totals, std::string_view field, std::vector<FieldViolation>& violations) {
  const std::pair<std::string_view, Money> named[] = {{"subtotal", totals.subtotal},
                                                      {"discount_total", totals.discount_total},
                                                      {"tax_total", totals.tax_total},
                                                      {"total", totals.total}};
  for (const auto& [name, amount] : named) {
    if (amount <= kMaxAmount) continue;
    violations.push_back(
        {std::string(field), absl::StrCat("the order's ", std::string(name), " would be ", amount.ToDecimal(),
                                          ", above the limit of ", kMaxAmount.ToDecimal(), "; split the order")});
  }
}

Totals ComputeTotals(const std::vector<OrderLine>& lines, Money shipping_fee) {
  Totals totals;
  for (const OrderLine& line : lines) {
    totals.subtotal += AmountOf(line);
    totals.discount_total += line.discount;
    totals.tax_total += line.tax;
  }
  totals.total = totals.subtotal - totals.discount_total + totals.tax_total + shipping_fee;
  return totals;
}

}  // namespace orders::domain
