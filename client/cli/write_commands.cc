#include <functional>
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
  if (session.Check(session.Stub()->CreateOrder(&context, request, &created))) session.Print(created);
}

// Sends one batch; each failed order is reported with its line.
void CreateBatch(Session& session, Stub& stub, const v1::BatchCreateOrdersRequest& request,
                 const std::vector<int>& line_numbers) {
  grpc::ClientContext context;
  session.SetDeadline(context);
  v1::BatchCreateOrdersResponse response;
  if (!session.Check(stub.BatchCreateOrders(&context, request, &response))) return;
  for (int i = 0; i < response.results_size(); ++i) {
    const v1::BatchCreateOrdersResult& result = response.results(i);
    if (result.has_order()) {
      std::cout << result.order().name() << '\n';
    } else {
      std::cerr << "line " << line_numbers[static_cast<size_t>(i)] << ": " << ErrorText(result.error());
      session.exit_code = ExitCodeOf(result.error().code());
    }
  }
}

void BatchCreate(Session& session, const std::string& path) {
  constexpr int kBatch = 100;
  absl::StatusOr<std::string> text = ReadFile(path);
  if (!text.ok()) return session.UsageError(std::string(text.status().message()));
  auto stub = session.Stub();
  std::istringstream lines(*text);
  v1::BatchCreateOrdersRequest request;
  std::vector<int> line_numbers;
  int line_number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++line_number;
    if (line.empty()) continue;
    absl::StatusOr<v1::Order> order = ParseOrderJson(line);
    if (!order.ok()) {
      session.UsageError("line " + std::to_string(line_number) + ": " + std::string(order.status().message()));
      continue;
    }
    v1::CreateOrderRequest* item = request.add_requests();
    *item->mutable_order() = *std::move(order);
    item->set_request_id(FreshRequestId());
    line_numbers.push_back(line_number);
    if (request.requests_size() == kBatch) {
      CreateBatch(session, *stub, request, line_numbers);
      request.Clear();
      line_numbers.clear();
    }
  }
  if (request.requests_size() > 0) CreateBatch(session, *stub, request, line_numbers);
}

void Update(Session& session, const std::string& name, const OrderOptions& options) {
  absl::StatusOr<v1::Order> order = BuildOrder(options);
  if (!order.ok()) return session.UsageError(std::string(order.status().message()));
  v1::UpdateOrderRequest request;
  *request.mutable_order() = *std::move(order);
  request.mutable_order()->set_name(OrderName(name));
  request.mutable_order()->set_etag(options.etag);
  if (!options.lines.empty()) request.mutable_update_mask()->add_paths("lines");
  if (!options.shipping_fee.empty()) request.mutable_update_mask()->add_paths("shipping_fee");
  if (!options.labels.empty()) request.mutable_update_mask()->add_paths("labels");
  if (!options.external_reference.empty()) request.mutable_update_mask()->add_paths("external_reference");
  if (!options.note.empty()) request.mutable_update_mask()->add_paths("note");
  if (!options.payment_state.empty()) {
    v1::PaymentState state;
    if (!v1::PaymentState_Parse("PAYMENT_STATE_" + options.payment_state, &state)) {
      return session.UsageError("--payment-state '" + options.payment_state + "' must be AUTHORIZED, CAPTURED or VOIDED");
    }
    request.mutable_order()->set_payment_state(state);
    request.mutable_update_mask()->add_paths("payment_state");
  }
  request.set_request_id(options.request_id.empty() ? FreshRequestId() : options.request_id);
  request.set_validate_only(options.dry_run);
  grpc::ClientContext context;
  session.SetDeadline(context);
  v1::Order updated;
  if (session.Check(session.Stub()->UpdateOrder(&context, request, &updated))) session.Print(updated);
}

// The flags of all state verbs, of which each uses some.
struct VerbOptions {
  std::string name;
  std::string reason;
  std::string etag;
  std::string request_id;
  std::vector<std::string> lines;
  std::string amount;
  std::string carrier;
  std::string tracking_number;
};

template <class Request>
Request VerbRequest(const VerbOptions& options) {
  Request request;
  request.set_name(OrderName(options.name));
  request.set_etag(options.etag);
  request.set_request_id(options.request_id.empty() ? FreshRequestId() : options.request_id);
  if constexpr (requires { request.set_reason(options.reason); }) request.set_reason(options.reason);
  return request;
}

template <class Request>
absl::Status AddLines(const VerbOptions& options, Request& request) {
  for (const std::string& text : options.lines) {
    absl::StatusOr<v1::LineQuantity> line = ParseLineQuantity(text);
    if (!line.ok()) return line.status();
    *request.add_lines() = *std::move(line);
  }
  return absl::OkStatus();
}

// Sends a verb's request with `rpc`, after `prepare` has put the verb's own flags in.
template <class Request>
void RunVerb(Session& session, const VerbOptions& options,
             grpc::Status (Stub::*rpc)(grpc::ClientContext*, const Request&, v1::Order*),
             const std::function<absl::Status(Request&)>& prepare) {
  auto request = VerbRequest<Request>(options);
  if (absl::Status status = prepare(request); !status.ok()) return session.UsageError(std::string(status.message()));
  grpc::ClientContext context;
  session.SetDeadline(context);
  v1::Order order;
  auto stub = session.Stub();
  if (session.Check((*stub.*rpc)(&context, request, &order))) session.Print(order);
}

template <class Request>
CLI::App* AddVerb(CLI::App& app, Session& session, const char* verb, const char* help,
                  const std::shared_ptr<VerbOptions>& options,
                  grpc::Status (Stub::*rpc)(grpc::ClientContext*, const Request&, v1::Order*),
                  std::function<absl::Status(Request&)> prepare = [](Request&) { return absl::OkStatus(); }) {
  CLI::App* command = app.add_subcommand(verb, help);
  command->add_option("name", options->name, "orders/ID or ID")->required();
  command->add_option("--etag", options->etag, "Do it only if the order still has this etag");
  command->add_option("--request-id", options->request_id, "Makes a repeated call take effect once");
  command->callback([&session, options, rpc, prepare] { RunVerb<Request>(session, *options, rpc, prepare); });
  return command;
}

void AddVerbs(CLI::App& app, Session& session) {
  auto options = std::make_shared<VerbOptions>();
  const auto reason = [options](CLI::App* command) {
    command->add_option("--reason", options->reason, "Why; kept with the order");
  };
  reason(AddVerb<v1::ConfirmOrderRequest>(app, session, "confirm", "Accept an order", options, &Stub::ConfirmOrder));
  reason(AddVerb<v1::RejectOrderRequest>(app, session, "reject", "Turn an order down", options, &Stub::RejectOrder));
  reason(AddVerb<v1::CancelOrderRequest>(app, session, "cancel", "Call an order off", options, &Stub::CancelOrder));
  AddVerb<v1::DeliverOrderRequest>(app, session, "deliver", "Record that all goods arrived", options, &Stub::DeliverOrder);

  CLI::App* ship = AddVerb<v1::ShipOrderRequest>(
      app, session, "ship", "Record a shipment", options, &Stub::ShipOrder, [options](v1::ShipOrderRequest& request) {
        request.set_carrier(options->carrier);
        request.set_tracking_number(options->tracking_number);
        return AddLines(*options, request);
      });
  ship->add_option("--line", options->lines, "LINE_ID=QUANTITY, repeatable; without it, all that is left");
  ship->add_option("--carrier", options->carrier, "Who carries it");
  ship->add_option("--tracking-number", options->tracking_number, "The carrier's number for it");

  CLI::App* take_back = AddVerb<v1::ReturnOrderRequest>(
      app, session, "return", "Record goods that came back", options, &Stub::ReturnOrder,
      [options](v1::ReturnOrderRequest& request) { return AddLines(*options, request); });
  reason(take_back);
  take_back->add_option("--line", options->lines, "LINE_ID=QUANTITY, repeatable; without it, all that was shipped");

  CLI::App* refund = AddVerb<v1::RefundOrderRequest>(
      app, session, "refund", "Record money paid back", options, &Stub::RefundOrder,
      [options](v1::RefundOrderRequest& request) {
        if (options->amount.empty()) return absl::OkStatus();
        absl::StatusOr<google::type::Money> amount = ParseMoney(options->amount);
        if (!amount.ok()) return amount.status();
        *request.mutable_amount() = *std::move(amount);
        return absl::OkStatus();
      });
  reason(refund);
  refund->add_option("--amount", options->amount, "Such as '5.00 EUR'; without it, all that is left");
}

void EraseCustomer(Session& session, const std::string& customer_id) {
  v1::EraseCustomerDataRequest request;
  request.set_customer_id(customer_id);
  grpc::ClientContext context;
  session.SetDeadline(context);
  v1::EraseCustomerDataResponse response;
  if (session.Check(session.Stub()->EraseCustomerData(&context, request, &response))) {
    std::cout << "wiped personal data from " << response.orders_erased() << " orders\n";
  }
}

void AddOrderOptions(CLI::App* command, OrderOptions& options) {
  command->add_option("--line", options.lines, "'product=ABC,qty=2,price=12.99 EUR', repeatable");
  command->add_option("--shipping-fee", options.shipping_fee, "Such as '4.90 EUR'");
  command->add_option("--label", options.labels, "KEY=VALUE, repeatable");
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
  create->add_option("--file", options->file, "The order as JSON, from a file or - for standard input; flags add to it");
  AddOrderOptions(create, *options);
  create->callback([&session, options] { Create(session, *options); });

  auto name = std::make_shared<std::string>();
  auto changes = std::make_shared<OrderOptions>();
  CLI::App* update = app.add_subcommand("update", "Change fields of an order; each is replaced as a whole");
  update->add_option("name", *name, "orders/ID or ID")->required();
  update->add_option("--payment-state", changes->payment_state, "AUTHORIZED, CAPTURED or VOIDED");
  update->add_option("--etag", changes->etag, "Do it only if the order still has this etag");
  AddOrderOptions(update, *changes);
  update->callback([&session, name, changes] { Update(session, *name, *changes); });

  auto file = std::make_shared<std::string>("-");
  CLI::App* batch = app.add_subcommand("batch-create", "Place many orders, one JSON object a line");
  batch->add_option("--file", *file, "Where to read them, - for standard input");
  batch->callback([&session, file] { BatchCreate(session, *file); });

  auto customer_id = std::make_shared<std::string>();
  CLI::App* erase = app.add_subcommand("erase-customer", "Wipe a customer's personal data from all their orders");
  erase->add_option("customer", *customer_id, "The customer's id")->required();
  erase->callback([&session, customer_id] { EraseCustomer(session, *customer_id); });

  AddVerbs(app, session);
}

}  // namespace orders::cli
