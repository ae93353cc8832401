#include "server/store/verifier.h"

#include <map>
#include <vector>

#include "absl/strings/str_cat.h"
#include "nlohmann/json.hpp"
#include "orders/v1/order_event.pb.h"
#include "server/store/connection.h"
#include "server/store/order_codec.h"
#include "server/store/order_invariants.h"
#include "server/store/sql_failure.h"

namespace orders::store {

namespace {

constexpr int kPageSize = 1000;

struct StoredEvent {
  int64_t position;
  int64_t version;
  std::string event_id;
  std::string type;
  std::string payload;
};

class Verification {
 public:
  Verification(pqxx::transaction_base& transaction, const std::function<void(const std::string&)>& on_violation)
      : transaction_(transaction), on_violation_(on_violation) {}

  VerifyReport& report() { return report_; }

  // Checks the page of orders after `after`; the last id of it, or empty if there was none.
  std::string CheckPage(const std::string& after) {
    const pqxx::result orders = ExecText(
        transaction_,
        "SELECT order_id, version, state, payment_state, customer_id, currency_code, trim_scale(subtotal), "
        "trim_scale(discount_total), trim_scale(tax_total), trim_scale(shipping_fee), trim_scale(total), "
        "trim_scale(refunded_total), external_reference, labels, (extract(epoch FROM create_time) * 1000000)::bigint, "
        "(extract(epoch FROM update_time) * 1000000)::bigint, (extract(epoch FROM expire_time) * 1000000)::bigint, "
        "body, "
        "personal FROM orders WHERE order_id > $1 ORDER BY order_id LIMIT $2::int",
        {after, absl::StrCat(kPageSize)});
    if (orders.empty()) return "";
    std::string last = orders.back()[0].c_str();
    std::map<std::string, std::vector<StoredEvent>> events = ReadEvents(after, last);
    for (const auto& row : orders) {
      ++report_.orders;
      CheckOrder(row);
      CheckEvents(row, events[row[0].c_str()]);
    }
    return last;
  }

  // What can be asked of the whole database at once.
  void CheckReferences() {
    for (const auto& row : transaction_.exec("SELECT DISTINCT e.order_id FROM order_event e "
                                             "WHERE NOT EXISTS (SELECT FROM orders o WHERE o.order_id = e.order_id)")) {
      Report(row[0].c_str(), "has events but does not exist");
    }
    for (const auto& row : transaction_.exec("SELECT k.order_id, k.key FROM idempotency_key k "
                                             "WHERE NOT EXISTS (SELECT FROM orders o WHERE o.order_id = k.order_id)")) {
      Report(row[0].c_str(), absl::StrCat("idempotency key ", row[1].c_str(), " stands for it, but it does not exist"));
    }
    report_.idempotency_keys = transaction_.exec("SELECT count(*) FROM idempotency_key")[0][0].as<int64_t>();
  }

 private:
  void Report(const std::string& order_id, const std::string& what) {
    ++report_.violations;
    on_violation_(absl::StrCat("orders/", order_id, ": ", what));
  }

  std::map<std::string, std::vector<StoredEvent>> ReadEvents(const std::string& after, const std::string& last) {
    std::map<std::string, std::vector<StoredEvent>> events;
    for (const auto& row :
         ExecText(transaction_,
                  "SELECT order_id, position, order_version, event_id, type, payload FROM order_event "
                  "WHERE order_id > $1 AND order_id <= $2 ORDER BY order_id, order_version",
                  {after, last})) {
      ++report_.events;
      events[row[0].c_str()].push_back(
          {row[1].as<int64_t>(), row[2].as<int64_t>(), row[3].c_str(), row[4].c_str(), BytesOf(row[5])});
    }
    return events;
  }

  template <class Row>
  void CheckOrder(const Row& row) {
    const std::string order_id = row[0].c_str();
    const std::string body = BytesOf(row[17]);
    const absl::StatusOr<domain::Order> order = DecodeOrder(body);
    if (!order.ok()) return Report(order_id, "its body is not a valid message");
    if (order->shipping_address || !order->note.empty()) Report(order_id, "its body holds personal data");
    v1::Order personal;
    if (!personal.ParseFromString(BytesOf(row[18]))) Report(order_id, "its personal data is not a valid message");
    personal.clear_shipping_address();
    personal.clear_note();
    if (personal.ByteSizeLong() > 0) Report(order_id, "its personal data holds other fields");

    auto compare = [&](const char* column, int index, const std::string& expected) {
      const std::string stored = row[index].is_null() ? "" : row[index].c_str();
      if (stored != expected) {
        Report(order_id, absl::StrCat("column ", column, " is '", stored, "', but its body says '", expected, "'"));
      }
    };
    compare("order_id", 0, order->order_id);
    compare("version", 1, absl::StrCat(order->version));
    compare("state", 2, std::string(domain::StateName(order->state)));
    compare("payment_state", 3, std::string(domain::StateName(order->payment_state)));
    compare("customer_id", 4, order->customer_id);
    compare("currency_code", 5, order->currency_code);
    compare("subtotal", 6, order->totals.subtotal.ToDecimal());
    compare("discount_total", 7, order->totals.discount_total.ToDecimal());
    compare("tax_total", 8, order->totals.tax_total.ToDecimal());
    compare("shipping_fee", 9, order->shipping_fee.ToDecimal());
    compare("total", 10, order->totals.total.ToDecimal());
    compare("refunded_total", 11, order->refunded_total.ToDecimal());
    compare("external_reference", 12, order->external_reference);
    const nlohmann::json labels = row[13].is_null() ? nlohmann::json::object() : nlohmann::json::parse(row[13].c_str());
    if (labels != nlohmann::json(order->labels)) Report(order_id, "column labels is not what its body says");
    compare("create_time", 14, absl::StrCat(absl::ToUnixMicros(order->create_time)));
    compare("update_time", 15, absl::StrCat(absl::ToUnixMicros(order->update_time)));
    compare("expire_time", 16, order->expire_time ? absl::StrCat(absl::ToUnixMicros(*order->expire_time)) : "");
    for (const std::string& broken : BrokenInvariants(*order)) Report(order_id, broken);
  }

  template <class Row>
  void CheckEvents(const Row& row, const std::vector<StoredEvent>& events) {
    const std::string order_id = row[0].c_str();
    const int64_t version = row[1].template as<int64_t>();
    int64_t expected_version = 0;
    int64_t last_position = -1;
    for (const StoredEvent& event : events) {
      if (event.version != ++expected_version) {
        return Report(order_id, absl::StrCat("the event of version ", expected_version, " is missing"));
      }
      if (event.position <= last_position) {
        Report(order_id,
               absl::StrCat("the event of version ", event.version, " has a lower position than the one before"));
      }
      last_position = event.position;
      CheckPayload(order_id, event, BytesOf(row[17]), event.version == version);
    }
    if (expected_version != version) {
      Report(order_id, absl::StrCat("is at version ", version, ", but its events end at ", expected_version));
    }
  }

  void CheckPayload(const std::string& order_id, const StoredEvent& stored, const std::string& body, bool is_last) {
    v1::OrderEvent event;
    if (!event.ParseFromString(stored.payload)) {
      return Report(order_id, absl::StrCat("the event of version ", stored.version, " is not a valid message"));
    }
    if (event.event_id() != stored.event_id || event.order() != "orders/" + order_id ||
        event.order_version() != stored.version || event.type() != stored.type ||
        event.order_after().version() != stored.version) {
      Report(order_id, absl::StrCat("the event of version ", stored.version, " does not agree with its columns"));
    }
    if (event.order_after().has_shipping_address() || !event.order_after().note().empty()) {
      Report(order_id, absl::StrCat("the event of version ", stored.version, " holds personal data"));
    }
    v1::Order current;
    if (is_last && current.ParseFromString(body) &&
        DeterministicBytes(current) != DeterministicBytes(event.order_after())) {
      Report(order_id, "its last event does not hold the order as stored");
    }
  }

  // Maps have no order of their own: bytes compare equal only when serialised so.
  static std::string DeterministicBytes(const v1::Order& order) {
    std::string bytes;
    google::protobuf::io::StringOutputStream stream(&bytes);
    google::protobuf::io::CodedOutputStream coded(&stream);
    coded.SetSerializationDeterministic(true);
    order.SerializeToCodedStream(&coded);
    coded.Trim();
    return bytes;
  }

  pqxx::transaction_base& transaction_;
  const std::function<void(const std::string&)>& on_violation_;
  VerifyReport report_;
};

}  // namespace

absl::StatusOr<VerifyReport> Verify(const std::string& url,
                                    const std::function<void(const std::string& violation)>& on_violation,
                                    const std::function<void(const VerifyReport& so_far)>& on_progress) {
  try {
    Connection connection(url, ConnectionUse::kMigrate);
    pqxx::transaction<pqxx::repeatable_read> snapshot(connection.session());
    Verification verification(snapshot, on_violation);
    std::string last;
    while (!(last = verification.CheckPage(last)).empty()) on_progress(verification.report());
    verification.CheckReferences();
    return verification.report();
  } catch (...) {
    return absl::UnavailableError(DescribeCurrentException().detail);
  }
}

}  // namespace orders::store
