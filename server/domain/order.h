#ifndef ORDERS_SERVER_DOMAIN_ORDER_H_
#define ORDERS_SERVER_DOMAIN_ORDER_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "server/domain/money.h"

// The order as the rules see it. Plain values: copy, compare and destroy them freely; no member refers to anything
// outside. What each field means and its limits: proto/orders/v1/order.proto.
namespace orders::domain {

// Numbered as orders.v1.OrderState.
enum class OrderState : uint8_t {
  kPending = 1,
  kConfirmed = 2,
  kPartiallyShipped = 3,
  kShipped = 4,
  kDelivered = 5,
  kRejected = 6,
  kExpired = 7,
  kCancelled = 8,
  kPartiallyReturned = 9,
  kReturned = 10,
};
inline constexpr OrderState kAllOrderStates[] = {
    OrderState::kPending,           OrderState::kConfirmed, OrderState::kPartiallyShipped, OrderState::kShipped,
    OrderState::kDelivered,         OrderState::kRejected,  OrderState::kExpired,          OrderState::kCancelled,
    OrderState::kPartiallyReturned, OrderState::kReturned,
};

// Numbered as orders.v1.PaymentState.
enum class PaymentState : uint8_t {
  kUnpaid = 1,
  kAuthorized = 2,
  kCaptured = 3,
  kPartiallyRefunded = 4,
  kRefunded = 5,
  kVoided = 6,
};
inline constexpr PaymentState kAllPaymentStates[] = {
    PaymentState::kUnpaid,   PaymentState::kAuthorized, PaymentState::kCaptured, PaymentState::kPartiallyRefunded,
    PaymentState::kRefunded, PaymentState::kVoided,
};

// "PENDING", "PARTIALLY_SHIPPED" ...: as filters, SQL and people write them.
std::string_view StateName(OrderState state);
std::string_view StateName(PaymentState state);
std::optional<OrderState> ParseOrderState(std::string_view name);
std::optional<PaymentState> ParsePaymentState(std::string_view name);

struct OrderLine {
  std::string line_id;
  std::string product_id;
  std::string description;
  int64_t quantity = 0;
  std::optional<Money> unit_price;
  Money discount;
  Money tax;
  int64_t quantity_shipped = 0;
  int64_t quantity_returned = 0;

  bool operator==(const OrderLine&) const = default;
};

struct LineQuantity {
  std::string line_id;
  int64_t quantity = 0;

  bool operator==(const LineQuantity&) const = default;
};

struct Shipment {
  std::string shipment_id;
  std::vector<LineQuantity> lines;
  std::string carrier;
  std::string tracking_number;
  absl::Time ship_time;

  bool operator==(const Shipment&) const = default;
};

struct Address {
  std::string recipient;
  std::vector<std::string> address_lines;
  std::string locality;
  std::string administrative_area;
  std::string postal_code;
  std::string region_code;
  std::string phone;

  bool operator==(const Address&) const = default;
};

// The service computes these; see order.proto.
struct Totals {
  Money subtotal;
  Money discount_total;
  Money tax_total;
  Money total;

  bool operator==(const Totals&) const = default;
};

struct Order {
  std::string order_id;
  std::string customer_id;
  std::vector<OrderLine> lines;
  std::string currency_code;
  Money shipping_fee;
  Totals totals;
  Money refunded_total;
  OrderState state = OrderState::kPending;
  PaymentState payment_state = PaymentState::kUnpaid;
  std::vector<Shipment> shipments;
  std::optional<Address> shipping_address;  // Personal data.
  std::string external_reference;
  std::map<std::string, std::string> labels;
  std::string note;  // Personal data.
  std::string state_reason;
  int64_t version = 0;
  absl::Time create_time;
  absl::Time update_time;
  std::optional<absl::Time> expire_time;

  bool operator==(const Order&) const = default;
};

// The etag of an order at `version`.
std::string EtagOf(int64_t version);

}  // namespace orders::domain

#endif  // ORDERS_SERVER_DOMAIN_ORDER_H_
