#ifndef ORDERS_SERVER_VALIDATE_PAGE_TOKEN_H_
#define ORDERS_SERVER_VALIDATE_PAGE_TOKEN_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "server/validate/requests.h"

// Page tokens: opaque to callers, web-safe base64, bound to the arguments of the call they continue. Not a secret and
// not signed: a forged token can only start a page elsewhere in the list that the caller may read anyway.
namespace orders::validate {

// FNV-1a (http://www.isthe.com/chongo/tech/comp/fnv/): the same in every process and release.
uint64_t StableHash(std::string_view text);

std::string EncodeOrdersPageToken(uint64_t arguments_hash, const PageStart& start);
// Nothing if `token` is not one of ours or was made for other arguments.
std::optional<PageStart> DecodeOrdersPageToken(std::string_view token, uint64_t arguments_hash);

std::string EncodeEventsPageToken(std::string_view order_id, int64_t after_version);
std::optional<int64_t> DecodeEventsPageToken(std::string_view token, std::string_view order_id);

}  // namespace orders::validate

#endif  // ORDERS_SERVER_VALIDATE_PAGE_TOKEN_H_
