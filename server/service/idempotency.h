#ifndef ORDERS_SERVER_SERVICE_IDEMPOTENCY_H_
#define ORDERS_SERVER_SERVICE_IDEMPOTENCY_H_

#include <google/protobuf/message.h>

#include <optional>
#include <string_view>

#include "server/store/order_write.h"

namespace orders::service {

// What identifies a call for idempotency: nothing if it has no request id. The key is of caller and request id, so one
// caller's ids never meet another's. The fingerprint is of the method and everything in `request`, serialised
// deterministically: two requests with equal fields have equal fingerprints, whichever client encoded them.
std::optional<store::IdempotencyKey> IdempotencyKeyOf(std::string_view caller, std::string_view method,
                                                      std::string_view request_id,
                                                      const google::protobuf::Message& request);

}  // namespace orders::service

#endif  // ORDERS_SERVER_SERVICE_IDEMPOTENCY_H_
