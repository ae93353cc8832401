#include "server/http/http_endpoints.h"

#include <httplib.h>

#include <string_view>
#include <thread>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace orders::http {

namespace {

// A probe and a scraper or two at a time.
constexpr size_t kThreads = 2;
constexpr time_t kRequestTimeoutSeconds = 5;
// Nothing here takes a body.
constexpr size_t kMaxBodyBytes = 1024;
constexpr char kPlainText[] = "text/plain; charset=utf-8";
constexpr char kPrometheusText[] = "text/plain; version=0.0.4; charset=utf-8";

}  // namespace

struct HttpEndpoints::Server {
  httplib::Server http;
  int port = 0;
  std::thread thread;
};

absl::StatusOr<std::unique_ptr<HttpEndpoints>> HttpEndpoints::Start(const std::string& address,
                                                                    std::function<std::string()> metrics_text,
                                                                    std::function<std::string()> not_ready_because) {
  const size_t colon = address.rfind(':');
  int port = 0;
  if (colon == std::string::npos || !absl::SimpleAtoi(address.substr(colon + 1), &port) || port < 0 || port > 65535) {
    return absl::InvalidArgumentError(absl::StrCat("'", address, "' is not HOST:PORT"));
  }
  const std::string host = address.substr(0, colon);
  auto server = std::make_unique<Server>();
  httplib::Server& http = server->http;
  http.new_task_queue = [] { return new httplib::ThreadPool(kThreads); };
  http.set_read_timeout(kRequestTimeoutSeconds);
  http.set_write_timeout(kRequestTimeoutSeconds);
  http.set_payload_max_length(kMaxBodyBytes);
  // The library would share the port with another process (SO_REUSEPORT), which would get half of the scrapes.
  http.set_socket_options([](socket_t socket) {
    const int yes = 1;
    setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
  });
  http.Get("/metrics", [metrics_text = std::move(metrics_text)](const httplib::Request&, httplib::Response& response) {
    response.set_content(metrics_text(), kPrometheusText);
  });
  http.Get("/livez",
           [](const httplib::Request&, httplib::Response& response) { response.set_content("ok\n", kPlainText); });
  http.Get("/readyz",
           [not_ready_because = std::move(not_ready_because)](const httplib::Request&, httplib::Response& response) {
             const std::string reason = not_ready_because();
             if (!reason.empty()) response.status = 503;
             response.set_content(reason.empty() ? "ok\n" : reason + "\n", kPlainText);
           });
  if (port == 0) {
    server->port = http.bind_to_any_port(host);
  } else if (http.bind_to_port(host, port)) {
    server->port = port;
  }
  if (server->port <= 0) {
    return absl::UnavailableError(absl::StrCat("can't listen on '", address, "': is another process there?"));
  }
  server->thread = std::thread([&http] { http.listen_after_bind(); });
  // stop() has no effect before the server runs.
  while (!http.is_running()) std::this_thread::yield();
  return std::unique_ptr<HttpEndpoints>(new HttpEndpoints(std::move(server)));
}

HttpEndpoints::HttpEndpoints(std::unique_ptr<Server> server) : server_(std::move(server)) {}

HttpEndpoints::~HttpEndpoints() {
  server_->http.stop();
  server_->thread.join();
}

int HttpEndpoints::port() const { return server_->port; }

}  // namespace orders::http
