#include "server/validate/fields.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/domain/limits.h"

namespace orders::validate {

namespace {

constexpr size_t kMaxQuotedBytes = 64;
// google.protobuf.Timestamp: 0001-01-01T00:00:00Z to 9999-12-31T23:59:59Z.
constexpr int64_t kMinSeconds = -62'135'596'800;
constexpr int64_t kMaxSeconds = 253'402'300'799;
constexpr int32_t kNanosPerSecond = 1'000'000'000;

// Length of the UTF-8 sequence at the front of `text`, 0 if there is none (RFC 3629, section 4).
size_t SequenceLength(std::string_view text) {
  const auto octet = [&](size_t i) { return i < text.size() ? static_cast<uint8_t>(text[i]) : 0; };
  const auto continues = [&](size_t i) { return (octet(i) & 0xc0) == 0x80; };
  const int first = octet(0);
  if (first < 0x80) return 1;
  if (first >= 0xc2 && first <= 0xdf) return continues(1) ? 2 : 0;
  if (first >= 0xe0 && first <= 0xef) {
    if (first == 0xe0 && octet(1) < 0xa0) return 0;  // Overlong.
    if (first == 0xed && octet(1) > 0x9f) return 0;  // Surrogates.
    return continues(1) && continues(2) ? 3 : 0;
  }
  if (first >= 0xf0 && first <= 0xf4) {
    if (first == 0xf0 && octet(1) < 0x90) return 0;
    if (first == 0xf4 && octet(1) > 0x8f) return 0;
    return continues(1) && continues(2) && continues(3) ? 4 : 0;
  }
  return 0;
}

bool IsControl(char c) { return (c >= 0 && c < ' ') || c == '\x7f'; }

}  // namespace

std::string Quoted(std::string_view text) {
  std::string quoted = "'";
  while (!text.empty() && quoted.size() < kMaxQuotedBytes) {
    const size_t length = SequenceLength(text);
    if (length == 0 || IsControl(text.front())) {
      quoted += '?';
      text.remove_prefix(1);
    } else {
      quoted += text.substr(0, length);
      text.remove_prefix(length);
    }
  }
  return quoted + (text.empty() ? "'" : "...'");
}

std::optional<size_t> CountCharacters(std::string_view text) {
  size_t characters = 0;
  while (!text.empty()) {
    const size_t length = SequenceLength(text);
    if (length == 0) return std::nullopt;
    text.remove_prefix(length);
    ++characters;
  }
  return characters;
}

absl::Status Violations::ToStatus() && {
  return found_.empty() ? absl::OkStatus() : domain::RefuseInvalid(std::move(found_));
}

bool Violations::Text(const std::string& field, std::string_view value, size_t least, size_t most,
                      ControlCharacters control_characters) {
  if (value.empty() && least == 0) return true;
  if (value.empty()) {
    Add(field, absl::StrCat("is required: give 1 to ", most, " characters"));
    return false;
  }
  const std::optional<size_t> characters = CountCharacters(value);
  if (!characters) {
    Add(field, absl::StrCat(Quoted(value), " is not UTF-8"));
    return false;
  }
  if (*characters < least || *characters > most) {
    Add(field, absl::StrCat("has ", *characters, " characters; at most ", most, " are allowed"));
    return false;
  }
  const bool has_control = std::any_of(value.begin(), value.end(), [control_characters](char c) {
    const bool is_layout = c == '\n' || c == '\r' || c == '\t';
    return IsControl(c) && !(is_layout && control_characters == ControlCharacters::kLayout);
  });
  if (has_control) Add(field, absl::StrCat(Quoted(value), " has control characters, which are not allowed here"));
  return !has_control;
}

bool Violations::Range(const std::string& field, int64_t value, int64_t least, int64_t most) {
  if (value >= least && value <= most) return true;
  Add(field, absl::StrCat("is ", value, "; it must be from ", least, " to ", most));
  return false;
}

domain::Money Violations::Amount(const std::string& field, const google::type::Money& value,
                                 std::string_view currency) {
  if (!value.currency_code().empty() && value.currency_code() != currency) {
    Add(field, absl::StrCat("is in ", Quoted(value.currency_code()), ", but the order's currency_code is ",
                            Quoted(currency), ": all amounts of an order have one currency"));
  }
  if (value.nanos() <= -kNanosPerSecond || value.nanos() >= kNanosPerSecond) {
    Add(field, absl::StrCat("has nanos ", value.nanos(), "; they must be from 0 to 999999999"));
    return {};
  }
  if (value.units() < 0 || value.nanos() < 0) {
    Add(field, absl::StrCat("is negative (units ", value.units(), ", nanos ", value.nanos(), "); amounts are zero or more"));
    return {};
  }
  const domain::Money amount = domain::Money::FromUnits(value.units(), value.nanos());
  if (amount > domain::kMaxAmount) {
    Add(field, absl::StrCat("is ", amount.ToDecimal(), "; at most ", domain::kMaxAmount.ToDecimal(), " is allowed"));
    return {};
  }
  return amount;
}

std::optional<absl::Time> Violations::Time(const std::string& field, const google::protobuf::Timestamp& value) {
  if (value.seconds() < kMinSeconds || value.seconds() > kMaxSeconds || value.nanos() < 0 ||
      value.nanos() >= kNanosPerSecond) {
    Add(field, absl::StrCat("has seconds ", value.seconds(), " and nanos ", value.nanos(),
                            ", which is no time from year 1 to 9999"));
    return std::nullopt;
  }
  return absl::FromUnixMicros(value.seconds() * 1'000'000 + value.nanos() / 1000);
}

}  // namespace orders::validate
