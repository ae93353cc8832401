#ifndef ORDERS_SERVER_DOMAIN_REFUSAL_H_
#define ORDERS_SERVER_DOMAIN_REFUSAL_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"

// How the service says no. A refusal is an absl::Status that also carries what the caller's program needs to react: a
// reason from a closed list, details, and when to try again. rpc/ turns it into a gRPC status with google.rpc details.
namespace orders::domain {

// Every reason a caller can meet in google.rpc.ErrorInfo. Reasons() has the table, with code and meaning.
enum class Reason : uint8_t {
  kInvalidRequest,
  kOrderNotFound,
  kOrderIdTaken,
  kRequestIdReused,
  kEtagMismatch,
  kInvalidTransition,
  kFieldNotMutable,
  kQuantityExceeded,
  kRefundExceedsPaid,
  kTooManyConflicts,
  kOverloaded,
  kUnavailable,
  kDeadlineExceeded,
  kPermissionDenied,
  kUnauthenticated,
  kNotImplemented,
  kInternal,
};

struct ReasonRow {
  Reason reason;
  std::string_view name;     // As in ErrorInfo.reason.
  absl::StatusCode code;     // The gRPC code it always comes with.
  std::string_view meaning;  // One sentence for docs/api.md: what happened and what the caller can do.
};

// All reasons, in the order of the enum.
const std::vector<ReasonRow>& Reasons();
const ReasonRow& RowOf(Reason reason);

// One field of a request that is wrong, for google.rpc.BadRequest.
struct FieldViolation {
  std::string field;        // Path from the request message: "order.lines[2].quantity".
  std::string description;  // What is wrong, with the value, and what would be right.

  bool operator==(const FieldViolation&) const = default;
};

struct Refusal {
  Reason reason = Reason::kInternal;
  std::map<std::string, std::string> metadata;  // For ErrorInfo.metadata.
  std::vector<FieldViolation> violations;       // For BadRequest; only with kInvalidRequest.
  std::optional<absl::Duration> retry_after;    // For RetryInfo.

  bool operator==(const Refusal&) const = default;
};

// A status with the reason's code, `message` for people, and `refusal` attached.
absl::Status Refuse(std::string_view message, Refusal refusal);
inline absl::Status Refuse(Reason reason, std::string_view message, std::map<std::string, std::string> metadata = {}) {
  return Refuse(message, Refusal{reason, std::move(metadata), {}, {}});
}

// INVALID_ARGUMENT naming every violation; the message quotes the first few. `violations` must not be empty.
absl::Status RefuseInvalid(std::vector<FieldViolation> violations);

// What `status` was refused for; nothing if it was not made by Refuse().
std::optional<Refusal> RefusalOf(const absl::Status& status);

}  // namespace orders::domain

#endif  // ORDERS_SERVER_DOMAIN_REFUSAL_H_
