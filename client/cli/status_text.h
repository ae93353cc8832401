#ifndef ORDERS_CLIENT_CLI_STATUS_TEXT_H_
#define ORDERS_CLIENT_CLI_STATUS_TEXT_H_

#include <google/rpc/status.pb.h>

#include <string>
#include <string_view>

namespace orders::cli {

// Exit codes, by class of error; --help lists them.
enum ExitCode : int {
  kOk = 0,
  kOther = 1,
  kUsage = 2,
  kInvalid = 3,
  kNotFound = 4,
  kConflict = 5,
  kTryAgain = 6,
  kDenied = 7,
};
inline constexpr char kExitCodesHelp[] =
    "Exit codes: 0 done; 1 other error; 2 wrong usage; 3 the server found the request invalid; 4 no such order;\n"
    "5 conflict with the order's state, etag, id or request id; 6 unavailable, overloaded or too slow: try again;\n"
    "7 not permitted. With several errors, the code of the last one.";

// `code` as gRPC numbers it.
ExitCode ExitCodeOf(int code);

// What went wrong, with every field violation and detail, and what to do about it. `request_id` is the failed change's:
// with it, the change can safely be made again. Empty for a call that changes nothing.
std::string ErrorText(const google::rpc::Status& status, std::string_view request_id);

}  // namespace orders::cli

#endif  // ORDERS_CLIENT_CLI_STATUS_TEXT_H_
