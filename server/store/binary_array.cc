#include "server/store/binary_array.h"

#include <utility>

namespace orders::store {

namespace {

constexpr size_t kHasNullsAt = 4;
constexpr size_t kCountAt = 12;
constexpr uint32_t kNullLength = 0xffffffff;
// PostgreSQL counts time from 2000-01-01.
constexpr int64_t kPostgresEpochUnixMicros = 946'684'800'000'000;

void PutInt32(std::string& target, size_t at, uint32_t value) {
  for (size_t i = 0; i < 4; ++i) target[at + i] = static_cast<char>(value >> (24 - 8 * i));
}

}  // namespace

BinaryArray::BinaryArray(Element element) {
  AppendInt32(1);  // Dimensions.
  AppendInt32(0);  // Whether there are nulls.
  AppendInt32(static_cast<uint32_t>(element));
  AppendInt32(0);  // Elements.
  AppendInt32(1);  // Index of the first.
}

void BinaryArray::Add(std::string_view value) {
  AppendInt32(static_cast<uint32_t>(value.size()));
  encoded_.append(value);
  ++count_;
}

void BinaryArray::AddOrNull(const std::optional<std::string>& value) { value ? Add(*value) : AddNull(); }

void BinaryArray::Add(int64_t value) {
  AppendInt32(8);
  AppendInt64(static_cast<uint64_t>(value));
  ++count_;
}

void BinaryArray::Add(absl::Time value) { Add(absl::ToUnixMicros(value) - kPostgresEpochUnixMicros); }

void BinaryArray::AddOrNull(std::optional<absl::Time> value) { value ? Add(*value) : AddNull(); }

void BinaryArray::Add(const Uuid& value) {
  Add(std::string_view(reinterpret_cast<const char*>(value.octets.data()), value.octets.size()));
}

void BinaryArray::AddOrNull(const std::optional<Uuid>& value) { value ? Add(*value) : AddNull(); }

std::string BinaryArray::Take() && {
  PutInt32(encoded_, kCountAt, count_);
  return std::move(encoded_);
}

void BinaryArray::AddNull() {
  PutInt32(encoded_, kHasNullsAt, 1);
  AppendInt32(kNullLength);
  ++count_;
}

void BinaryArray::AppendInt32(uint32_t value) {
  encoded_.append(4, '\0');
  PutInt32(encoded_, encoded_.size() - 4, value);
}

void BinaryArray::AppendInt64(uint64_t value) {
  AppendInt32(static_cast<uint32_t>(value >> 32));
  AppendInt32(static_cast<uint32_t>(value));
}

}  // namespace orders::store
