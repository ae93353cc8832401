#ifndef ORDERS_SERVER_STORE_ORDER_WRITE_H_
#define ORDERS_SERVER_STORE_ORDER_WRITE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/time/time.h"
#include "server/domain/decide.h"
#include "server/store/order_codec.h"
#include "server/store/uuid.h"

namespace orders::store {

// Who asked for a change: recorded in its event.
struct Origin {
  std::string actor;
  std::string request_id;
  std::string correlation_id;
  std::string traceparent;
};

// The idempotency key of a call and what it stands for.
struct IdempotencyKey {
  Uuid key;          // Of caller and request id.
  Uuid fingerprint;  // Of method and request.
};

// One order at its next version, with the event that made it, encoded for the database: what one operation of a write
// batch stores. Applied only if the version before it is the stored one (version 1: if there is no such order).
struct OrderWrite {
  std::string order_id;
  int64_t version = 0;
  std::string_view state;
  std::string_view payment_state;
  std::string customer_id;
  std::string currency_code;
  std::string subtotal;
  std::string discount_total;
  std::string tax_total;
  std::string shipping_fee;
  std::string total;
  std::string refunded_total;
  std::optional<std::string> external_reference;
  std::optional<std::string> labels_json;
  absl::Time create_time;
  absl::Time update_time;
  std::optional<absl::Time> expire_time;
  EncodedOrder encoded;

  Uuid event_id;
  std::string_view event_type;
  std::string event_payload;

  std::optional<IdempotencyKey> idempotency;
};

// How one write of a batch ended, if no error befell it.
enum class Written : uint8_t {
  kApplied,       // Durable.
  kKeyTaken,      // Its idempotency key took effect before: nothing was changed.
  kVersionTaken,  // The order is not at the version that the write was decided on: nothing was changed.
};

// Encodes a decision that changes something.
OrderWrite EncodeWrite(const domain::Decision& decision, const Origin& origin,
                       const std::optional<IdempotencyKey>& idempotency);

}  // namespace orders::store

#endif  // ORDERS_SERVER_STORE_ORDER_WRITE_H_
