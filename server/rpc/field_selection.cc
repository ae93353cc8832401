#include "server/rpc/field_selection.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/wire_format_lite.h>

#include <algorithm>

namespace orders::rpc {

std::string SelectFields(std::string order, const validate::FieldSelection& fields) {
  using google::protobuf::internal::WireFormatLite;
  if (!fields) return order;
  google::protobuf::io::CodedInputStream input(reinterpret_cast<const uint8_t*>(order.data()),
                                               static_cast<int>(order.size()));
  std::string selected;
  for (;;) {
    const int start = input.CurrentPosition();
    const uint32_t tag = input.ReadTag();
    if (tag == 0 || !WireFormatLite::SkipField(&input, tag)) return selected;
    const int field = WireFormatLite::GetTagFieldNumber(tag);
    if (std::binary_search(fields->begin(), fields->end(), field)) {
      selected.append(order, static_cast<size_t>(start), static_cast<size_t>(input.CurrentPosition() - start));
    }
  }
}

}  // namespace orders::rpc
