#include "server/validate/fields.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/domain/limits.h"

namespace orders::validate {

namespace {

constexpr size_t kMaxQuotedCharacters = 64;
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

// Of a valid UTF-8 sequence: C1 controls (U+0080 to U+009F), line separators and marks that reorder the text around
// them (U+200E, U+200F, U+2028 to U+202E, U+2066 to U+2069), besides the ASCII controls.
bool IsUnprintable(std::string_view sequence) {
  const auto octet = [&](size_t i) { return static_cast<uint8_t>(sequence[i]); };
  if (sequence.size() == 1) return IsControl(sequence[0]);
  if (sequence.size() == 2) return octet(0) == 0xc2 && octet(1) < 0xa0;
  if (sequence.size() != 3 || octet(0) != 0xe2) return false;
  if (octet(1) == 0x80) return octet(2) == 0x8e || octet(2) == 0x8f || (octet(2) >= 0xa8 && octet(2) <= 0xae);
  return octet(1) == 0x81 && octet(2) >= 0xa6 && octet(2) <= 0xa9;
}

}  // namespace

bool IsControl(char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; }

std::string Quoted(std::string_view text) {
  std::string quoted = "'";
  for (size_t characters = 0; !text.empty() && characters < kMaxQuotedCharacters; ++characters) {
    const size_t length = std::max<size_t>(SequenceLength(text), 1);
    const std::string_view sequence = text.substr(0, length);
    if (SequenceLength(sequence) == 0 || IsUnprintable(sequence)) {
      quoted += '?';
    } else {
      quoted += sequence;
    }
    text.remove_prefix(length);
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
    Add(field, absl::StrCat(Quoted(value), " has ", *characters, " characters; at most ", most, " are allowed"));
    return false;
  }
  const bool has_control = std::any_of(value.begin(), value.end(), [control_characters](char c) {
    const bool is_layout = c == '\n' || c == '\t';
    return IsControl(c) && !(is_layout && control_characters == ControlCharacters::kLayout);
  });
  if (has_control) {
    Add(field, absl::StrCat(Quoted(value), " has control characters; ",
                            control_characters == ControlCharacters::kLayout ? "only line feeds and tabs are allowed"
                                                                             : "none are allowed here"));
  }
  return !has_control;
}

bool Violations::Range(const std::string& field, int64_t value, int64_t least, int64_t most) {
  if (value >= least && value <= most) return true;
  Add(field, absl::StrCat("is ", value, "; it must be from ", least, " to ", most));
  return false;
}

domain::Money Violations::Amount(const std::string& field, const google::type::Money& value,
                                 std::string_view currency) {
  if (!value.currency_code().empty() && !currency.empty() && value.currency_code() != currency) {
    Add(field, absl::StrCat("is in ", Quoted(value.currency_code()), ", but the order's currency_code is ",
                            Quoted(currency), ": all amounts of an order have one currency"));
  }
  if (value.nanos() <= -kNanosPerSecond || value.nanos() >= kNanosPerSecond) {
    Add(field, absl::StrCat("has nanos ", value.nanos(), "; they must be from 0 to 999999999"));
    return {};
  }
  if ((value.units() > 0 && value.nanos() < 0) || (value.units() < 0 && value.nanos() > 0)) {
    Add(field, absl::StrCat("has units ", value.units(), " and nanos ", value.nanos(),
                            ", of different signs; both must be zero or more"));
    return {};
  }
  if (value.units() < 0 || value.nanos() < 0) {
    Add(field,
        absl::StrCat("is negative (units ", value.units(), ", nanos ", value.nanos(), "); amounts are zero or more"));
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
