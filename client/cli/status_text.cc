#include "client/cli/status_text.h"

#include <google/rpc/code.pb.h>
#include <google/rpc/error_details.pb.h>

#include <map>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"

namespace orders::cli {

namespace {

// The details of a google.rpc.Status that the service sends.
struct Details {
  google::rpc::ErrorInfo info;
  google::rpc::BadRequest bad_request;
  google::rpc::RetryInfo retry;
};

Details DetailsOf(const google::rpc::Status& status) {
  Details details;
  for (const google::protobuf::Any& detail : status.details()) {
    if (detail.Is<google::rpc::ErrorInfo>()) detail.UnpackTo(&details.info);
    if (detail.Is<google::rpc::BadRequest>()) detail.UnpackTo(&details.bad_request);
    if (detail.Is<google::rpc::RetryInfo>()) detail.UnpackTo(&details.retry);
  }
  return details;
}

std::string TryAgainAdvice(const google::protobuf::Duration& delay, std::string_view request_id) {
  const absl::Duration wait = absl::Seconds(delay.seconds()) + absl::Nanoseconds(delay.nanos());
  const std::string when = wait > absl::ZeroDuration() ? absl::StrCat("in ", absl::FormatDuration(wait)) : "";
  const std::string how = request_id.empty() ? ""
                                             : absl::StrCat("with --request-id ", std::string(request_id),
                                                            ", so that the change takes effect once");
  return absl::StrCat("try again", when.empty() ? "" : " ", when, how.empty() ? "" : " ", how);
}

std::string AdviceOn(int code, const Details& details, std::string_view request_id) {
  const std::string& reason = details.info.reason();
  if (reason == "TOO_MANY_CONFLICTS") return TryAgainAdvice(details.retry.retry_delay(), request_id);
  if (reason == "ETAG_MISMATCH")
    return "read the order again (orderctl get), decide anew, and give its etag with --etag";
  if (reason == "ORDER_ID_TAKEN") return "choose another --order-id, or leave it out and let the server make one";
  if (reason == "REQUEST_ID_REUSED") return "give a new request a new --request-id, or leave it out";
  if (code == google::rpc::NOT_FOUND) return "check the name; orderctl list shows the orders there are";
  if (code == google::rpc::PERMISSION_DENIED) return "ask the operator for the right; trying again does not help";
  if (code == google::rpc::UNAUTHENTICATED) return "the server wants to know who calls: ask its operator how";
  if (code == google::rpc::INTERNAL) {
    return request_id.empty() ? "report it to the operator"
                              : absl::StrCat("report it to the operator; trying again with --request-id ",
                                             std::string(request_id), " is safe");
  }
  if (ExitCodeOf(code) == kTryAgain) return TryAgainAdvice(details.retry.retry_delay(), request_id);
  if (ExitCodeOf(code) == kConflict) return "look at the order as it is now (orderctl get), and decide anew";
  return "";
}

}  // namespace

ExitCode ExitCodeOf(int code) {
  switch (code) {
    case google::rpc::OK:
      return kOk;
    case google::rpc::INVALID_ARGUMENT:
    case google::rpc::OUT_OF_RANGE:
      return kInvalid;
    case google::rpc::NOT_FOUND:
      return kNotFound;
    case google::rpc::ALREADY_EXISTS:
    case google::rpc::ABORTED:
    case google::rpc::FAILED_PRECONDITION:
      return kConflict;
    case google::rpc::UNAVAILABLE:
    case google::rpc::DEADLINE_EXCEEDED:
    case google::rpc::RESOURCE_EXHAUSTED:
      return kTryAgain;
    case google::rpc::PERMISSION_DENIED:
    case google::rpc::UNAUTHENTICATED:
      return kDenied;
    default:
      return kOther;
  }
}

std::string ErrorText(const google::rpc::Status& status, std::string_view request_id) {
  const Details details = DetailsOf(status);
  const auto& violations = details.bad_request.field_violations();
  const std::string& reason = details.info.reason();
  std::string text = absl::StrCat("orderctl: ", google::rpc::Code_Name(static_cast<google::rpc::Code>(status.code())),
                                  reason.empty() ? "" : " (" + reason + ")", ": ",
                                  violations.empty() ? status.message() : "the request has errors", "\n");
  for (const auto& violation : violations) {
    absl::StrAppend(&text, "  ", violation.field(), violation.field().empty() ? "" : ": ", violation.description(),
                    "\n");
  }
  // A map in the order of its keys, for protobuf's own order changes from run to run.
  const std::map<std::string, std::string> metadata(details.info.metadata().begin(), details.info.metadata().end());
  for (const auto& [key, value] : metadata) absl::StrAppend(&text, "  ", key, ": ", value, "\n");
  const std::string advice = AdviceOn(status.code(), details, request_id);
  if (!advice.empty()) absl::StrAppend(&text, "  ", advice, "\n");
  return text;
}

}  // namespace orders::cli
