#include "client/cli/status_text.h"

#include <google/rpc/code.pb.h>
#include <google/rpc/error_details.pb.h>

#include "absl/strings/str_cat.h"

namespace orders::cli {

namespace {

const char* AdviceOn(int code) {
  switch (ExitCodeOf(code)) {
    case kTryAgain:
      return "try again; give a change the same --request-id, so that it takes effect once";
    case kConflict:
      return "look at the order as it is now (orderctl get), and decide anew";
    default:
      return "";
  }
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

std::string ErrorText(const google::rpc::Status& status) {
  std::string reason;
  std::string violations;
  for (const google::protobuf::Any& detail : status.details()) {
    google::rpc::ErrorInfo info;
    google::rpc::BadRequest bad_request;
    if (detail.UnpackTo(&info)) reason = info.reason();
    if (detail.UnpackTo(&bad_request)) {
      for (const auto& violation : bad_request.field_violations()) {
        absl::StrAppend(&violations, "  ", violation.field(), ": ", violation.description(), "\n");
      }
    }
  }
  const std::string code = google::rpc::Code_Name(static_cast<google::rpc::Code>(status.code()));
  std::string text = absl::StrCat("orderctl: ", code, reason.empty() ? "" : " (" + reason + ")", ": ",
                                  violations.empty() ? status.message() : "the request has errors", "\n", violations);
  const std::string advice = AdviceOn(status.code());
  if (!advice.empty()) absl::StrAppend(&text, "  ", advice, "\n");
  return text;
}

}  // namespace orders::cli
