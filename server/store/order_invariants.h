#ifndef ORDERS_SERVER_STORE_ORDER_INVARIANTS_H_
#define ORDERS_SERVER_STORE_ORDER_INVARIANTS_H_

#include <string>
#include <vector>

#include "server/domain/order.h"

namespace orders::store {

// What is wrong with `order` in itself: totals, quantities, shipments, refunds, state. Empty if nothing is.
std::vector<std::string> BrokenInvariants(const domain::Order& order);

}  // namespace orders::store

#endif  // ORDERS_SERVER_STORE_ORDER_INVARIANTS_H_
