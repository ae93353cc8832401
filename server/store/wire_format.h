#ifndef ORDERS_SERVER_STORE_WIRE_FORMAT_H_
#define ORDERS_SERVER_STORE_WIRE_FORMAT_H_

#include <string>
#include <string_view>

namespace orders::store {

// Appends `bytes` as the length-delimited field `field` (1 to 15) of the protobuf message that `message` holds: splices
// an already serialised message into another without parsing it. Format:
// https://protobuf.dev/programming-guides/encoding/#structure
void AppendField(std::string& message, int field, std::string_view bytes);

}  // namespace orders::store

#endif  // ORDERS_SERVER_STORE_WIRE_FORMAT_H_
