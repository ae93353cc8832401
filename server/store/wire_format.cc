#include "server/store/wire_format.h"

namespace orders::store {

void AppendField(std::string& message, int field, std::string_view bytes) {
  constexpr int kLengthDelimited = 2;
  message.push_back(static_cast<char>(field << 3 | kLengthDelimited));
  size_t length = bytes.size();
  for (; length > 127; length >>= 7) message.push_back(static_cast<char>((length & 127) | 128));
  message.push_back(static_cast<char>(length));
  message.append(bytes);
}

}  // namespace orders::store
