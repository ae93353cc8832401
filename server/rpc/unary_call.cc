#include "server/rpc/unary_call.h"

#include <algorithm>

#include "absl/time/clock.h"
#include "server/domain/limits.h"
#include "server/rpc/caller_identity.h"
#include "server/rpc/status.h"

namespace orders::rpc {

namespace {

// As gRPC spells them, in the order of their numbers (grpc/status.h).
constexpr std::array<const char*, 17> kCodeNames = {
    "OK",        "CANCELLED",      "UNKNOWN",           "INVALID_ARGUMENT",   "DEADLINE_EXCEEDED",
    "NOT_FOUND", "ALREADY_EXISTS", "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION",
    "ABORTED",   "OUT_OF_RANGE",   "UNIMPLEMENTED",     "INTERNAL",           "UNAVAILABLE",
    "DATA_LOSS", "UNAUTHENTICATED"};

grpc::ByteBuffer ToByteBuffer(const std::string& bytes) {
  const grpc::Slice slice(bytes);
  return grpc::ByteBuffer(&slice, 1);
}

}  // namespace

MethodRuntime::MethodRuntime(const Method& method, telemetry::Metrics& metrics)
    : method_(method), metrics_(metrics), method_metrics_(metrics.ForMethod(method.name)) {}

void MethodRuntime::Record(grpc::StatusCode code, std::chrono::steady_clock::duration duration) {
  method_metrics_.seconds->Observe(std::chrono::duration<double>(duration).count());
  std::atomic<prometheus::Counter*>& counter = requests_[static_cast<size_t>(code)];
  prometheus::Counter* known = counter.load(std::memory_order_acquire);
  if (known == nullptr) {
    known = &metrics_.Requests(method_.name, kCodeNames[static_cast<size_t>(code)]);
    counter.store(known, std::memory_order_release);
  }
  known->Increment();
}

void UnaryCall::Listen(CallHost& host, MethodRuntime& method, CompletionQueueThread& thread) {
  new UnaryCall(host, method, thread);
}

UnaryCall::UnaryCall(CallHost& host, MethodRuntime& method, CompletionQueueThread& thread)
    : host_(host),
      method_(method),
      thread_(thread),
      responder_(&context_),
      received_(this),
      finished_(this),
      done_(this) {
  context_.AsyncNotifyWhenDone(static_cast<CompletionEvent*>(&done_));
  method_.method().request(host_.service, &context_, &request_, &responder_, thread_.queue(),
                           static_cast<CompletionEvent*>(&received_));
}

void UnaryCall::OnReceived(bool ok) {
  if (!ok) {  // The server shuts down; gRPC reports nothing further about a call that never came.
    delete this;
    return;
  }
  received_at_ = std::chrono::steady_clock::now();
  host_.in_flight.fetch_add(1, std::memory_order_relaxed);
  host_.metrics.requests_in_flight().Increment();
  Listen(host_, method_, thread_);
  Handle();
}

void UnaryCall::OnFinished(bool /*ok*/) { DeleteAfterBothEnds(); }

void UnaryCall::OnDone(bool /*ok*/) {
  if (context_.IsCancelled()) cancelled_.store(true, std::memory_order_relaxed);
  DeleteAfterBothEnds();
}

void UnaryCall::DeleteAfterBothEnds() {
  if (--ends_left_ > 0) return;
  host_.metrics.requests_in_flight().Decrement();
  host_.in_flight.fetch_sub(1, std::memory_order_release);
  delete this;
}

async::Detached UnaryCall::Handle() {
  const service::Call call = Admit();
  const absl::StatusOr<std::string> reply = co_await method_.method().handle(host_.handlers, call, &request_);
  Answer(reply, call);
}

service::Call UnaryCall::Admit() {
  service::Call call;
  call.caller = CallerIdentity(context_, host_.policy.caller_metadata_key);
  call.correlation_id = PrintableMetadata(context_, "x-correlation-id", domain::kMaxCorrelationIdChars);
  call.traceparent = PrintableMetadata(context_, "traceparent", domain::kMaxCorrelationIdChars);
  const absl::Time now = absl::Now();
  const bool has_deadline = context_.deadline() != std::chrono::system_clock::time_point::max();
  call.limits.deadline = has_deadline ? std::min(absl::FromChrono(context_.deadline()), now + host_.policy.max_deadline)
                                      : now + host_.policy.default_deadline;
  call.limits.cancelled = &cancelled_;
  return call;
}

void UnaryCall::Answer(const absl::StatusOr<std::string>& reply, const service::Call& call) {
  const grpc::Status status = ToGrpcStatus(reply.status());
  const auto duration = std::chrono::steady_clock::now() - received_at_;
  method_.Record(status.error_code(), duration);
  host_.access_log.Write({.method = method_.method().name,
                          .code = kCodeNames[static_cast<size_t>(status.error_code())],
                          .duration = absl::FromChrono(duration),
                          .caller = call.caller,
                          .correlation_id = call.correlation_id,
                          .traceparent = call.traceparent,
                          .message = status.error_message()});
  if (status.ok()) {
    responder_.Finish(ToByteBuffer(*reply), status, static_cast<CompletionEvent*>(&finished_));
  } else {
    responder_.FinishWithError(status, static_cast<CompletionEvent*>(&finished_));
  }
}

}  // namespace orders::rpc
