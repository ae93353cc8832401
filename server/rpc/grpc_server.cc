#include "server/rpc/grpc_server.h"

#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/server_builder.h>

#include <algorithm>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "server/rpc/watch_call.h"

namespace orders::rpc {

namespace {

constexpr char kServiceName[] = "orders.v1.OrderService";
// Clients may ping idle connections this often; faster ones are cut off.
constexpr int kMinPingIntervalMs = 10'000;
// Reflection is the only synchronous service: two threads are plenty.
constexpr int kMaxSyncThreads = 2;
// What is answered when the drain's time is up needs a moment to be taken down.
constexpr absl::Duration kTakeDownTime = absl::Seconds(2);

}  // namespace

absl::StatusOr<std::unique_ptr<GrpcServer>> GrpcServer::Start(const GrpcServerOptions& options, Handlers& handlers,
                                                              telemetry::Metrics& metrics) {
  std::unique_ptr<GrpcServer> server(new GrpcServer(options, handlers, metrics));
  if (absl::Status status = server->Listen(options); !status.ok()) return status;
  return server;
}

GrpcServer::GrpcServer(const GrpcServerOptions& options, Handlers& handlers, telemetry::Metrics& metrics)
    : access_log_(options.log_sample_rate),
      host_{.service = service_,
            .handlers = handlers,
            .policy = options.policy,
            .access_log = access_log_,
            .metrics = metrics} {
  for (const Method& method : Methods()) methods_.emplace_back(method, metrics);
}

absl::Status GrpcServer::Listen(const GrpcServerOptions& options) {
  grpc::EnableDefaultHealthCheckService(true);
  grpc::reflection::InitProtoReflectionServerBuilderPlugin();
  grpc::ServerBuilder builder;
  builder.AddListeningPort(options.listen_address, grpc::InsecureServerCredentials(), &port_);
  // Two servers on one port would each get some of the calls.
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, options.max_concurrent_streams);
  builder.AddChannelArgument(GRPC_ARG_MAX_METADATA_SIZE, options.max_metadata_bytes);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, kMinPingIntervalMs);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  builder.SetMaxReceiveMessageSize(options.max_message_bytes);
  builder.SetSyncServerOption(grpc::ServerBuilder::NUM_CQS, 1);
  builder.SetSyncServerOption(grpc::ServerBuilder::MAX_POLLERS, kMaxSyncThreads);
  builder.RegisterService(&service_);
  const int queues = options.completion_queues > 0 ? options.completion_queues
                                                   : std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  for (int i = 0; i < queues; ++i) threads_.emplace_back(builder.AddCompletionQueue());

  server_ = builder.BuildAndStart();
  if (server_ == nullptr || port_ == 0) {
    for (CompletionQueueThread& thread : threads_) thread.Shutdown();
    return absl::UnavailableError(absl::StrCat("can't listen on '", options.listen_address,
                                               "': is another process there, or is it not HOST:PORT of this machine?"));
  }
  SetServing(false);
  for (CompletionQueueThread& thread : threads_) {
    for (MethodRuntime& method : methods_) {
      for (int i = 0; i < method.method().pre_posted; ++i) UnaryCall::Listen(host_, method, thread);
    }
    WatchCall::Listen(host_, thread);
    thread.Start();
  }
  return absl::OkStatus();
}

void GrpcServer::SetServing(bool serving) {
  grpc::HealthCheckServiceInterface* health = server_->GetHealthCheckService();
  health->SetServingStatus(serving);
  health->SetServingStatus(kServiceName, serving);
}

bool GrpcServer::Drain(absl::Duration timeout) {
  SetServing(false);
  const absl::Time deadline = absl::Now() + timeout;
  server_->Shutdown(absl::ToChronoTime(deadline));
  // Calls cut off at the deadline may still wait for the database.
  while (host_.in_flight.load(std::memory_order_acquire) > 0) {
    if (absl::Now() > deadline + kTakeDownTime) return false;
    absl::SleepFor(absl::Milliseconds(5));
  }
  for (CompletionQueueThread& thread : threads_) thread.Shutdown();
  return true;
}

}  // namespace orders::rpc
