#include "server/domain/refusal.h"

#include <algorithm>
#include <cstddef>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"

namespace orders::domain {

namespace {

constexpr char kPayloadType[] = "type.orders.v1/refusal";
// Enough to see what is wrong; the rest is in BadRequest. Status messages travel in HTTP/2 headers, which are bounded.
constexpr size_t kViolationsInMessage = 3;

absl::string_view ToAbsl(std::string_view text) { return {text.data(), text.size()}; }

// The payload: numbers of 8 bytes, lowest first; strings as their size and their bytes; maps and lists as their size
// and their entries.
class PayloadWriter {
 public:
  void Put(uint64_t number) {
    for (int shift = 0; shift < 64; shift += 8) bytes_.push_back(static_cast<char>(number >> shift & 0xff));
  }
  void Put(std::string_view text) {
    Put(uint64_t{text.size()});
    bytes_.append(text);
  }
  std::string Take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

class PayloadReader {
 public:
  explicit PayloadReader(std::string_view bytes) : rest_(bytes) {}

  // Each false once the bytes have run out.
  bool Get(uint64_t& number) {
    if (rest_.size() < 8) return false;
    number = 0;
    for (size_t i = 0; i < 8; ++i) number |= uint64_t{static_cast<unsigned char>(rest_[i])} << (8 * i);
    rest_.remove_prefix(8);
    return true;
  }
  bool Get(std::string& text) {
    uint64_t size = 0;
    if (!Get(size) || size > rest_.size()) return false;
    text.assign(rest_.substr(0, size));
    rest_.remove_prefix(size);
    return true;
  }
  bool at_end() const { return rest_.empty(); }

 private:
  std::string_view rest_;
};

std::string Encode(const Refusal& refusal) {
  PayloadWriter out;
  out.Put(static_cast<uint64_t>(refusal.reason));
  out.Put(uint64_t{refusal.metadata.size()});
  for (const auto& [key, value] : refusal.metadata) {
    out.Put(key);
    out.Put(value);
  }
  out.Put(uint64_t{refusal.violations.size()});
  for (const FieldViolation& violation : refusal.violations) {
    out.Put(violation.field);
    out.Put(violation.description);
  }
  out.Put(uint64_t{refusal.retry_after.has_value()});
  if (refusal.retry_after) out.Put(static_cast<uint64_t>(absl::ToInt64Nanoseconds(*refusal.retry_after)));
  return out.Take();
}

std::optional<Refusal> Decode(std::string_view bytes) {
  PayloadReader in(bytes);
  Refusal refusal;
  uint64_t number = 0;
  if (!in.Get(number) || number >= Reasons().size()) return std::nullopt;
  refusal.reason = static_cast<Reason>(number);

  if (!in.Get(number)) return std::nullopt;
  for (uint64_t i = 0; i < number; ++i) {
    std::string key;
    if (!in.Get(key) || !in.Get(refusal.metadata[key])) return std::nullopt;
  }
  if (!in.Get(number)) return std::nullopt;
  for (uint64_t i = 0; i < number; ++i) {
    FieldViolation& violation = refusal.violations.emplace_back();
    if (!in.Get(violation.field) || !in.Get(violation.description)) return std::nullopt;
  }
  if (!in.Get(number)) return std::nullopt;
  if (number != 0) {
    if (!in.Get(number)) return std::nullopt;
    refusal.retry_after = absl::Nanoseconds(static_cast<int64_t>(number));
  }
  return in.at_end() ? std::optional(std::move(refusal)) : std::nullopt;
}

}  // namespace

const std::vector<ReasonRow>& Reasons() {
  using enum absl::StatusCode;
  static const std::vector<ReasonRow> rows = {
      {Reason::kInvalidRequest, "INVALID_REQUEST", kInvalidArgument,
       "Fields of the request are missing or wrong; `BadRequest` names each one. Correct them before trying again."},
      {Reason::kOrderNotFound, "ORDER_NOT_FOUND", kNotFound,
       "There is no order of this name. Check the name; trying again does not help."},
      {Reason::kOrderIdTaken, "ORDER_ID_TAKEN", kAlreadyExists,
       "Another order has this `order_id`. Choose another one, or leave it empty and let the service make one."},
      {Reason::kRequestIdReused, "REQUEST_ID_REUSED", kAlreadyExists,
       "This `request_id` was used before with another request. Use a fresh one for every new request, and the same "
       "one "
       "only to repeat a request unchanged."},
      {Reason::kEtagMismatch, "ETAG_MISMATCH", kAborted,
       "The order has changed since the caller read this `etag`; metadata `current_etag` is the one it has now. Read "
       "the "
       "order again, decide anew, and send the new `etag`."},
      {Reason::kInvalidTransition, "INVALID_TRANSITION", kFailedPrecondition,
       "The order, or its payment, does not allow this in the state it is in; metadata `current_state` (and "
       "`current_payment_state`) says which, `allowed` what is possible instead."},
      {Reason::kFieldNotMutable, "FIELD_NOT_MUTABLE", kFailedPrecondition,
       "The field in metadata `field` cannot be changed in the order's `current_state`; the table of mutable fields "
       "says "
       "when it can."},
      {Reason::kQuantityExceeded, "QUANTITY_EXCEEDED", kFailedPrecondition,
       "More of the line `line_id` was `asked` to be shipped or returned than is `available`. Read the order and ask "
       "for "
       "what is left."},
      {Reason::kRefundExceedsPaid, "REFUND_EXCEEDS_PAID", kFailedPrecondition,
       "The refund `asked` for is more than what was paid and not yet refunded, which is `available`. Ask for no more "
       "than that."},
      {Reason::kTooManyConflicts, "TOO_MANY_CONFLICTS", kAborted,
       "Other callers changed the same order each time the service tried. Try again after the `RetryInfo` delay."},
      {Reason::kOverloaded, "OVERLOADED", kResourceExhausted,
       "The server has more work waiting than it can do in time, and did nothing. Try again after the `RetryInfo` "
       "delay, "
       "and more slowly."},
      {Reason::kUnavailable, "UNAVAILABLE", kUnavailable,
       "The service cannot reach its store, or is shutting down; a change may or may not have been made. Try again "
       "after "
       "the `RetryInfo` delay, with the same `request_id`."},
      {Reason::kDeadlineExceeded, "DEADLINE_EXCEEDED", kDeadlineExceeded,
       "The call's deadline passed before it was answered; a change may or may not have been made. Try again with the "
       "same "
       "`request_id` and a longer deadline."},
      {Reason::kPermissionDenied, "PERMISSION_DENIED", kPermissionDenied,
       "The caller is known but not allowed to do this. Ask the operator for the right; trying again does not help."},
      {Reason::kUnauthenticated, "UNAUTHENTICATED", kUnauthenticated,
       "The call does not prove who the caller is, or its proof has expired. Send valid credentials."},
      {Reason::kNotImplemented, "NOT_IMPLEMENTED", kUnimplemented,
       "This release does not serve the method yet. Do not try again."},
      {Reason::kInternal, "INTERNAL", kInternal,
       "The service met a fault of its own, which its log describes. Report it; for a change, trying again with the "
       "same "
       "`request_id` is safe."},
  };
  return rows;
}

const ReasonRow& RowOf(Reason reason) { return Reasons()[static_cast<size_t>(reason)]; }

absl::Status Refuse(std::string_view message, Refusal refusal) {
  absl::Status status(RowOf(refusal.reason).code, ToAbsl(message));
  status.SetPayload(kPayloadType, absl::Cord(Encode(refusal)));
  return status;
}

absl::Status RefuseInvalid(std::vector<FieldViolation> violations) {
  std::string message;
  for (size_t i = 0; i < std::min(violations.size(), kViolationsInMessage); ++i) {
    absl::StrAppend(&message, i > 0 ? "; " : "", violations[i].field, ": ", violations[i].description);
  }
  if (violations.size() > kViolationsInMessage) {
    absl::StrAppend(&message, "; and ", violations.size() - kViolationsInMessage, " more");
  }
  return Refuse(message, Refusal{Reason::kInvalidRequest, {}, std::move(violations), {}});
}

std::optional<Refusal> RefusalOf(const absl::Status& status) {
  const absl::optional<absl::Cord> payload = status.GetPayload(kPayloadType);
  if (!payload) return std::nullopt;
  return Decode(std::string(*payload));
}

}  // namespace orders::domain
