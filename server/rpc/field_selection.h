#ifndef ORDERS_SERVER_RPC_FIELD_SELECTION_H_
#define ORDERS_SERVER_RPC_FIELD_SELECTION_H_

#include <string>

#include "server/validate/requests.h"

namespace orders::rpc {

// The serialised order with only the selected top-level fields.
std::string SelectFields(std::string order, const validate::FieldSelection& fields);

}  // namespace orders::rpc

#endif  // ORDERS_SERVER_RPC_FIELD_SELECTION_H_
