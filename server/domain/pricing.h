#ifndef ORDERS_SERVER_DOMAIN_PRICING_H_
#define ORDERS_SERVER_DOMAIN_PRICING_H_

#include <vector>

#include "server/domain/order.h"
#include "server/domain/refusal.h"

// Lines and totals of an order about to be created or given new lines.
namespace orders::domain {

// Numbers the lines that have no id by their place, "1", "2", ..., and starts them with nothing shipped or returned.
// Adds to `violations` each id used twice and each discount above its line's amount.
void PrepareLines(std::vector<OrderLine>& lines, std::vector<FieldViolation>& violations);

// Adds to `violations`, blaming `field`, each of `totals` that is beyond kMaxAmount.
void CheckTotals(const Totals& totals, std::string_view field, std::vector<FieldViolation>& violations);

}  // namespace orders::domain

#endif  // ORDERS_SERVER_DOMAIN_PRICING_H_
