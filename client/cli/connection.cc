#include "client/cli/connection.h"

#include <google/rpc/status.pb.h>

#include <chrono>
#include <iostream>
#include <random>

#include "absl/strings/str_format.h"
#include "client/cli/status_text.h"

namespace orders::cli {

std::shared_ptr<grpc::Channel> Session::Channel() {
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(-1);  // A page of long orders is more than gRPC's 4 MiB.
  return grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments);
}

void Session::SetDeadline(grpc::ClientContext& context) const {
  context.set_deadline(std::chrono::system_clock::now() +
                       std::chrono::milliseconds(static_cast<int64_t>(timeout_s * 1000)));
}

bool Session::Check(const grpc::Status& status, const std::string& request_id) {
  if (status.ok()) return true;
  google::rpc::Status details;
  if (status.error_details().empty() || !details.ParseFromString(status.error_details())) {
    details.set_code(status.error_code());
    details.set_message(status.error_message());
  }
  if (status.error_code() == grpc::StatusCode::UNAVAILABLE && details.details().empty()) {
    details.set_message("no order server answers at " + address + " (" + status.error_message() +
                        "); is it running, and is --address right?");
  }
  std::cerr << ErrorText(details, request_id);
  exit_code = ExitCodeOf(status.error_code());
  return false;
}

void Session::UsageError(const std::string& message) {
  std::cerr << "orderctl: " << message << '\n';
  exit_code = kUsage;
}

void Session::Print(const v1::Order& order) const {
  switch (output) {
    case OutputFormat::kTable:
      std::cout << OrderText(order);
      break;
    case OutputFormat::kJson:
      std::cout << JsonText(order);
      break;
    case OutputFormat::kName:
      std::cout << order.name() << '\n';
      break;
  }
}

std::string FreshRequestId() {
  std::random_device random;
  const uint32_t version = (random() & 0x0FFF) | 0x4000;
  const uint32_t variant = (random() & 0x3FFF) | 0x8000;
  return absl::StrFormat("%08x-%04x-%04x-%04x-%04x%08x", random(), random() & 0xFFFF, version, variant,
                         random() & 0xFFFF, random());
}

std::string OrderName(const std::string& name_or_id) {
  return name_or_id.starts_with("orders/") ? name_or_id : "orders/" + name_or_id;
}

}  // namespace orders::cli
