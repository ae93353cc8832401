#include "server/rpc/status.h"

#include <google/rpc/error_details.pb.h>

#include <optional>
#include <string>

#include "server/domain/refusal.h"
#include "server/telemetry/log.h"

namespace orders::rpc {

namespace {

constexpr char kErrorDomain[] = "orders.v1";
// Details travel as metadata, of which clients accept 8 KiB by default; base64 takes a third more.
constexpr size_t kMaxViolationsBytes = 3000;

void AddDetails(const domain::Refusal& refusal, google::rpc::Status& out) {
  google::rpc::ErrorInfo info;
  info.set_reason(std::string(domain::RowOf(refusal.reason).name));
  info.set_domain(kErrorDomain);
  for (const auto& [key, value] : refusal.metadata) (*info.mutable_metadata())[key] = value;
  out.add_details()->PackFrom(info);

  if (!refusal.violations.empty()) {
    google::rpc::BadRequest bad_request;
    for (const domain::FieldViolation& violation : refusal.violations) {
      if (bad_request.ByteSizeLong() > kMaxViolationsBytes) {
        bad_request.add_field_violations()->set_description("and more: mend these first");
        break;
      }
      auto* entry = bad_request.add_field_violations();
      entry->set_field(violation.field);
      entry->set_description(violation.description);
    }
    out.add_details()->PackFrom(bad_request);
  }
  if (refusal.retry_after) {
    google::rpc::RetryInfo retry;
    const int64_t nanos = absl::ToInt64Nanoseconds(*refusal.retry_after);
    retry.mutable_retry_delay()->set_seconds(nanos / 1'000'000'000);
    retry.mutable_retry_delay()->set_nanos(static_cast<int32_t>(nanos % 1'000'000'000));
    out.add_details()->PackFrom(retry);
  }
}

}  // namespace

google::rpc::Status ToRpcStatus(const absl::Status& status) {
  std::optional<domain::Refusal> refusal = domain::RefusalOf(status);
  google::rpc::Status out;
  if (!refusal) {
    telemetry::LogError("unexpected_status", {{"detail", status.ToString()}});
    out.set_code(static_cast<int>(absl::StatusCode::kInternal));
    out.set_message("the server met a fault of its own; the operator's log says more");
    AddDetails({domain::Reason::kInternal, {}, {}, {}}, out);
    return out;
  }
  out.set_code(static_cast<int>(status.code()));
  out.set_message(std::string(status.message()));
  AddDetails(*refusal, out);
  return out;
}

grpc::Status ToGrpcStatus(const absl::Status& status) {
  if (status.ok()) return grpc::Status::OK;
  const google::rpc::Status rpc_status = ToRpcStatus(status);
  return grpc::Status(static_cast<grpc::StatusCode>(rpc_status.code()), rpc_status.message(),
                      rpc_status.SerializeAsString());
}

}  // namespace orders::rpc
