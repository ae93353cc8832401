#ifndef ORDERS_SERVER_STORE_LIST_SQL_H_
#define ORDERS_SERVER_STORE_LIST_SQL_H_

#include <string>
#include <vector>

#include "server/validate/requests.h"

namespace orders::store {

// A statement and its parameters in text format, $1 first. Nothing that a caller wrote is ever part of `sql`.
struct ParameterisedSql {
  std::string sql;
  std::vector<std::string> parameters;
};

// `time` as PostgreSQL reads it, to the microsecond.
std::string TimestampText(absl::Time time);

// Selects order_id, the sort time as microseconds since 1970, body and personal of one page of `request`, and of one
// order more if there is one, which tells that the page is not the last. A keyset page: where it starts costs nothing.
ParameterisedSql ListOrdersSql(const validate::ListRequest& request);

}  // namespace orders::store

#endif  // ORDERS_SERVER_STORE_LIST_SQL_H_
