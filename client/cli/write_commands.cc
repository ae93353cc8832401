#include <iostream>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "client/cli/commands.h"
#include "client/cli/money_text.h"
#include "client/cli/order_input.h"
#include "client/cli/status_text.h"

namespace orders::cli {

namespace {

using Stub = v1::OrderService::Stub;

struct OrderOptions {
  std::string customer;
  std::string currency;
  std::vector<std::string> lines;
  std::string shipping_fee;
  std::vector<std::string> labels;
  std::string external_reference;
  std::string note;
  std::string payment_state;
  std::string order_id;
  std::string request_id;
  std::string etag;
  std::string file;
  bool dry_run = false;
};

absl::StatusOr<v1::Order> BuildOrder(const OrderOptions& options) {
  v1::Order order;
  if (!options.file.empty()) {
    absl::StatusOr<std::string> json = ReadFile(options.file);
    if (!json.ok()) return json.status();
    absl::StatusOr<v1::Order> read = ParseOrderJson(*json);
    if (!read.ok()) return read.status();
    order = *std::move(read);
  }
  if (!options.customer.empty()) order.set_customer_id(options.customer);
  if (!options.currency.empty()) order.set_currency_code(options.currency);
  for (const std::string& text : options.lines) {
    absl::StatusOr<v1::OrderLine> line = ParseLine(text);
    if (!line.ok()) return line.status();
    *order.add_lines() = *std::move(line);
  }
  if (!options.shipping_fee.empty()) {
    absl::StatusOr<google::type::Money> fee = ParseMoney(options.shipping_fee);
    if (!fee.ok()) return fee.status();
    *order.mutable_shipping_fee() = *std::move(fee);
  }
  for (const std::string& text : options.labels) {
    auto label = ParseLabel(text);
    if (!label.ok()) return label.status();
    (*order.mutable_labels())[label->first] = label->second;
  }
  if (!options.external_reference.empty()) order.set_external_reference(options.external_reference);
  if (!options.note.empty()) order.set_note(options.note);
  return order;
}

void Create(Session& session, const OrderOptions& options) {
  absl::StatusOr<v1::Order> order = BuildOrder(options);
  if (!order.ok()) return session.UsageError(std::string(order.status().message()));
  v1::CreateOrderRequest request;
  *request.mutable_order() = *std::move(order);
  request.set_order_id(options.order_id);
  request.set_request_id(options.request_id.empty() ? FreshRequestId() : options.request_id);
  request.set_validate_only(options.dry_run);
  grpc::ClientContext context;
  session.SetDeadline(context);
  v1::Order created;
  if (session.Check(session.Stub()->CreateOrder(&context, request, &created), request.request_id()))
    session.Print(created);
}

// The part of a file that goes to the server in one call.
struct Batch {
  v1::BatchCreateOrdersRequest request;
  std::vector<int> line_numbers;  // Of the file, one per request.
};

// Each failed order is reported with its line. False if the call as a whole failed.
bool CreateBatch(Session& session, Stub& stub, const Batch& batch, const std::string& request_id) {
  grpc::ClientContext context;
  session.SetDeadline(context);
  v1::BatchCreateOrdersResponse response;
  if (!session.Check(stub.BatchCreateOrders(&context, batch.request, &response), request_id)) return false;
  for (int i = 0; i < response.results_size(); ++i) {
    const v1::BatchCreateOrdersResult& result = response.results(i);
    if (result.has_error()) {
      std::cerr << "line " << batch.line_numbers[static_cast<size_t>(i)] << ": "
                << ErrorText(result.error(), request_id);
      session.exit_code = ExitCodeOf(result.error().code());
    } else if (session.output == OutputFormat::kJson) {
      session.Print(result.order());
    } else {
      std::cout << result.order().name() << '\n';
    }
  }
  return true;
}

// Every line's request id is `request_id` and its number, so that a file sent again makes no order twice.
void BatchCreate(Session& session, const std::string& path, const std::string& request_id) {
  constexpr int kBatch = 100;
  absl::StatusOr<std::string> text = ReadFile(path);
  if (!text.ok()) return session.UsageError(std::string(text.status().message()));
  auto stub = session.Stub();
  std::istringstream lines(*text);
  Batch batch;
  int line_number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++line_number;
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    absl::StatusOr<v1::Order> order = ParseOrderJson(line);
    if (!order.ok()) {
      session.UsageError("line " + std::to_string(line_number) + ": " + std::string(order.status().message()));
      continue;
    }
    v1::CreateOrderRequest* item = batch.request.add_requests();
    *item->mutable_order() = *std::move(order);
    item->set_request_id(request_id + "-" + std::to_string(line_number));
    batch.line_numbers.push_back(line_number);
    if (batch.request.requests_size() == kBatch) {
      if (!CreateBatch(session, *stub, batch, request_id)) return;
      batch = Batch();
    }
  }
  if (batch.request.requests_size() > 0) CreateBatch(session, *stub, batch, request_id);
}

void Update(Session& session, const CLI::App& command, const std::string& name, const OrderOptions& options) {
  absl::StatusOr<v1::Order> order = BuildOrder(options);
  if (!order.ok()) return session.UsageError(std::string(order.status().message()));
  v1::UpdateOrderRequest request;
  *request.mutable_order() = *std::move(order);
  request.mutable_order()->set_name(OrderName(name));
  request.mutable_order()->set_etag(options.etag);
  if (!options.lines.empty()) request.mutable_update_mask()->add_paths("lines");
  if (!options.shipping_fee.empty()) request.mutable_update_mask()->add_paths("shipping_fee");
  if (!options.labels.empty()) request.mutable_update_mask()->add_paths("labels");
  if (command.count("--external-reference") > 0) request.mutable_update_mask()->add_paths("external_reference");
  if (command.count("--note") > 0) request.mutable_update_mask()->add_paths("note");
  if (!options.payment_state.empty()) {
    v1::PaymentState state;
    if (!v1::PaymentState_Parse("PAYMENT_STATE_" + options.payment_state, &state)) {
      return session.UsageError("--payment-state '" + options.payment_state +
                                "' must be AUTHORIZED, CAPTURED or VOIDED");
    }
    request.mutable_order()->set_payment_state(state);
    request.mutable_update_mask()->add_paths("payment_state");
  }
  request.set_request_id(options.request_id.empty() ? FreshRequestId() : options.request_id);
  request.set_validate_only(options.dry_run);
  grpc::ClientContext context;
  session.SetDeadline(context);
  v1::Order updated;
  if (session.Check(session.Stub()->UpdateOrder(&context, request, &updated), request.request_id()))
    session.Print(updated);
}

void EraseCustomer(Session& session, const std::string& customer_id) {
  v1::EraseCustomerDataRequest request;
  request.set_customer_id(customer_id);
  grpc::ClientContext context;
  session.SetDeadline(context);
  v1::EraseCustomerDataResponse response;
  if (!session.Check(session.Stub()->EraseCustomerData(&context, request, &response))) return;
  if (session.output == OutputFormat::kJson) {
    std::cout << JsonText(response);
  } else {
    std::cout << "wiped personal data from " << response.orders_erased() << " orders\n";
  }
}

void AddOrderOptions(CLI::App* command, OrderOptions& options) {
  command->add_option("--line", options.lines, "'product=ABC,qty=2,price=12.99 EUR', repeatable")
      ->allow_extra_args(false);
  command->add_option("--shipping-fee", options.shipping_fee, "Such as '4.90 EUR'");
  command->add_option("--label", options.labels, "KEY=VALUE, repeatable")->allow_extra_args(false);
  command->add_option("--external-reference", options.external_reference, "Your own reference");
  command->add_option("--note", options.note, "Free text");
  command->add_option("--request-id", options.request_id, "Makes a repeated call take effect once");
  command->add_flag("--dry-run", options.dry_run, "Check only, change nothing");
}

}  // namespace

void AddWriteCommands(CLI::App& app, Session& session) {
  auto options = std::make_shared<OrderOptions>();
  CLI::App* create = app.add_subcommand("create", "Place an order");
  create->add_option("--customer", options->customer, "Whose order it is");
  create->add_option("--currency", options->currency, "ISO 4217 code, such as EUR");
  create->add_option("--order-id", options->order_id, "The order's id; without it the server makes one");
  create->add_option("--file", options->file,
                     "The order as JSON, from a file or - for standard input; flags add to it");
  AddOrderOptions(create, *options);
  create->callback([&session, options] { Create(session, *options); });

  auto name = std::make_shared<std::string>();
  auto changes = std::make_shared<OrderOptions>();
  CLI::App* update =
      app.add_subcommand("update", "Change fields of an order, each as a whole; an empty text clears it");
  update->add_option("name", *name, "orders/ID or ID")->required();
  update->add_option("--payment-state", changes->payment_state, "AUTHORIZED, CAPTURED or VOIDED");
  update->add_option("--etag", changes->etag, "Do it only if the order still has this etag");
  AddOrderOptions(update, *changes);
  update->callback([&session, update, name, changes] { Update(session, *update, *name, *changes); });

  auto file = std::make_shared<std::string>("-");
  auto request_id = std::make_shared<std::string>();
  CLI::App* batch = app.add_subcommand("batch-create", "Place many orders, one JSON object a line");
  batch->add_option("--file", *file, "Where to read them, - for standard input");
  batch->add_option("--request-id", *request_id, "Makes a file that is sent again take effect once");
  batch->callback([&session, file, request_id] {
    BatchCreate(session, *file, request_id->empty() ? FreshRequestId() : *request_id);
  });

  auto customer_id = std::make_shared<std::string>();
  CLI::App* erase = app.add_subcommand("erase-customer", "Wipe a customer's personal data from all their orders");
  erase->add_option("customer", *customer_id, "The customer's id")->required();
  erase->callback([&session, customer_id] { EraseCustomer(session, *customer_id); });
}

}  // namespace orders::cli
