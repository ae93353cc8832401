#include "server/store/write_statement.h"

#include <optional>

#include "server/store/binary_array.h"

namespace orders::store {

namespace {

// The stages run in this order, each to its end before the next: claim the keys, write the orders, report, and last of
// all insert the events. The events take a lock that every writer needs (migrations/0001, lock_event_positions), so
// nothing may be waited for after it. PostgreSQL runs `logged` last since nothing reads it.
//
// The update joins `winner`, not `input` with a condition on `claimed`: when it finds a row changed meanwhile,
// PostgreSQL evaluates the condition anew, and cannot do so through a data-modifying WITH.
constexpr char kWriteSql[] = R"sql(
WITH input AS MATERIALIZED (
  SELECT *
  FROM unnest($1::text[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
              $9::text[], $10::text[], $11::text[], $12::text[], $13::text[], $14::text[], $15::timestamptz[],
              $16::timestamptz[], $17::timestamptz[], $18::bytea[], $19::bytea[], $20::uuid[], $21::text[],
              $22::bytea[], $23::uuid[], $24::uuid[])
       WITH ORDINALITY
    AS i (order_id, version, state, payment_state, customer_id, currency_code, subtotal, discount_total, tax_total,
          shipping_fee, total, refunded_total, external_reference, labels, create_time, update_time, expire_time, body,
          personal, event_id, event_type, event_payload, key, fingerprint, place)
), claimed AS (
  INSERT INTO idempotency_key (key, fingerprint, order_id)
  SELECT key, fingerprint, order_id FROM input WHERE key IS NOT NULL ORDER BY key
  ON CONFLICT DO NOTHING
  RETURNING key
), winner AS MATERIALIZED (
  SELECT * FROM input WHERE key IS NULL OR key IN (SELECT key FROM claimed)
), created AS (
  INSERT INTO orders (order_id, version, state, payment_state, customer_id, currency_code, subtotal, discount_total,
                      tax_total, shipping_fee, total, refunded_total, external_reference, labels, create_time,
                      update_time, expire_time, body, personal)
  SELECT order_id, version, state::order_state, payment_state::payment_state, customer_id, currency_code,
         subtotal::numeric, discount_total::numeric, tax_total::numeric, shipping_fee::numeric, total::numeric,
         refunded_total::numeric, external_reference, labels::jsonb, create_time, update_time, expire_time, body,
         personal
  FROM winner WHERE version = 1
  ON CONFLICT DO NOTHING
  RETURNING order_id
), changed AS (
  UPDATE orders o
  SET version = w.version, state = w.state::order_state, payment_state = w.payment_state::payment_state,
      subtotal = w.subtotal::numeric, discount_total = w.discount_total::numeric, tax_total = w.tax_total::numeric,
      shipping_fee = w.shipping_fee::numeric, total = w.total::numeric, refunded_total = w.refunded_total::numeric,
      external_reference = w.external_reference, labels = w.labels::jsonb, update_time = w.update_time,
      expire_time = w.expire_time, body = w.body, personal = w.personal
  FROM winner w
  WHERE w.version > 1 AND o.order_id = w.order_id AND o.version = w.version - 1
  RETURNING o.order_id
), applied AS MATERIALIZED (
  SELECT order_id FROM created UNION ALL SELECT order_id FROM changed
), logged AS (
  INSERT INTO order_event (order_id, order_version, event_id, type, occur_time, payload)
  SELECT order_id, version, event_id, event_type, update_time, event_payload
  FROM input WHERE order_id IN (SELECT order_id FROM applied)
)
SELECT CASE WHEN order_id IN (SELECT order_id FROM applied) THEN 'a'
            WHEN key IN (SELECT key FROM claimed) THEN 'u'
            WHEN key IS NOT NULL THEN 'k'
            ELSE 'v' END
FROM input ORDER BY place
)sql";

// Claimed keys of writes that were not applied after all: they must not answer for a change that did not happen.
constexpr char kUnclaimSql[] = "DELETE FROM idempotency_key WHERE key = ANY ($1::uuid[])";

// Which of these events exist.
constexpr char kFindEventsSql[] = R"sql(
SELECT i.place - 1
FROM unnest($1::text[], $2::bigint[], $3::uuid[]) WITH ORDINALITY AS i (order_id, version, event_id, place)
JOIN order_event e ON e.order_id = i.order_id AND e.order_version = i.version AND e.event_id = i.event_id
)sql";

std::vector<size_t> FindCommitted(Connection& connection, pqxx::transaction_base& transaction,
                                  std::span<const OrderWrite* const> batch) {
  BinaryArray order_ids(BinaryArray::Element::kText);
  BinaryArray versions(BinaryArray::Element::kInt8);
  BinaryArray event_ids(BinaryArray::Element::kUuid);
  for (const OrderWrite* write : batch) {
    order_ids.Add(write->order_id);
    versions.Add(write->version);
    event_ids.Add(write->event_id);
  }
  connection.Prepare("find_events", kFindEventsSql);
  const std::vector<std::string> parameters = {std::move(order_ids).Take(), std::move(versions).Take(),
                                               std::move(event_ids).Take()};
  std::vector<size_t> places;
  for (const auto& row : ExecPrepared(transaction, "find_events", parameters)) places.push_back(row[0].as<size_t>());
  return places;
}

}  // namespace

std::vector<Written> ExecuteWrites(Connection& connection, std::span<const OrderWrite* const> batch, bool in_doubt) {
  connection.Prepare("write", kWriteSql);
  connection.Prepare("unclaim", kUnclaimSql);
  pqxx::work transaction(connection.session());
  const pqxx::result rows = ExecPrepared(transaction, "write", EncodeWriteParameters(batch));

  std::vector<Written> outcomes(batch.size(), Written::kApplied);
  BinaryArray unclaimed(BinaryArray::Element::kUuid);
  bool any_unclaimed = false;
  for (size_t i = 0; i < batch.size(); ++i) {
    switch (rows[static_cast<pqxx::result::size_type>(i)][0].c_str()[0]) {
      case 'a':
        break;
      case 'u':
        unclaimed.Add(batch[i]->idempotency->key);
        any_unclaimed = true;
        outcomes[i] = Written::kVersionTaken;
        break;
      case 'k':
        outcomes[i] = Written::kKeyTaken;
        break;
      default:
        outcomes[i] = Written::kVersionTaken;
    }
  }
  if (any_unclaimed) ExecPrepared(transaction, "unclaim", std::vector<std::string>{std::move(unclaimed).Take()});
  if (in_doubt) {
    for (size_t place : FindCommitted(connection, transaction, batch)) outcomes[place] = Written::kApplied;
  }
  transaction.commit();
  return outcomes;
}

std::vector<std::string> EncodeWriteParameters(std::span<const OrderWrite* const> batch) {
  using Element = BinaryArray::Element;
  std::vector<std::string> parameters;
  auto column = [&](Element element, auto add) {
    BinaryArray array(element);
    for (const OrderWrite* write : batch) add(array, *write);
    parameters.push_back(std::move(array).Take());
  };
  auto text = [&](auto member) {
    column(Element::kText, [member](BinaryArray& array, const OrderWrite& write) { array.Add(write.*member); });
  };
  auto text_or_null = [&](auto member) {
    column(Element::kText, [member](BinaryArray& array, const OrderWrite& write) { array.AddOrNull(write.*member); });
  };
  auto time = [&](auto member) {
    column(Element::kTimestamptz, [member](BinaryArray& array, const OrderWrite& write) { array.Add(write.*member); });
  };
  text(&OrderWrite::order_id);
  column(Element::kInt8, [](BinaryArray& array, const OrderWrite& write) { array.Add(write.version); });
  text(&OrderWrite::state);
  text(&OrderWrite::payment_state);
  text(&OrderWrite::customer_id);
  text(&OrderWrite::currency_code);
  text(&OrderWrite::subtotal);
  text(&OrderWrite::discount_total);
  text(&OrderWrite::tax_total);
  text(&OrderWrite::shipping_fee);
  text(&OrderWrite::total);
  text(&OrderWrite::refunded_total);
  text_or_null(&OrderWrite::external_reference);
  text_or_null(&OrderWrite::labels_json);
  time(&OrderWrite::create_time);
  time(&OrderWrite::update_time);
  column(Element::kTimestamptz,
         [](BinaryArray& array, const OrderWrite& write) { array.AddOrNull(write.expire_time); });
  column(Element::kBytea, [](BinaryArray& array, const OrderWrite& write) { array.Add(write.encoded.body); });
  column(Element::kBytea, [](BinaryArray& array, const OrderWrite& write) {
    const std::string& personal = write.encoded.personal;
    array.AddOrNull(personal.empty() ? std::nullopt : std::optional(personal));
  });
  column(Element::kUuid, [](BinaryArray& array, const OrderWrite& write) { array.Add(write.event_id); });
  text(&OrderWrite::event_type);
  column(Element::kBytea, [](BinaryArray& array, const OrderWrite& write) { array.Add(write.event_payload); });
  column(Element::kUuid, [](BinaryArray& array, const OrderWrite& write) {
    array.AddOrNull(write.idempotency ? std::optional(write.idempotency->key) : std::nullopt);
  });
  column(Element::kUuid, [](BinaryArray& array, const OrderWrite& write) {
    array.AddOrNull(write.idempotency ? std::optional(write.idempotency->fingerprint) : std::nullopt);
  });
  return parameters;
}

}  // namespace orders::store
