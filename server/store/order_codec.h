#ifndef ORDERS_SERVER_STORE_ORDER_CODEC_H_
#define ORDERS_SERVER_STORE_ORDER_CODEC_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "orders/v1/order.pb.h"
#include "server/domain/order.h"

// Between the order of the rules and its stored form. An order is stored as two serialised orders.v1.Order messages:
// the body without personal data, and the personal data alone. Serialised protobuf messages concatenate to their merge
// (https://protobuf.dev/programming-guides/encoding/#last-one-wins), so body + personal is the whole order.
// Thread-safe: no state.
namespace orders::store {

struct EncodedOrder {
  std::string body;
  std::string personal;  // Empty if there is none.
};

EncodedOrder EncodeOrder(const domain::Order& order);

// The reverse, from body + personal. DATA_LOSS if `bytes` is not an order.
absl::StatusOr<domain::Order> DecodeOrder(std::string_view bytes);

}  // namespace orders::store

#endif  // ORDERS_SERVER_STORE_ORDER_CODEC_H_
