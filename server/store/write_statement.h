#ifndef ORDERS_SERVER_STORE_WRITE_STATEMENT_H_
#define ORDERS_SERVER_STORE_WRITE_STATEMENT_H_

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "server/store/connection.h"
#include "server/store/order_write.h"

// The one statement that changes orders: a batch of OrderWrites, each applied or not on its own, with their events and
// idempotency keys.
namespace orders::store {

// Writes `batch` in one transaction and commits it; the outcomes are durable when it returns. No two writes of a batch
// may have the same order or idempotency key. With `in_doubt`, some of the batch may have been committed by an earlier
// attempt whose answer was lost: such writes are recognised by their event ids and reported as kApplied. Throws what
// libpqxx throws; nothing was applied then, unless DescribeCurrentException() says kConnectionLost.
std::vector<Written> ExecuteWrites(Connection& connection, std::span<const OrderWrite* const> batch, bool in_doubt);

// The statement's parameters, one array a column; for benchmarks.
std::vector<std::string> EncodeWriteParameters(std::span<const OrderWrite* const> batch);

}  // namespace orders::store

#endif  // ORDERS_SERVER_STORE_WRITE_STATEMENT_H_
