#ifndef ORDERS_SERVER_VALIDATE_FIELDS_H_
#define ORDERS_SERVER_VALIDATE_FIELDS_H_

#include <google/protobuf/timestamp.pb.h>
#include <google/type/money.pb.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "server/domain/money.h"
#include "server/domain/refusal.h"

// The building blocks of validation: checks of single values that note what is wrong instead of stopping at it.
namespace orders::validate {

// Unix seconds of the times that google.protobuf.Timestamp and RFC 3339 can hold: 0001-01-01T00:00:00Z to
// 9999-12-31T23:59:59Z.
inline constexpr int64_t kMinSeconds = -62'135'596'800;
inline constexpr int64_t kMaxSeconds = 253'402'300'799;

// `text` as errors and logs may show it: in quotes, cut to 64 characters, with a '?' for everything that is not UTF-8,
// a control character, or one that changes the direction of the text around it.
std::string Quoted(std::string_view text);

// How many code points `text` has; nothing if it is not UTF-8.
std::optional<size_t> CountCharacters(std::string_view text);

// U+0000 to U+001F and U+007F. PostgreSQL refuses the first; the others garble logs and terminals.
bool IsControl(char c);

// Whether control characters may stand in a text: none, or '\n' and '\t' as in a note.
enum class ControlCharacters : uint8_t { kNone, kLayout };

// Collects the violations of one request.
class Violations {
 public:
  void Add(std::string field, std::string description) { found_.push_back({std::move(field), std::move(description)}); }
  bool empty() const { return found_.empty(); }
  // OK if nothing was found, else domain::RefuseInvalid() of everything.
  absl::Status ToStatus() &&;

  // Each notes a violation of `field` and returns false unless `value` is as said.

  // Valid UTF-8 of `least` to `most` characters. `least` 1 means required.
  bool Text(const std::string& field, std::string_view value, size_t least, size_t most,
            ControlCharacters control_characters = ControlCharacters::kNone);
  bool Range(const std::string& field, int64_t value, int64_t least, int64_t most);

  // Not negative, at most kMaxAmount, and in `currency`: an amount without a currency has the order's. An empty
  // `currency` is not compared: that it is missing is noted once, not for every amount.
  domain::Money Amount(const std::string& field, const google::type::Money& value, std::string_view currency);

  // A time from year 1 to 9999, cut to the microsecond.
  std::optional<absl::Time> Time(const std::string& field, const google::protobuf::Timestamp& value);

 private:
  std::vector<domain::FieldViolation> found_;
};

}  // namespace orders::validate

#endif  // ORDERS_SERVER_VALIDATE_FIELDS_H_
