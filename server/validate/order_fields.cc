#include "server/validate/order_fields.h"

#include <algorithm>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "server/domain/limits.h"

namespace orders::validate {

namespace {

using domain::Money;

constexpr std::string_view kNamePrefix = "orders/";
// Longer than any etag of ours.
constexpr size_t kMaxEtagChars = 64;

bool IsLowerOrDigit(char c) {
  return absl::ascii_islower(static_cast<unsigned char>(c)) || absl::ascii_isdigit(static_cast<unsigned char>(c));
}

bool IsLineId(std::string_view id) {
  return std::all_of(id.begin(), id.end(), [](char c) {
    return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '.' || c == '_' || c == '-';
  });
}

domain::OrderLine Line(const std::string& field, const v1::OrderLine& line, std::string_view currency,
                       Violations& violations) {
  domain::OrderLine out;
  if (violations.Text(field + ".line_id", line.line_id(), 0, domain::kMaxLineIdChars) && !IsLineId(line.line_id())) {
    violations.Add(field + ".line_id", Quoted(line.line_id()) + " may hold only letters, digits, '.', '_' and '-'");
  }
  out.line_id = line.line_id();
  violations.Text(field + ".product_id", line.product_id(), 1, domain::kMaxProductIdChars);
  out.product_id = line.product_id();
  violations.Text(field + ".description", line.description(), 0, domain::kMaxDescriptionChars);
  out.description = line.description();
  violations.Range(field + ".quantity", line.quantity(), 1, domain::kMaxQuantity);
  out.quantity = line.quantity();
  if (line.has_unit_price()) {
    out.unit_price = violations.Amount(field + ".unit_price", line.unit_price(), currency);
  }
  if (line.has_discount()) out.discount = violations.Amount(field + ".discount", line.discount(), currency);
  if (line.has_tax()) out.tax = violations.Amount(field + ".tax", line.tax(), currency);
  return out;
}

std::string WhyNotSelectable(const std::string& path) {
  if (path.empty()) return "is empty; name a field of orders.v1.Order, or leave the mask out for all";
  const std::string head = path.substr(0, path.find('.'));
  if (!IsOrderField(head)) return Quoted(path) + " is not a field of orders.v1.Order";
  return absl::StrCat(Quoted(path), " is nested; only whole top-level fields can be selected: use '", head, "'");
}

}  // namespace

bool IsOrderId(std::string_view order_id) {
  return !order_id.empty() && order_id.size() <= domain::kMaxOrderIdChars && IsLowerOrDigit(order_id.front()) &&
         IsLowerOrDigit(order_id.back()) &&
         std::all_of(order_id.begin(), order_id.end(), [](char c) { return IsLowerOrDigit(c) || c == '-'; });
}

void CheckOrderId(const std::string& field, std::string_view order_id, Violations& violations) {
  if (IsOrderId(order_id)) return;
  violations.Add(field,
                 absl::StrCat(Quoted(order_id),
                              " is not an order id: 1 to 63 characters of a-z, 0-9 and '-', not beginning or ending "
                              "with '-'"));
}

std::string OrderIdOf(const std::string& field, std::string_view name, Violations& violations) {
  if (!name.starts_with(kNamePrefix)) {
    violations.Add(field, name.empty() ? "is required: give the order's name, orders/{order_id}"
                                       : Quoted(name) + " is not an order's name: it must be orders/{order_id}");
    return "";
  }
  const std::string_view order_id = name.substr(kNamePrefix.size());
  CheckOrderId(field, order_id, violations);
  return std::string(order_id);
}

void CheckRequestId(std::string_view request_id, Violations& violations) {
  violations.Text("request_id", request_id, 0, domain::kMaxRequestIdChars);
}

void CheckEtag(const std::string& field, std::string_view etag, Violations& violations) {
  violations.Text(field, etag, 0, kMaxEtagChars);
}

std::vector<domain::OrderLine> Lines(const std::string& field,
                                     const google::protobuf::RepeatedPtrField<v1::OrderLine>& lines,
                                     std::string_view currency, Violations& violations) {
  std::vector<domain::OrderLine> out;
  const auto count = static_cast<size_t>(lines.size());
  if (count < 1 || count > domain::kMaxLines) {
    violations.Add(field, absl::StrCat("has ", count, " lines; an order has 1 to ", domain::kMaxLines));
    return out;
  }
  out.reserve(count);
  for (int i = 0; i < lines.size(); ++i) {
    out.push_back(Line(absl::StrCat(field, "[", i, "]"), lines[i], currency, violations));
  }
  return out;
}

std::vector<domain::LineQuantity> LineQuantities(const std::string& field,
                                                 const google::protobuf::RepeatedPtrField<v1::LineQuantity>& lines,
                                                 Violations& violations) {
  std::vector<domain::LineQuantity> out;
  if (static_cast<size_t>(lines.size()) > domain::kMaxLines) {
    violations.Add(field,
                   absl::StrCat("has ", lines.size(), " entries; an order has at most ", domain::kMaxLines, " lines"));
    return out;
  }
  std::set<std::string> seen;
  for (int i = 0; i < lines.size(); ++i) {
    const std::string entry = absl::StrCat(field, "[", i, "]");
    violations.Text(entry + ".line_id", lines[i].line_id(), 1, domain::kMaxLineIdChars);
    violations.Range(entry + ".quantity", lines[i].quantity(), 1, domain::kMaxQuantity);
    if (!seen.insert(lines[i].line_id()).second) {
      violations.Add(entry + ".line_id",
                     Quoted(lines[i].line_id()) + " is named twice: give each line once, with its sum");
    }
    out.push_back({lines[i].line_id(), lines[i].quantity()});
  }
  return out;
}

domain::Address ShippingAddress(const std::string& field, const v1::Address& address, Violations& violations) {
  domain::Address out;
  const auto text = [&](const char* name, const std::string& value) {
    violations.Text(absl::StrCat(field, ".", name), value, 0, domain::kMaxAddressFieldChars);
    return value;
  };
  out.recipient = text("recipient", address.recipient());
  if (static_cast<size_t>(address.address_lines_size()) > domain::kMaxAddressLines) {
    violations.Add(field + ".address_lines", absl::StrCat("has ", address.address_lines_size(), " lines; at most ",
                                                          domain::kMaxAddressLines, " are allowed"));
  } else {
    for (int i = 0; i < address.address_lines_size(); ++i) {
      out.address_lines.push_back(text(absl::StrCat("address_lines[", i, "]").c_str(), address.address_lines(i)));
    }
  }
  out.locality = text("locality", address.locality());
  out.administrative_area = text("administrative_area", address.administrative_area());
  out.postal_code = text("postal_code", address.postal_code());
  out.region_code = address.region_code();
  const bool is_region = out.region_code.size() == 2 && std::all_of(out.region_code.begin(), out.region_code.end(),
                                                                    [](char c) { return c >= 'A' && c <= 'Z'; });
  if (!out.region_code.empty() && !is_region) {
    violations.Add(field + ".region_code",
                   Quoted(out.region_code) + " is not an ISO 3166-1 code: two capital letters, such as DE");
  }
  out.phone = text("phone", address.phone());
  return out;
}

bool IsLabelKey(std::string_view key) {
  return !key.empty() && key.size() <= domain::kMaxLabelKeyChars && key.front() >= 'a' && key.front() <= 'z' &&
         std::all_of(key.begin(), key.end(), [](char c) { return IsLowerOrDigit(c) || c == '_' || c == '-'; });
}

std::map<std::string, std::string> Labels(const std::string& field,
                                          const google::protobuf::Map<std::string, std::string>& labels,
                                          Violations& violations) {
  std::map<std::string, std::string> out;
  if (labels.size() > domain::kMaxLabels) {
    violations.Add(field, absl::StrCat("has ", labels.size(), " labels; at most ", domain::kMaxLabels, " are allowed"));
    return out;
  }
  for (const auto& [key, value] : labels) out.emplace(key, value);
  for (const auto& [key, value] : out) {
    if (!IsLabelKey(key)) {
      violations.Add(field, Quoted(key) +
                                " is not a label key: 1 to 63 characters, a letter a-z first, then a-z, 0-9, '_' "
                                "and '-'");
    } else {
      violations.Text(absl::StrCat(field, "[", key, "]"), value, 0, domain::kMaxLabelValueChars);
    }
  }
  return out;
}

std::optional<absl::Time> ExpireTime(const std::string& field, const google::protobuf::Timestamp& time, absl::Time now,
                                     Violations& violations) {
  const std::optional<absl::Time> expire_time = violations.Time(field, time);
  if (expire_time && *expire_time <= now) {
    violations.Add(field, absl::StrCat(absl::FormatTime(absl::RFC3339_full, *expire_time, absl::UTCTimeZone()),
                                       " is past; it must lie in the future"));
  }
  return expire_time;
}

bool IsOrderField(std::string_view name) {
  return v1::Order::descriptor()->FindFieldByName(std::string(name)) != nullptr;
}

bool CheckPathCount(const std::string& field, const google::protobuf::FieldMask& mask, Violations& violations) {
  const int most = v1::Order::descriptor()->field_count();
  if (mask.paths_size() <= most) return true;
  violations.Add(field, absl::StrCat("has ", mask.paths_size(), " paths; orders.v1.Order has only ", most, " fields"));
  return false;
}

FieldSelection SelectionOf(const google::protobuf::FieldMask& mask, Violations& violations) {
  if (mask.paths_size() == 0 || !CheckPathCount("read_mask", mask, violations)) return std::nullopt;
  std::vector<int> numbers;
  for (int i = 0; i < mask.paths_size(); ++i) {
    const std::string& path = mask.paths(i);
    if (path == "*") return std::nullopt;
    const auto* field = v1::Order::descriptor()->FindFieldByName(path);
    if (field != nullptr) {
      numbers.push_back(field->number());
    } else {
      violations.Add(absl::StrCat("read_mask.paths[", i, "]"), WhyNotSelectable(path));
    }
  }
  std::sort(numbers.begin(), numbers.end());
  numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
  return numbers;
}

}  // namespace orders::validate
