#include "tests/bench/order_bench/echo_server.h"

#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server_builder.h>
#include <signal.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <deque>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "orders/v1/order_service.grpc.pb.h"

namespace orders::bench {
namespace {

using EchoService = v1::OrderService::WithRawMethod_CreateOrder<v1::OrderService::WithRawMethod_BatchCreateOrders<
    v1::OrderService::WithRawMethod_GetOrder<v1::OrderService::Service>>>;
using Responder = grpc::ServerAsyncResponseWriter<grpc::ByteBuffer>;

constexpr int kCallsPostedPerMethod = 256;

grpc::ByteBuffer ToByteBuffer(const std::string& bytes) {
  const grpc::Slice slice(bytes.data(), bytes.size());
  return {&slice, 1};
}

// Makes answers; one a thread.
class Answers {
 public:
  explicit Answers(OrderShape shape)
      : order_(SampleCreatedOrder(shape)), one_(ToByteBuffer(order_.SerializeAsString())) {}

  const grpc::ByteBuffer& One(const grpc::ByteBuffer&) { return one_; }

  // As many orders as the request has.
  const grpc::ByteBuffer& Batch(const grpc::ByteBuffer& request) {
    grpc::Slice slice;
    if (!request.DumpToSingleSlice(&slice).ok()) return batch_;
    const int orders = CountFirstField({reinterpret_cast<const char*>(slice.begin()), slice.size()});
    if (orders == batch_size_) return batch_;
    v1::BatchCreateOrdersResponse response;
    for (int i = 0; i < orders; ++i) *response.add_results()->mutable_order() = order_;
    batch_ = ToByteBuffer(response.SerializeAsString());
    batch_size_ = orders;
    return batch_;
  }

 private:
  const v1::Order order_;
  const grpc::ByteBuffer one_;
  grpc::ByteBuffer batch_;
  int batch_size_ = 0;
};

struct Method {
  void (EchoService::*request)(grpc::ServerContext*, grpc::ByteBuffer*, Responder*, grpc::CompletionQueue*,
                               grpc::ServerCompletionQueue*, void*);
  const grpc::ByteBuffer& (Answers::*answer)(const grpc::ByteBuffer&);
};

constexpr Method kMethods[] = {{&EchoService::RequestCreateOrder, &Answers::One},
                               {&EchoService::RequestBatchCreateOrders, &Answers::Batch},
                               {&EchoService::RequestGetOrder, &Answers::One}};

// A posted call: waits for a request, answers it, and waits again.
class EchoCall {
 public:
  EchoCall(EchoService& service, const Method& method, grpc::ServerCompletionQueue& queue)
      : service_(service), method_(method), queue_(queue) {
    Wait();
  }
  EchoCall(const EchoCall&) = delete;
  EchoCall& operator=(const EchoCall&) = delete;

  void Proceed(bool ok, Answers& answers) {
    if (answering_) {
      Wait();
    } else if (ok) {
      answering_ = true;
      incoming_->responder.Finish((answers.*method_.answer)(incoming_->request), grpc::Status::OK, this);
    }
  }

 private:
  struct Incoming {
    grpc::ServerContext context;
    grpc::ByteBuffer request;
    Responder responder{&context};
  };

  void Wait() {
    answering_ = false;
    incoming_.emplace();
    (service_.*method_.request)(&incoming_->context, &incoming_->request, &incoming_->responder, &queue_, &queue_,
                                this);
  }

  EchoService& service_;
  const Method& method_;
  grpc::ServerCompletionQueue& queue_;
  std::optional<Incoming> incoming_;
  bool answering_ = false;
};

void Serve(EchoService& service, OrderShape shape, grpc::ServerCompletionQueue& queue) {
  Answers answers(shape);
  std::deque<EchoCall> calls;
  for (const Method& method : kMethods) {
    for (int i = 0; i < kCallsPostedPerMethod; ++i) calls.emplace_back(service, method, queue);
  }
  void* tag = nullptr;
  bool ok = false;
  while (queue.Next(&tag, &ok)) static_cast<EchoCall*>(tag)->Proceed(ok, answers);
}

sigset_t BlockStopSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return signals;
}

}  // namespace

absl::Status ServeEcho(const std::string& listen_address, OrderShape shape) {
  const sigset_t stop_signals = BlockStopSignals();
  EchoService service;
  grpc::ServerBuilder builder;
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);  // Two servers on one port would share its calls.
  builder.AddChannelArgument(GRPC_ARG_ENABLE_CHANNELZ, 0);
  builder.AddListeningPort(listen_address, grpc::InsecureServerCredentials());
  builder.RegisterService(&service);
  std::vector<std::unique_ptr<grpc::ServerCompletionQueue>> queues;
  for (unsigned i = 0; i < std::max(1U, std::thread::hardware_concurrency()); ++i) {
    queues.push_back(builder.AddCompletionQueue());
  }
  const std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  if (server == nullptr) {
    return absl::UnavailableError(absl::StrCat("cannot listen on ", listen_address, "; is the port taken?"));
  }
  std::vector<std::jthread> threads;
  for (const auto& queue : queues) {
    threads.emplace_back([&service, shape, &queue] { Serve(service, shape, *queue); });
  }
  std::fprintf(stderr, "echo: serving on %s\n", listen_address.c_str());

  int signal = 0;
  sigwait(&stop_signals, &signal);
  server->Shutdown(std::chrono::system_clock::now());
  for (const auto& queue : queues) queue->Shutdown();
  return absl::OkStatus();
}

}  // namespace orders::bench
