#ifndef ORDERS_SERVER_STORE_BINARY_ARRAY_H_
#define ORDERS_SERVER_STORE_BINARY_ARRAY_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/time/time.h"
#include "server/store/uuid.h"

namespace orders::store {

// A one-dimensional PostgreSQL array in the binary wire format, built element by element. As a binary parameter it
// needs no quoting, no escaping and no parsing on either side. The format is that of array_send in PostgreSQL's
// src/backend/utils/adt/arrayfuncs.c; elements are those of the types' send functions.
class BinaryArray {
 public:
  // Object ids of the element types, from PostgreSQL's pg_type.dat: fixed for ever.
  enum class Element : uint32_t { kBytea = 17, kInt8 = 20, kText = 25, kTimestamptz = 1184, kUuid = 2950 };

  explicit BinaryArray(Element element);

  // For kText and kBytea.
  void Add(std::string_view value);
  void AddOrNull(const std::optional<std::string>& value);
  // For kInt8.
  void Add(int64_t value);
  // For kTimestamptz; cut to the microsecond.
  void Add(absl::Time value);
  void AddOrNull(std::optional<absl::Time> value);
  // For kUuid.
  void Add(const Uuid& value);
  void AddOrNull(const std::optional<Uuid>& value);

  // The encoded array; the BinaryArray is empty of use afterwards.
  std::string Take() &&;

 private:
  void AddNull();
  void AppendInt32(uint32_t value);
  void AppendInt64(uint64_t value);

  std::string encoded_;
  uint32_t count_ = 0;
};

}  // namespace orders::store

#endif  // ORDERS_SERVER_STORE_BINARY_ARRAY_H_
