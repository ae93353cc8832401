#include <google/protobuf/struct.pb.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/support/byte_buffer.h>

#include <algorithm>
#include <chrono>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "client/cli/commands.h"
#include "client/cli/status_text.h"

namespace orders::cli {

namespace {

void Get(Session& session, const std::vector<std::string>& names) {
  auto stub = session.Stub();
  for (const std::string& name : names) {
    v1::GetOrderRequest request;
    request.set_name(OrderName(name));
    grpc::ClientContext context;
    session.SetDeadline(context);
    v1::Order order;
    if (session.Check(stub->GetOrder(&context, request, &order))) session.Print(order);
  }
}

struct ListOptions {
  std::string filter;
  std::string order_by;
  int page_size = 100;
  int64_t limit = 100;
};

void PrintPage(const Session& session, const std::vector<v1::Order>& orders) {
  if (session.output == OutputFormat::kTable) {
    std::cout << OrdersTable(orders);
  } else {
    for (const v1::Order& order : orders) session.Print(order);
  }
}

void List(Session& session, const ListOptions& options) {
  auto stub = session.Stub();
  v1::ListOrdersRequest request;
  request.set_filter(options.filter);
  request.set_order_by(options.order_by);
  std::vector<v1::Order> orders;
  for (int64_t left = options.limit; left > 0;) {
    request.set_page_size(static_cast<int>(std::min<int64_t>(options.page_size, left)));
    grpc::ClientContext context;
    session.SetDeadline(context);
    v1::ListOrdersResponse response;
    if (!session.Check(stub->ListOrders(&context, request, &response))) return;
    orders.insert(orders.end(), response.orders().begin(), response.orders().end());
    left -= response.orders_size();
    if (response.next_page_token().empty()) break;
    request.set_page_token(response.next_page_token());
  }
  PrintPage(session, orders);
}

void History(Session& session, const std::string& name) {
  auto stub = session.Stub();
  v1::ListOrderEventsRequest request;
  request.set_parent(OrderName(name));
  std::vector<v1::OrderEvent> events;
  do {
    grpc::ClientContext context;
    session.SetDeadline(context);
    v1::ListOrderEventsResponse response;
    if (!session.Check(stub->ListOrderEvents(&context, request, &response))) return;
    events.insert(events.end(), response.events().begin(), response.events().end());
    request.set_page_token(response.next_page_token());
  } while (!request.page_token().empty());
  if (session.output == OutputFormat::kJson) {
    for (const v1::OrderEvent& event : events) std::cout << JsonText(event);
  } else {
    std::cout << EventsTable(events);
  }
}

// grpc.health.v1.Health/Check without its generated code: the request for overall health is empty, and SERVING is
// answered as field 1 with value 1 (https://github.com/grpc/grpc/blob/master/doc/health-checking.md).
void Ping(Session& session) {
  grpc::GenericStub stub(session.Channel());
  grpc::ClientContext context;
  session.SetDeadline(context);
  grpc::CompletionQueue queue;
  grpc::ByteBuffer response;
  grpc::Status status;
  const grpc::Slice empty;
  const auto start = std::chrono::steady_clock::now();
  auto call = stub.PrepareUnaryCall(&context, "/grpc.health.v1.Health/Check", grpc::ByteBuffer(&empty, 1), &queue);
  call->StartCall();
  call->Finish(&response, &status, &queue);
  void* tag = nullptr;
  bool ok = false;
  queue.Next(&tag, &ok);
  if (!session.Check(status)) return;
  const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - start;
  std::vector<grpc::Slice> slices;
  response.Dump(&slices);
  std::string bytes;
  for (const grpc::Slice& slice : slices) bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  const bool serving = bytes == "\x08\x01";
  const std::string health = serving ? "SERVING" : "NOT_SERVING";
  if (session.output == OutputFormat::kJson) {
    google::protobuf::Struct answer;
    (*answer.mutable_fields())["address"].set_string_value(session.address);
    (*answer.mutable_fields())["health"].set_string_value(health);
    (*answer.mutable_fields())["latency_ms"].set_number_value(took.count());
    std::cout << JsonText(answer);
  } else {
    std::cout << health << " at " << session.address << ", answered in " << took.count() << " ms\n";
  }
  if (!serving) session.exit_code = kTryAgain;
}

}  // namespace

void AddReadCommands(CLI::App& app, Session& session) {
  auto names = std::make_shared<std::vector<std::string>>();
  CLI::App* get = app.add_subcommand("get", "Show orders by name");
  get->add_option("name", *names, "orders/ID or ID")->required();
  get->callback([&session, names] { Get(session, *names); });

  auto options = std::make_shared<ListOptions>();
  CLI::App* list = app.add_subcommand("list", "Show orders, newest first");
  list->add_option("--filter", options->filter, "Such as 'state = CONFIRMED AND labels.channel = web'");
  list->add_option("--order-by", options->order_by, "create_time or update_time, with ' desc' for the newest first");
  list->add_option("--page-size", options->page_size, "Orders asked for at a time")->check(CLI::Range(1, 1000));
  list->add_option("--limit", options->limit, "Orders shown at most")->check(CLI::PositiveNumber);
  list->callback([&session, options] { List(session, *options); });

  auto name = std::make_shared<std::string>();
  CLI::App* history = app.add_subcommand("history", "Show what happened to an order");
  history->add_option("name", *name, "orders/ID or ID")->required();
  history->callback([&session, name] { History(session, *name); });

  CLI::App* ping = app.add_subcommand("ping", "Ask the server for its health");
  ping->callback([&session] { Ping(session); });
}

}  // namespace orders::cli
