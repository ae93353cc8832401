-- Orders, the log of their changes, and the idempotency keys of the calls that made them.

DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'orders_service') THEN
    CREATE ROLE orders_service NOLOGIN;
  END IF;
END
$$;

-- In the order of orders.v1.OrderState.
CREATE TYPE order_state AS ENUM (
  'PENDING', 'CONFIRMED', 'PARTIALLY_SHIPPED', 'SHIPPED', 'DELIVERED', 'REJECTED', 'EXPIRED', 'CANCELLED',
  'PARTIALLY_RETURNED', 'RETURNED');

CREATE TYPE payment_state AS ENUM ('UNPAID', 'AUTHORIZED', 'CAPTURED', 'PARTIALLY_REFUNDED', 'REFUNDED', 'VOIDED');

-- One row an order. The body is what the API returns; the other columns repeat what is filtered, sorted and checked.
CREATE TABLE orders (
  order_id           text COLLATE "C" PRIMARY KEY,
  version            bigint NOT NULL,
  state              order_state NOT NULL,
  payment_state      payment_state NOT NULL,
  customer_id        text COLLATE "C" NOT NULL,
  currency_code      text COLLATE "C" NOT NULL,
  subtotal           numeric NOT NULL,
  discount_total     numeric NOT NULL,
  tax_total          numeric NOT NULL,
  shipping_fee       numeric NOT NULL,
  total              numeric NOT NULL,
  refunded_total     numeric NOT NULL,
  external_reference text COLLATE "C",
  labels             jsonb,
  create_time        timestamptz NOT NULL,
  update_time        timestamptz NOT NULL,
  expire_time        timestamptz,
  body               bytea NOT NULL,  -- orders.v1.Order without personal data
  personal           bytea,           -- orders.v1.Order with only shipping_address and note

  -- Lengths and sets of characters, not patterns: a regular expression a row took a tenth of the time of an insert.
  CONSTRAINT order_id_length CHECK (octet_length(order_id) BETWEEN 1 AND 63),
  CONSTRAINT starts_pending_and_unpaid CHECK (
    version > 1 OR (version = 1 AND state = 'PENDING' AND payment_state = 'UNPAID')),
  CONSTRAINT customer_id_length CHECK (length(customer_id) BETWEEN 1 AND 128),
  CONSTRAINT currency_code_format CHECK (
    octet_length(currency_code) = 3 AND ltrim(currency_code, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ') = ''),
  CONSTRAINT amounts_not_negative CHECK (
    subtotal >= 0 AND discount_total >= 0 AND tax_total >= 0 AND shipping_fee >= 0 AND refunded_total >= 0),
  CONSTRAINT discount_within_subtotal CHECK (discount_total <= subtotal),
  CONSTRAINT total_adds_up CHECK (total = subtotal - discount_total + tax_total + shipping_fee),
  CONSTRAINT total_within_limit CHECK (total <= 999999999999999),
  CONSTRAINT refunds_match_payment CHECK (
    CASE payment_state
      WHEN 'PARTIALLY_REFUNDED' THEN refunded_total > 0 AND refunded_total < total
      WHEN 'REFUNDED' THEN refunded_total > 0 AND refunded_total = total
      ELSE refunded_total = 0
    END),
  CONSTRAINT labels_not_empty CHECK (labels <> '{}'),
  CONSTRAINT times_in_order CHECK (update_time >= create_time)
);

CREATE INDEX orders_by_customer ON orders (customer_id, create_time, order_id);
CREATE INDEX orders_by_create_time ON orders (create_time, order_id);
CREATE INDEX orders_by_update_time ON orders (update_time, order_id);
CREATE INDEX orders_by_state ON orders (state, create_time, order_id);
CREATE INDEX orders_by_external_reference ON orders (external_reference, create_time, order_id)
  WHERE external_reference IS NOT NULL;
CREATE INDEX orders_by_label ON orders USING gin (labels) WHERE labels IS NOT NULL;
CREATE INDEX orders_to_expire ON orders (expire_time) WHERE state = 'PENDING' AND expire_time IS NOT NULL;
CREATE INDEX orders_with_personal_data ON orders (customer_id, order_id) WHERE personal IS NOT NULL;

-- What no client may do to a stored order. The transitions are those of server/domain/transitions.cc; a test compares.
CREATE FUNCTION check_order_update() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.version <> OLD.version + 1 THEN
    RAISE EXCEPTION 'order %: version % cannot follow %', OLD.order_id, NEW.version, OLD.version
      USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.order_id <> OLD.order_id OR NEW.customer_id <> OLD.customer_id OR NEW.currency_code <> OLD.currency_code
     OR NEW.create_time <> OLD.create_time OR NEW.update_time < OLD.update_time THEN
    RAISE EXCEPTION 'order %: order_id, customer_id, currency_code and create_time are fixed, and update_time never goes back',
      OLD.order_id USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.state <> OLD.state AND (OLD.state::text, NEW.state::text) NOT IN (
      ('PENDING', 'CONFIRMED'), ('PENDING', 'REJECTED'), ('PENDING', 'EXPIRED'), ('PENDING', 'CANCELLED'),
      ('CONFIRMED', 'CANCELLED'), ('CONFIRMED', 'PARTIALLY_SHIPPED'), ('CONFIRMED', 'SHIPPED'),
      ('PARTIALLY_SHIPPED', 'SHIPPED'), ('SHIPPED', 'DELIVERED'),
      ('SHIPPED', 'PARTIALLY_RETURNED'), ('SHIPPED', 'RETURNED'),
      ('DELIVERED', 'PARTIALLY_RETURNED'), ('DELIVERED', 'RETURNED'), ('PARTIALLY_RETURNED', 'RETURNED')) THEN
    RAISE EXCEPTION 'order %: state % cannot follow %', OLD.order_id, NEW.state, OLD.state
      USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.payment_state <> OLD.payment_state AND (OLD.payment_state::text, NEW.payment_state::text) NOT IN (
      ('UNPAID', 'AUTHORIZED'), ('UNPAID', 'CAPTURED'), ('AUTHORIZED', 'CAPTURED'), ('AUTHORIZED', 'VOIDED'),
      ('CAPTURED', 'PARTIALLY_REFUNDED'), ('CAPTURED', 'REFUNDED'), ('PARTIALLY_REFUNDED', 'REFUNDED')) THEN
    RAISE EXCEPTION 'order %: payment state % cannot follow %', OLD.order_id, NEW.payment_state, OLD.payment_state
      USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.refunded_total < OLD.refunded_total THEN
    RAISE EXCEPTION 'order %: refunded_total % is less than %', OLD.order_id, NEW.refunded_total, OLD.refunded_total
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END
$$;

CREATE TRIGGER check_order_update BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION check_order_update();

-- The log: one row a change of an order, append-only, in the same transaction as the change.
CREATE TABLE order_event (
  position      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  order_id      text COLLATE "C" NOT NULL,
  order_version bigint NOT NULL CHECK (order_version >= 1),
  event_id      uuid NOT NULL,
  type          text COLLATE "C" NOT NULL CHECK (type LIKE 'order.%'),
  occur_time    timestamptz NOT NULL,
  payload       bytea NOT NULL,  -- orders.v1.OrderEvent without its position

  UNIQUE (order_id, order_version)
);

-- Positions become visible in order: who inserts events holds this lock until its transaction has ended, so no smaller
-- position can be committed after a larger one was seen. Fired before the first row's position is drawn.
CREATE FUNCTION lock_event_positions() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock('order_event'::regclass::oid::bigint);
  RETURN NULL;
END
$$;

CREATE TRIGGER lock_event_positions BEFORE INSERT ON order_event
  FOR EACH STATEMENT EXECUTE FUNCTION lock_event_positions();

-- Which request ids took effect. The key is the first 128 bits of SHA-256 over caller and request id; the fingerprint
-- those over method and request.
CREATE TABLE idempotency_key (
  key         uuid PRIMARY KEY,
  fingerprint uuid NOT NULL,
  order_id    text COLLATE "C" NOT NULL,
  create_time timestamptz NOT NULL DEFAULT now()
);

-- Rows arrive in the order of create_time, so a block-range index finds the old ones at almost no cost to inserts.
CREATE INDEX idempotency_key_by_age ON idempotency_key USING brin (create_time) WITH (pages_per_range = 16);

GRANT SELECT, INSERT, UPDATE ON orders TO orders_service;
GRANT SELECT, INSERT (order_id, order_version, event_id, type, occur_time, payload) ON order_event TO orders_service;
GRANT SELECT, INSERT, DELETE ON idempotency_key TO orders_service;
