#include "server/service/idempotency.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

#include <array>
#include <string>

namespace orders::service {

std::optional<store::IdempotencyKey> IdempotencyKeyOf(std::string_view caller, std::string_view method,
                                                      std::string_view request_id,
                                                      const google::protobuf::Message& request) {
  if (request_id.empty()) return std::nullopt;
  std::string bytes;
  {
    google::protobuf::io::StringOutputStream stream(&bytes);
    google::protobuf::io::CodedOutputStream coded(&stream);
    coded.SetSerializationDeterministic(true);
    request.SerializeToCodedStream(&coded);
  }
  return store::IdempotencyKey{
      .key = store::Uuid::HashOf(std::array{caller, request_id}),
      .fingerprint = store::Uuid::HashOf(std::array{method, std::string_view(bytes)}),
  };
}

}  // namespace orders::service
