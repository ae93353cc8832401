#ifndef ORDERS_SERVER_HTTP_HTTP_ENDPOINTS_H_
#define ORDERS_SERVER_HTTP_HTTP_ENDPOINTS_H_

#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"

namespace orders::http {

// What monitoring and Kubernetes ask over plain HTTP:
//   /metrics  Prometheus' text format.
//   /livez    200 while the process runs.
//   /readyz   200 while the service takes calls, 503 with the reason while it does not.
class HttpEndpoints {
 public:
  // Listens on `address`, HOST:PORT, and serves on threads of its own. `not_ready_because` returns an empty text while
  // the service is ready; both functions must be thread-safe and outlive the endpoints. INVALID_ARGUMENT or UNAVAILABLE
  // if the address can't be listened on.
  static absl::StatusOr<std::unique_ptr<HttpEndpoints>> Start(const std::string& address,
                                                              std::function<std::string()> metrics_text,
                                                              std::function<std::string()> not_ready_because);
  ~HttpEndpoints();

  // The port listened on, for an address with port 0.
  int port() const;

 private:
  struct Server;

  explicit HttpEndpoints(std::unique_ptr<Server> server);

  std::unique_ptr<Server> server_;
};

}  // namespace orders::http

#endif  // ORDERS_SERVER_HTTP_HTTP_ENDPOINTS_H_
