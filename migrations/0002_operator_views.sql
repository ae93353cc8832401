-- Plain SQL over what the tables keep as protobuf, for people with psql. Not used by the service; decoding a thousand
-- orders takes a moment.

-- The fields of a protobuf message in wire order (https://protobuf.dev/programming-guides/encoding/). `number` holds
-- varints and fixed-width values, `bytes` length-delimited ones.
CREATE FUNCTION proto_fields(message bytea)
  RETURNS TABLE (field int, number bigint, bytes bytea)
  LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  at     int := 0;
  size   int := length(message);
  tag    bigint;
  shift  int;
  octet  int;
BEGIN
  WHILE at < size LOOP
    tag := 0;
    shift := 0;
    LOOP
      octet := get_byte(message, at);
      at := at + 1;
      tag := tag | ((octet & 127)::bigint << shift);
      shift := shift + 7;
      EXIT WHEN octet < 128;
    END LOOP;
    field := (tag >> 3)::int;
    number := 0;
    bytes := NULL;
    CASE tag & 7
      WHEN 0, 2 THEN
        shift := 0;
        LOOP
          octet := get_byte(message, at);
          at := at + 1;
          number := number | ((octet & 127)::bigint << shift);
          shift := shift + 7;
          EXIT WHEN octet < 128;
        END LOOP;
        IF tag & 7 = 2 THEN
          bytes := substr(message, at + 1, number::int);
          at := at + number::int;
          number := NULL;
        END IF;
      WHEN 1 THEN
        FOR i IN 0..7 LOOP
          number := number | (get_byte(message, at + i)::bigint << (8 * i));
        END LOOP;
        at := at + 8;
      WHEN 5 THEN
        FOR i IN 0..3 LOOP
          number := number | (get_byte(message, at + i)::bigint << (8 * i));
        END LOOP;
        at := at + 4;
      ELSE
        RAISE EXCEPTION 'not a protobuf message: wire type % at byte %', tag & 7, at;
    END CASE;
    RETURN NEXT;
  END LOOP;
END
$$;

CREATE FUNCTION proto_text(message bytea, wanted int) RETURNS text
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  RETURN (SELECT convert_from(f.bytes, 'UTF8') FROM proto_fields(message) f WHERE f.field = wanted LIMIT 1);

CREATE FUNCTION proto_number(message bytea, wanted int) RETURNS bigint
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  RETURN (SELECT f.number FROM proto_fields(message) f WHERE f.field = wanted LIMIT 1);

CREATE FUNCTION proto_bytes(message bytea, wanted int) RETURNS bytea
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  RETURN (SELECT f.bytes FROM proto_fields(message) f WHERE f.field = wanted LIMIT 1);

-- google.type.Money as a number.
CREATE FUNCTION proto_money(message bytea) RETURNS numeric
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  RETURN trim_scale(coalesce(proto_number(message, 2), 0) + coalesce(proto_number(message, 3), 0) / 1000000000.0);

-- One row a line of an order.
CREATE VIEW order_lines AS
SELECT o.order_id,
       row_number() OVER (PARTITION BY o.order_id ORDER BY f.place) AS place,
       proto_text(f.bytes, 1) AS line_id,
       proto_text(f.bytes, 2) AS product_id,
       proto_text(f.bytes, 3) AS description,
       proto_number(f.bytes, 4) AS quantity,
       proto_money(proto_bytes(f.bytes, 5)) AS unit_price,
       coalesce(proto_money(proto_bytes(f.bytes, 6)), 0) AS discount,
       coalesce(proto_money(proto_bytes(f.bytes, 7)), 0) AS tax,
       o.currency_code,
       coalesce(proto_number(f.bytes, 8), 0) AS quantity_shipped,
       coalesce(proto_number(f.bytes, 9), 0) AS quantity_returned
FROM orders o
CROSS JOIN LATERAL proto_fields(o.body) WITH ORDINALITY AS f (field, number, bytes, place)
WHERE f.field = 3;

-- Orders without the encoded columns, and with the reason of their state.
CREATE VIEW order_summary AS
SELECT order_id, version, state, payment_state, customer_id, currency_code, subtotal, discount_total, tax_total,
       shipping_fee, total, refunded_total, external_reference, labels, proto_text(body, 18) AS state_reason,
       create_time, update_time, expire_time, personal IS NOT NULL AS has_personal_data
FROM orders;

-- What happened to an order, by whom.
CREATE VIEW order_history AS
SELECT position, order_id, order_version, type, occur_time, event_id,
       proto_text(payload, 7) AS actor,
       proto_text(payload, 8) AS request_id,
       proto_text(payload, 9) AS correlation_id,
       proto_text(payload, 10) AS traceparent
FROM order_event;

GRANT SELECT ON order_lines, order_summary, order_history TO orders_service;
