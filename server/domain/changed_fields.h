#ifndef ORDERS_SERVER_DOMAIN_CHANGED_FIELDS_H_
#define ORDERS_SERVER_DOMAIN_CHANGED_FIELDS_H_

#include <string>
#include <vector>

#include "server/domain/order.h"

namespace orders::domain {

// The top-level fields of orders.v1.Order that differ, sorted; without `version`, `etag` and `update_time`, which every
// change moves on.
std::vector<std::string> ChangedFields(const Order& before, const Order& after);

// The fields of a new order that hold something, sorted; without the same three.
std::vector<std::string> SetFields(const Order& order);

}  // namespace orders::domain

#endif  // ORDERS_SERVER_DOMAIN_CHANGED_FIELDS_H_
