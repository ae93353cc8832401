#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "client/cli/commands.h"
#include "client/cli/money_text.h"
#include "client/cli/order_input.h"

namespace orders::cli {

namespace {

using Stub = v1::OrderService::Stub;

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
  if (session.Check((*stub.*rpc)(&context, request, &order), request.request_id())) session.Print(order);
}

template <class Request>
CLI::App* AddVerb(
    CLI::App& app, Session& session, const char* verb, const char* help, const std::shared_ptr<VerbOptions>& options,
    grpc::Status (Stub::*rpc)(grpc::ClientContext*, const Request&, v1::Order*),
    std::function<absl::Status(Request&)> prepare = [](Request&) { return absl::OkStatus(); }) {
  CLI::App* command = app.add_subcommand(verb, help);
  command->add_option("name", options->name, "orders/ID or ID")->required();
  command->add_option("--etag", options->etag, "Do it only if the order still has this etag");
  command->add_option("--request-id", options->request_id, "Makes a repeated call take effect once");
  command->callback([&session, options, rpc, prepare] { RunVerb<Request>(session, *options, rpc, prepare); });
  return command;
}

}  // namespace

void AddVerbCommands(CLI::App& app, Session& session) {
  auto options = std::make_shared<VerbOptions>();
  const auto reason = [options](CLI::App* command) {
    command->add_option("--reason", options->reason, "Why; kept with the order");
  };
  reason(AddVerb<v1::ConfirmOrderRequest>(app, session, "confirm", "Accept an order", options, &Stub::ConfirmOrder));
  reason(AddVerb<v1::RejectOrderRequest>(app, session, "reject", "Turn an order down", options, &Stub::RejectOrder));
  reason(AddVerb<v1::CancelOrderRequest>(app, session, "cancel", "Call an order off", options, &Stub::CancelOrder));
  AddVerb<v1::DeliverOrderRequest>(app, session, "deliver", "Record that all goods arrived", options,
                                   &Stub::DeliverOrder);

  CLI::App* ship = AddVerb<v1::ShipOrderRequest>(app, session, "ship", "Record a shipment", options, &Stub::ShipOrder,
                                                 [options](v1::ShipOrderRequest& request) {
                                                   request.set_carrier(options->carrier);
                                                   request.set_tracking_number(options->tracking_number);
                                                   return AddLines(*options, request);
                                                 });
  ship->add_option("--line", options->lines, "LINE_ID=QUANTITY, repeatable; without it, all that is left")
      ->allow_extra_args(false);
  ship->add_option("--carrier", options->carrier, "Who carries it");
  ship->add_option("--tracking-number", options->tracking_number, "The carrier's number for it");

  CLI::App* take_back = AddVerb<v1::ReturnOrderRequest>(
      app, session, "return", "Record goods that came back", options, &Stub::ReturnOrder,
      [options](v1::ReturnOrderRequest& request) { return AddLines(*options, request); });
  reason(take_back);
  take_back->add_option("--line", options->lines, "LINE_ID=QUANTITY, repeatable; without it, all that was shipped")
      ->allow_extra_args(false);

  CLI::App* refund = AddVerb<v1::RefundOrderRequest>(app, session, "refund", "Record money paid back", options,
                                                     &Stub::RefundOrder, [options](v1::RefundOrderRequest& request) {
                                                       if (options->amount.empty()) return absl::OkStatus();
                                                       absl::StatusOr<google::type::Money> amount =
                                                           ParseMoney(options->amount);
                                                       if (!amount.ok()) return amount.status();
                                                       *request.mutable_amount() = *std::move(amount);
                                                       return absl::OkStatus();
                                                     });
  reason(refund);
  refund->add_option("--amount", options->amount, "Such as '5.00 EUR'; without it, all that is left");
}

}  // namespace orders::cli
