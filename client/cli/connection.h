#ifndef ORDERS_CLIENT_CLI_CONNECTION_H_
#define ORDERS_CLIENT_CLI_CONNECTION_H_

#include <grpcpp/grpcpp.h>

#include <memory>
#include <string>

#include "client/cli/order_text.h"
#include "orders/v1/order_service.grpc.pb.h"

namespace orders::cli {

// What every command has: the flags that stand before or after it, and the way to the server.
struct Session {
  std::string address = "localhost:50051";
  double timeout_s = 10;
  OutputFormat output = OutputFormat::kTable;
  int exit_code = 0;

  std::shared_ptr<grpc::Channel> Channel();
  std::unique_ptr<v1::OrderService::Stub> Stub() { return v1::OrderService::NewStub(Channel()); }
  void SetDeadline(grpc::ClientContext& context) const;

  // Says what went wrong on standard error and sets the exit code; true if nothing did. `request_id` is the change's,
  // empty for a call that changes nothing.
  bool Check(const grpc::Status& status, const std::string& request_id = "");
  // The same for a mistake on the command line.
  void UsageError(const std::string& message);
  // Prints an order as asked for.
  void Print(const v1::Order& order) const;
};

// A random UUID, for a change that came without a request id.
std::string FreshRequestId();

// "orders/ID" for either "orders/ID" or "ID".
std::string OrderName(const std::string& name_or_id);

}  // namespace orders::cli

#endif  // ORDERS_CLIENT_CLI_CONNECTION_H_
