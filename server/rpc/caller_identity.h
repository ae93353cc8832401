#ifndef ORDERS_SERVER_RPC_CALLER_IDENTITY_H_
#define ORDERS_SERVER_RPC_CALLER_IDENTITY_H_

#include <grpcpp/server_context.h>

#include <string>
#include <string_view>

namespace orders::rpc {

// Who calls: the identity in the client's certificate if the connection has one; else the value of the metadata
// `trusted_key`, if that is not empty and the call has it; else "anonymous". `trusted_key` must only be set behind a
// proxy that sets or strips that metadata itself.
std::string CallerIdentity(const grpc::ServerContext& context, std::string_view trusted_key);

// The value of metadata `key` if the call has it, it is at most `max_length` bytes long and printable ASCII; else
// empty.
std::string PrintableMetadata(const grpc::ServerContext& context, std::string_view key, size_t max_length);

}  // namespace orders::rpc

#endif  // ORDERS_SERVER_RPC_CALLER_IDENTITY_H_
