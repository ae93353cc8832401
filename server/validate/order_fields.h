#ifndef ORDERS_SERVER_VALIDATE_ORDER_FIELDS_H_
#define ORDERS_SERVER_VALIDATE_ORDER_FIELDS_H_

#include <google/protobuf/field_mask.pb.h>

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "orders/v1/order.pb.h"
#include "server/domain/order.h"
#include "server/validate/fields.h"
#include "server/validate/requests.h"

// The fields of an order as a caller gives them. Each function notes in `violations` what is wrong, under the path
// `field`, and returns what it could make of the value.
namespace orders::validate {

// 1 to 63 characters, `[a-z0-9]([a-z0-9-]*[a-z0-9])?`.
bool IsOrderId(std::string_view order_id);
void CheckOrderId(const std::string& field, std::string_view order_id, Violations& violations);
// The order id in `name`, "orders/{order_id}".
std::string OrderIdOf(const std::string& field, std::string_view name, Violations& violations);
void CheckRequestId(std::string_view request_id, Violations& violations);
// An etag that can't be one of ours is shown back to the caller in errors: it must be as short and clean as ours are.
void CheckEtag(const std::string& field, std::string_view etag, Violations& violations);

std::vector<domain::OrderLine> Lines(const std::string& field,
                                     const google::protobuf::RepeatedPtrField<v1::OrderLine>& lines,
                                     std::string_view currency, Violations& violations);
std::vector<domain::LineQuantity> LineQuantities(const std::string& field,
                                                 const google::protobuf::RepeatedPtrField<v1::LineQuantity>& lines,
                                                 Violations& violations);
domain::Address ShippingAddress(const std::string& field, const v1::Address& address, Violations& violations);
std::map<std::string, std::string> Labels(const std::string& field,
                                          const google::protobuf::Map<std::string, std::string>& labels,
                                          Violations& violations);
bool IsLabelKey(std::string_view key);
std::optional<absl::Time> ExpireTime(const std::string& field, const google::protobuf::Timestamp& time, absl::Time now,
                                     Violations& violations);

// Whether an Order has a top-level field `name`.
bool IsOrderField(std::string_view name);
// Notes a mask with more paths than an Order has fields; true if it has no more.
bool CheckPathCount(const std::string& field, const google::protobuf::FieldMask& mask, Violations& violations);
// The top-level fields that a read mask selects.
FieldSelection SelectionOf(const google::protobuf::FieldMask& mask, Violations& violations);

}  // namespace orders::validate

#endif  // ORDERS_SERVER_VALIDATE_ORDER_FIELDS_H_
