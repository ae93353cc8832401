#ifndef ORDERS_SERVER_STORE_VERIFIER_H_
#define ORDERS_SERVER_STORE_VERIFIER_H_

#include <cstdint>
#include <functional>
#include <string>

#include "absl/status/statusor.h"

namespace orders::store {

struct VerifyReport {
  int64_t orders = 0;
  int64_t events = 0;
  int64_t idempotency_keys = 0;
  int64_t violations = 0;
};

// Proves the invariants of everything stored, on one snapshot, while the service runs:
//  - each order's body agrees with its columns, its totals are those of its lines, and its quantities and shipments
//  agree
//    with each other and with its state;
//  - each order has exactly one event for every version, positions growing with versions, and the last one holds the
//    order as stored; no event is without its order;
//  - personal data is in its own column alone;
//  - each idempotency key stands for an order that exists.
// Calls `on_violation` with one line for each breach, and `on_progress` after every page of orders.
absl::StatusOr<VerifyReport> Verify(const std::string& url,
                                    const std::function<void(const std::string& violation)>& on_violation,
                                    const std::function<void(const VerifyReport& so_far)>& on_progress);

}  // namespace orders::store

#endif  // ORDERS_SERVER_STORE_VERIFIER_H_
