#ifndef ORDERS_SERVER_RPC_ACCESS_LOG_H_
#define ORDERS_SERVER_RPC_ACCESS_LOG_H_

#include <atomic>
#include <cstdint>
#include <string_view>

#include "absl/time/time.h"

namespace orders::rpc {

// What is worth a line about an answered call.
struct AccessRecord {
  std::string_view method;
  std::string_view code;  // "OK", "NOT_FOUND"
  absl::Duration duration;
  std::string_view caller;
  std::string_view correlation_id;
  std::string_view traceparent;
  std::string_view message;  // Of an error.
};

// One line for a sample of the calls that succeed, and for every call that fails, up to so many a second that a storm
// of failures does not become a storm of disk writes. Thread-safe.
class AccessLog {
 public:
  // `sample_rate`: the share of successful calls to log, 0 to 1.
  explicit AccessLog(double sample_rate) : sample_rate_(sample_rate) {}

  void Write(const AccessRecord& record);

 private:
  bool AdmitError();

  const double sample_rate_;
  std::atomic<int64_t> second_ = 0;
  std::atomic<int64_t> errors_this_second_ = 0;
};

}  // namespace orders::rpc

#endif  // ORDERS_SERVER_RPC_ACCESS_LOG_H_
