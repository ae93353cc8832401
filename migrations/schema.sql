CREATE TYPE public.order_state AS ENUM (
    'PENDING',
    'CONFIRMED',
    'PARTIALLY_SHIPPED',
    'SHIPPED',
    'DELIVERED',
    'REJECTED',
    'EXPIRED',
    'CANCELLED',
    'PARTIALLY_RETURNED',
    'RETURNED'
);

CREATE TYPE public.payment_state AS ENUM (
    'UNPAID',
    'AUTHORIZED',
    'CAPTURED',
    'PARTIALLY_REFUNDED',
    'REFUNDED',
    'VOIDED'
);

CREATE FUNCTION public.check_order_update() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
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

CREATE FUNCTION public.lock_event_positions() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  PERFORM pg_advisory_xact_lock('order_event'::regclass::oid::bigint);
  RETURN NULL;
END
$$;

CREATE FUNCTION public.proto_fields(message bytea) RETURNS TABLE(field integer, number bigint, bytes bytea)
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
    AS $$
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

CREATE FUNCTION public.proto_bytes(message bytea, wanted integer) RETURNS bytea
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN (SELECT f.bytes FROM public.proto_fields(proto_bytes.message) f(field, number, bytes) WHERE (f.field = proto_bytes.wanted) LIMIT 1);

CREATE FUNCTION public.proto_number(message bytea, wanted integer) RETURNS bigint
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN (SELECT f.number FROM public.proto_fields(proto_number.message) f(field, number, bytes) WHERE (f.field = proto_number.wanted) LIMIT 1);

CREATE FUNCTION public.proto_money(message bytea) RETURNS numeric
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN trim_scale(((COALESCE(public.proto_number(message, 2), (0)::bigint))::numeric + ((COALESCE(public.proto_number(message, 3), (0)::bigint))::numeric / 1000000000.0)));

CREATE FUNCTION public.proto_text(message bytea, wanted integer) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN (SELECT convert_from(f.bytes, 'UTF8'::name) AS convert_from FROM public.proto_fields(proto_text.message) f(field, number, bytes) WHERE (f.field = proto_text.wanted) LIMIT 1);

CREATE TABLE public.idempotency_key (
    key uuid NOT NULL,
    fingerprint uuid NOT NULL,
    order_id text NOT NULL COLLATE pg_catalog."C",
    create_time timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE public.order_event (
    "position" bigint NOT NULL,
    order_id text NOT NULL COLLATE pg_catalog."C",
    order_version bigint NOT NULL,
    event_id uuid NOT NULL,
    type text NOT NULL COLLATE pg_catalog."C",
    occur_time timestamp with time zone NOT NULL,
    payload bytea NOT NULL,
    CONSTRAINT order_event_order_version_check CHECK ((order_version >= 1)),
    CONSTRAINT order_event_type_check CHECK ((type ~~ 'order.%'::text))
);

ALTER TABLE public.order_event ALTER COLUMN "position" ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.order_event_position_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE VIEW public.order_history AS
 SELECT order_event."position",
    order_event.order_id,
    order_event.order_version,
    order_event.type,
    order_event.occur_time,
    order_event.event_id,
    public.proto_text(order_event.payload, 7) AS actor,
    public.proto_text(order_event.payload, 8) AS request_id,
    public.proto_text(order_event.payload, 9) AS correlation_id,
    public.proto_text(order_event.payload, 10) AS traceparent
   FROM public.order_event;

CREATE TABLE public.orders (
    order_id text NOT NULL COLLATE pg_catalog."C",
    version bigint NOT NULL,
    state public.order_state NOT NULL,
    payment_state public.payment_state NOT NULL,
    customer_id text NOT NULL COLLATE pg_catalog."C",
    currency_code text NOT NULL COLLATE pg_catalog."C",
    subtotal numeric NOT NULL,
    discount_total numeric NOT NULL,
    tax_total numeric NOT NULL,
    shipping_fee numeric NOT NULL,
    total numeric NOT NULL,
    refunded_total numeric NOT NULL,
    external_reference text COLLATE pg_catalog."C",
    labels jsonb,
    create_time timestamp with time zone NOT NULL,
    update_time timestamp with time zone NOT NULL,
    expire_time timestamp with time zone,
    body bytea NOT NULL,
    personal bytea,
    CONSTRAINT amounts_not_negative CHECK (((subtotal >= (0)::numeric) AND (discount_total >= (0)::numeric) AND (tax_total >= (0)::numeric) AND (shipping_fee >= (0)::numeric) AND (refunded_total >= (0)::numeric))),
    CONSTRAINT currency_code_format CHECK (((octet_length(currency_code) = 3) AND (ltrim(currency_code, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'::text) = ''::text))),
    CONSTRAINT customer_id_length CHECK (((length(customer_id) >= 1) AND (length(customer_id) <= 128))),
    CONSTRAINT discount_within_subtotal CHECK ((discount_total <= subtotal)),
    CONSTRAINT labels_not_empty CHECK ((labels <> '{}'::jsonb)),
    CONSTRAINT order_id_length CHECK (((octet_length(order_id) >= 1) AND (octet_length(order_id) <= 63))),
    CONSTRAINT refunds_match_payment CHECK (
CASE payment_state
    WHEN 'PARTIALLY_REFUNDED'::public.payment_state THEN ((refunded_total > (0)::numeric) AND (refunded_total < total))
    WHEN 'REFUNDED'::public.payment_state THEN ((refunded_total > (0)::numeric) AND (refunded_total = total))
    ELSE (refunded_total = (0)::numeric)
END),
    CONSTRAINT starts_pending_and_unpaid CHECK (((version > 1) OR ((version = 1) AND (state = 'PENDING'::public.order_state) AND (payment_state = 'UNPAID'::public.payment_state)))),
    CONSTRAINT times_in_order CHECK ((update_time >= create_time)),
    CONSTRAINT total_adds_up CHECK ((total = (((subtotal - discount_total) + tax_total) + shipping_fee))),
    CONSTRAINT total_within_limit CHECK ((total <= ('999999999999999'::bigint)::numeric))
);

CREATE VIEW public.order_lines AS
 SELECT o.order_id,
    row_number() OVER (PARTITION BY o.order_id ORDER BY f.place) AS place,
    public.proto_text(f.bytes, 1) AS line_id,
    public.proto_text(f.bytes, 2) AS product_id,
    public.proto_text(f.bytes, 3) AS description,
    public.proto_number(f.bytes, 4) AS quantity,
    public.proto_money(public.proto_bytes(f.bytes, 5)) AS unit_price,
    COALESCE(public.proto_money(public.proto_bytes(f.bytes, 6)), (0)::numeric) AS discount,
    COALESCE(public.proto_money(public.proto_bytes(f.bytes, 7)), (0)::numeric) AS tax,
    o.currency_code,
    COALESCE(public.proto_number(f.bytes, 8), (0)::bigint) AS quantity_shipped,
    COALESCE(public.proto_number(f.bytes, 9), (0)::bigint) AS quantity_returned
   FROM (public.orders o
     CROSS JOIN LATERAL public.proto_fields(o.body) WITH ORDINALITY f(field, number, bytes, place))
  WHERE (f.field = 3);

CREATE VIEW public.order_summary AS
 SELECT orders.order_id,
    orders.version,
    orders.state,
    orders.payment_state,
    orders.customer_id,
    orders.currency_code,
    orders.subtotal,
    orders.discount_total,
    orders.tax_total,
    orders.shipping_fee,
    orders.total,
    orders.refunded_total,
    orders.external_reference,
    orders.labels,
    public.proto_text(orders.body, 18) AS state_reason,
    orders.create_time,
    orders.update_time,
    orders.expire_time,
    (orders.personal IS NOT NULL) AS has_personal_data
   FROM public.orders;

CREATE TABLE public.schema_migration (
    version integer NOT NULL,
    name text NOT NULL,
    checksum text NOT NULL,
    applied_time timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY public.idempotency_key
    ADD CONSTRAINT idempotency_key_pkey PRIMARY KEY (key);

ALTER TABLE ONLY public.order_event
    ADD CONSTRAINT order_event_order_id_order_version_key UNIQUE (order_id, order_version);

ALTER TABLE ONLY public.order_event
    ADD CONSTRAINT order_event_pkey PRIMARY KEY ("position");

ALTER TABLE ONLY public.orders
    ADD CONSTRAINT orders_pkey PRIMARY KEY (order_id);

ALTER TABLE ONLY public.schema_migration
    ADD CONSTRAINT schema_migration_pkey PRIMARY KEY (version);

CREATE INDEX idempotency_key_by_age ON public.idempotency_key USING brin (create_time) WITH (pages_per_range='16');

CREATE INDEX orders_by_create_time ON public.orders USING btree (create_time, order_id);

CREATE INDEX orders_by_customer ON public.orders USING btree (customer_id, create_time, order_id);

CREATE INDEX orders_by_external_reference ON public.orders USING btree (external_reference, create_time, order_id) WHERE (external_reference IS NOT NULL);

CREATE INDEX orders_by_label ON public.orders USING gin (labels) WHERE (labels IS NOT NULL);

CREATE INDEX orders_by_state ON public.orders USING btree (state, create_time, order_id);

CREATE INDEX orders_by_update_time ON public.orders USING btree (update_time, order_id);

CREATE INDEX orders_to_expire ON public.orders USING btree (expire_time) WHERE ((state = 'PENDING'::public.order_state) AND (expire_time IS NOT NULL));

CREATE INDEX orders_with_personal_data ON public.orders USING btree (customer_id, order_id) WHERE (personal IS NOT NULL);

CREATE TRIGGER check_order_update BEFORE UPDATE ON public.orders FOR EACH ROW EXECUTE FUNCTION public.check_order_update();

CREATE TRIGGER lock_event_positions BEFORE INSERT ON public.order_event FOR EACH STATEMENT EXECUTE FUNCTION public.lock_event_positions();

GRANT SELECT,INSERT,DELETE ON TABLE public.idempotency_key TO orders_service;

GRANT SELECT ON TABLE public.order_event TO orders_service;

GRANT INSERT(order_id) ON TABLE public.order_event TO orders_service;

GRANT INSERT(order_version) ON TABLE public.order_event TO orders_service;

GRANT INSERT(event_id) ON TABLE public.order_event TO orders_service;

GRANT INSERT(type) ON TABLE public.order_event TO orders_service;

GRANT INSERT(occur_time) ON TABLE public.order_event TO orders_service;

GRANT INSERT(payload) ON TABLE public.order_event TO orders_service;

GRANT SELECT ON TABLE public.order_history TO orders_service;

GRANT SELECT,INSERT,UPDATE ON TABLE public.orders TO orders_service;

GRANT SELECT ON TABLE public.order_lines TO orders_service;

GRANT SELECT ON TABLE public.order_summary TO orders_service;

GRANT SELECT ON TABLE public.schema_migration TO orders_service;
