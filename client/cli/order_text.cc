#include "client/cli/order_text.h"

#include <google/protobuf/util/json_util.h>

#include <algorithm>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "client/cli/money_text.h"

namespace orders::cli {

namespace {

using Row = std::vector<std::string>;

// Characters of UTF-8 `text`, which is what the columns line up by.
size_t Characters(const std::string& text) {
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

std::string Table(const std::vector<Row>& rows) {
  std::vector<size_t> widths(rows.front().size());
  for (const Row& row : rows) {
    for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], Characters(row[i]));
  }
  std::string text;
  for (const Row& row : rows) {
    std::string line;
    for (size_t i = 0; i < row.size(); ++i) {
      line += row[i];
      if (i + 1 < row.size()) line.append(widths[i] - Characters(row[i]) + 2, ' ');
    }
    while (line.ends_with(' ')) line.pop_back();
    text += line + "\n";
  }
  return text;
}

std::string TimeText(const google::protobuf::Timestamp& time) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%E*SZ",
                          absl::FromUnixSeconds(time.seconds()) + absl::Nanoseconds(time.nanos()), absl::UTCTimeZone());
}

std::string StateText(const v1::Order& order) {
  return v1::OrderState_Name(order.state()).substr(std::string_view("ORDER_STATE_").size());
}

std::string PaymentText(const v1::Order& order) {
  return v1::PaymentState_Name(order.payment_state()).substr(std::string_view("PAYMENT_STATE_").size());
}

std::string LinesTable(const v1::Order& order) {
  std::vector<Row> rows = {{"LINE", "PRODUCT", "QUANTITY", "PRICE", "SHIPPED", "RETURNED", "DESCRIPTION"}};
  for (const v1::OrderLine& line : order.lines()) {
    rows.push_back({line.line_id(), line.product_id(), absl::StrCat(line.quantity()),
                    line.has_unit_price() ? FormatMoney(line.unit_price()) : "-", absl::StrCat(line.quantity_shipped()),
                    absl::StrCat(line.quantity_returned()), line.description()});
  }
  return Table(rows);
}

}  // namespace

std::string OrderText(const v1::Order& order) {
  std::vector<Row> rows;
  const auto add = [&rows](const char* name, std::string value) {
    if (!value.empty()) rows.push_back({name, std::move(value)});
  };
  add("name", order.name());
  add("state", StateText(order) + (order.state_reason().empty() ? "" : " (" + order.state_reason() + ")"));
  add("payment", PaymentText(order));
  add("customer", order.customer_id());
  add("total", FormatMoney(order.total()));
  if (order.refunded_total().units() != 0 || order.refunded_total().nanos() != 0) {
    add("refunded", FormatMoney(order.refunded_total()));
  }
  add("reference", order.external_reference());
  const std::vector<std::pair<std::string, std::string>> labels(order.labels().begin(), order.labels().end());
  add("labels", absl::StrJoin(labels, " ", absl::PairFormatter("=")));
  add("note", order.note());
  add("created", TimeText(order.create_time()));
  add("updated", TimeText(order.update_time()));
  if (order.has_expire_time()) add("expires", TimeText(order.expire_time()));
  add("etag", order.etag());
  return absl::StrCat(Table(rows), "\n", LinesTable(order));
}

std::string OrdersTable(const std::vector<v1::Order>& orders) {
  std::vector<Row> rows = {{"NAME", "STATE", "PAYMENT", "CUSTOMER", "TOTAL", "CREATED"}};
  for (const v1::Order& order : orders) {
    rows.push_back({order.name(), StateText(order), PaymentText(order), order.customer_id(), FormatMoney(order.total()),
                    TimeText(order.create_time())});
  }
  return Table(rows);
}

std::string EventsTable(const std::vector<v1::OrderEvent>& events) {
  std::vector<Row> rows = {{"VERSION", "TYPE", "TIME", "ACTOR", "REQUEST", "CHANGED"}};
  for (const v1::OrderEvent& event : events) {
    rows.push_back({absl::StrCat(event.order_version()), event.type(), TimeText(event.occur_time()), event.actor(),
                    event.request_id(), absl::StrJoin(event.changed_fields().paths(), ",")});
  }
  return Table(rows);
}

std::string JsonText(const google::protobuf::Message& message) {
  google::protobuf::util::JsonPrintOptions options;
  options.add_whitespace = true;
  options.preserve_proto_field_names = true;
  std::string text;
  const auto status = google::protobuf::util::MessageToJsonString(message, &text, options);
  return status.ok() ? text : absl::StrCat("can't show this message as JSON: ", status.ToString(), "\n");
}

}  // namespace orders::cli
