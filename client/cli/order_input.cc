#include "client/cli/order_input.h"

#include <google/protobuf/util/json_util.h>

#include <fstream>
#include <iostream>
#include <iterator>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "client/cli/money_text.h"

namespace orders::cli {

namespace {

absl::Status SetLineField(const std::string& name, const std::string& value, v1::OrderLine& line) {
  if (name == "product") {
    line.set_product_id(value);
  } else if (name == "id") {
    line.set_line_id(value);
  } else if (name == "description") {
    line.set_description(value);
  } else if (name == "qty") {
    int64_t quantity = 0;
    if (!absl::SimpleAtoi(value, &quantity)) {
      return absl::InvalidArgumentError(absl::StrCat("qty='", value, "' is not a whole number"));
    }
    line.set_quantity(quantity);
  } else if (name == "price" || name == "discount" || name == "tax") {
    absl::StatusOr<google::type::Money> amount = ParseMoney(value);
    if (!amount.ok()) return amount.status();
    *(name == "price" ? line.mutable_unit_price()
      : name == "tax" ? line.mutable_tax()
                      : line.mutable_discount()) = *std::move(amount);
  } else {
    return absl::InvalidArgumentError(
        absl::StrCat("'", name, "' is not part of a line: use product, qty, price, discount, tax, id or description"));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<v1::OrderLine> ParseLine(const std::string& text) {
  v1::OrderLine line;
  for (size_t at = 0; at < text.size();) {
    const size_t equals = text.find('=', at);
    if (equals == std::string::npos) {
      return absl::InvalidArgumentError(
          absl::StrCat("--line '", text, "' must look like 'product=ABC,qty=2,price=12.99 EUR'"));
    }
    const std::string name = text.substr(at, equals - at);
    const size_t comma = name == "description" ? std::string::npos : text.find(',', equals);
    const size_t end = std::min(comma, text.size());
    absl::Status status = SetLineField(name, text.substr(equals + 1, end - equals - 1), line);
    if (!status.ok()) return absl::InvalidArgumentError(absl::StrCat("--line '", text, "': ", status.message()));
    at = end + 1;
  }
  return line;
}

absl::StatusOr<v1::LineQuantity> ParseLineQuantity(const std::string& text) {
  v1::LineQuantity line;
  const size_t equals = text.rfind('=');
  int64_t quantity = 0;
  if (equals == std::string::npos || !absl::SimpleAtoi(text.substr(equals + 1), &quantity)) {
    return absl::InvalidArgumentError(absl::StrCat("--line '", text, "' must look like LINE_ID=QUANTITY"));
  }
  line.set_line_id(text.substr(0, equals));
  line.set_quantity(quantity);
  return line;
}

absl::StatusOr<std::pair<std::string, std::string>> ParseLabel(const std::string& text) {
  const size_t equals = text.find('=');
  if (equals == std::string::npos) {
    return absl::InvalidArgumentError(absl::StrCat("--label '", text, "' must look like KEY=VALUE"));
  }
  return std::pair(text.substr(0, equals), text.substr(equals + 1));
}

absl::StatusOr<v1::Order> ParseOrderJson(const std::string& json) {
  v1::Order order;
  const auto status = google::protobuf::util::JsonStringToMessage(json, &order);
  if (!status.ok()) return absl::InvalidArgumentError(absl::StrCat("not an order in JSON: ", status.ToString()));
  return order;
}

absl::StatusOr<std::string> ReadFile(const std::string& path) {
  if (path == "-") return std::string(std::istreambuf_iterator<char>(std::cin), {});
  std::ifstream file(path, std::ios::binary);
  if (!file) return absl::NotFoundError(absl::StrCat("can't read '", path, "'"));
  return std::string(std::istreambuf_iterator<char>(file), {});
}

}  // namespace orders::cli
