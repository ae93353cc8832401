#include "server/rpc/caller_identity.h"

#include <algorithm>

namespace orders::rpc {

namespace {

constexpr char kAnonymous[] = "anonymous";
// What a certificate's subject may be at most (RFC 5280, ub-name is 32,768, but nobody means that).
constexpr size_t kMaxIdentityLength = 256;

}  // namespace

std::string CallerIdentity(const grpc::ServerContext& context, std::string_view trusted_key) {
  const auto auth = context.auth_context();
  if (auth->IsPeerAuthenticated()) {
    const auto identities = auth->GetPeerIdentity();
    if (!identities.empty()) return std::string(identities.front().data(), identities.front().size());
  }
  if (!trusted_key.empty()) {
    std::string identity = PrintableMetadata(context, trusted_key, kMaxIdentityLength);
    if (!identity.empty()) return identity;
  }
  return kAnonymous;
}

std::string PrintableMetadata(const grpc::ServerContext& context, std::string_view key, size_t max_length) {
  const auto& metadata = context.client_metadata();
  if (metadata.empty()) return "";
  const auto found = metadata.find(grpc::string_ref(key.data(), key.size()));
  if (found == metadata.end() || found->second.size() > max_length) return "";
  std::string value(found->second.data(), found->second.size());
  const bool printable = std::all_of(value.begin(), value.end(), [](char c) { return c >= ' ' && c <= '~'; });
  return printable ? value : "";
}

}  // namespace orders::rpc
