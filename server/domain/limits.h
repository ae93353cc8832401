#ifndef ORDERS_SERVER_DOMAIN_LIMITS_H_
#define ORDERS_SERVER_DOMAIN_LIMITS_H_

#include <cstddef>
#include <cstdint>

#include "server/domain/money.h"

// The limits of an order. proto/orders/v1 states them to callers: change both together.
namespace orders::domain {

// A wholesale order has a few hundred lines; 500 at their longest still fit in one 1 MiB message.
inline constexpr size_t kMaxLines = 500;
inline constexpr size_t kMaxLabels = 64;
// As many as there are lines: an order may ship line by line.
inline constexpr size_t kMaxShipments = 500;
// Keeps quantity * price within 128 bits with room to add up kMaxLines of them.
inline constexpr int64_t kMaxQuantity = 1'000'000;
// Twelve times the world's yearly product in US dollars; fits numeric(24,9).
inline constexpr Money kMaxAmount = Money::FromUnits(999'999'999'999'999);

inline constexpr size_t kMaxCustomerIdChars = 128;
inline constexpr size_t kMaxProductIdChars = 128;
inline constexpr size_t kMaxLineIdChars = 64;
inline constexpr size_t kMaxDescriptionChars = 500;
inline constexpr size_t kMaxExternalReferenceChars = 128;
inline constexpr size_t kMaxLabelKeyChars = 63;
inline constexpr size_t kMaxLabelValueChars = 256;
inline constexpr size_t kMaxNoteChars = 2000;
inline constexpr size_t kMaxReasonChars = 500;
inline constexpr size_t kMaxCarrierChars = 128;
inline constexpr size_t kMaxTrackingNumberChars = 128;
inline constexpr size_t kMaxAddressFieldChars = 256;
inline constexpr size_t kMaxAddressLines = 5;
// A DNS label: ids can be used in host names, file names and URLs unescaped.
inline constexpr size_t kMaxOrderIdChars = 63;
inline constexpr size_t kMaxRequestIdChars = 128;
inline constexpr size_t kMaxCorrelationIdChars = 128;

}  // namespace orders::domain

#endif  // ORDERS_SERVER_DOMAIN_LIMITS_H_
