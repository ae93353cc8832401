"""Every query of the contract has its index: the plans of the server's own statements, as PostgreSQL's auto_explain logs
them, over tables of 30,000 rows."""

import re
import uuid

import pytest

from client import Client, create_request, pb, refusal_of
from server import Server, migrate, wait_for

FILL = """
INSERT INTO orders (order_id, version, state, payment_state, customer_id, currency_code, subtotal, discount_total, tax_total,
                    shipping_fee, total, refunded_total, external_reference, labels, create_time, update_time, expire_time,
                    body, personal)
SELECT 'fill-' || n, 1, 'PENDING', 'UNPAID', 'customer-' || n % 500, 'EUR', 1, 0, 0, 0, 1, 0,
       CASE WHEN n % 10 = 0 THEN 'ref-' || n END, CASE WHEN n % 10 = 0 THEN jsonb_build_object('k' || n % 100, n::text) END,
       now() - n * interval '1 minute', now() - n * interval '1 minute', CASE WHEN n % 10 = 0 THEN now() + interval '1 day' END,
       '', CASE WHEN n % 20 = 0 THEN ''::bytea END
FROM generate_series(1, 30000) n;
INSERT INTO order_event (order_id, order_version, event_id, type, occur_time, payload)
SELECT order_id, 1, gen_random_uuid(), 'order.created', create_time, '' FROM orders;
INSERT INTO idempotency_key (key, fingerprint, order_id, create_time)
SELECT gen_random_uuid(), gen_random_uuid(), order_id, create_time FROM orders;
ANALYZE;
"""
AUTO_EXPLAIN = """
ALTER DATABASE {0} SET session_preload_libraries = 'auto_explain';
ALTER DATABASE {0} SET auto_explain.log_min_duration = 0;
ALTER DATABASE {0} SET auto_explain.log_analyze = on;
"""
# Rows that a page may read in vain.
MAX_ROWS_IN_VAIN = 1000


@pytest.fixture(scope="module", name="filled")
def filled_database(cluster):
    made = cluster.create_database("orders_filled")
    migrate(made)
    made.sql(FILL)
    made.sql(AUTO_EXPLAIN.format(made.name))
    return made


@pytest.fixture(scope="module", name="filled_client")
def client_of_filled_database(filled):
    server = Server(filled.url("orders_app"), "--expiry_interval=50ms").start()
    made = Client(server.address)
    yield made
    made.close()
    server.close()


class PlanLog:
    """The plans that the cluster logs from now on."""

    def __init__(self, cluster):
        self._path = cluster.directory / "log"
        self._begin = self._path.stat().st_size

    def plans_of(self, statement: str) -> list:
        """Those of statements that contain `statement`."""
        with open(self._path, encoding="utf-8") as log:
            log.seek(self._begin)
            entries = re.split(r"\n(?!\t)", log.read())
        return [entry for entry in entries if "plan:" in entry and statement in entry]


def assert_plans_use_indexes(log: PlanLog, statement: str) -> str:
    wait_for(lambda: log.plans_of(statement), 10, lambda: f"no plan of {statement!r}")
    plans = "\n".join(log.plans_of(statement))
    scanned = re.findall(r"Seq Scan on (?:orders|order_event|idempotency_key)\b", plans)
    assert not scanned, plans
    in_vain = [int(count) for count in re.findall(r"Rows Removed by (?:Filter|Index Recheck): (\d+)", plans)]
    assert all(count <= MAX_ROWS_IN_VAIN for count in in_vain), plans
    return plans


@pytest.mark.parametrize("text, order_by, index", [
    ("", "", "orders_by_create_time"),
    ("", "create_time", "orders_by_create_time"),
    ("", "update_time desc", "orders_by_update_time"),
    ('create_time < "{long_ago}"', "", "orders_by_create_time"),
    ('update_time >= "{long_ago}"', "update_time", "orders_by_update_time"),
    ("customer_id = customer-7", "", "orders_by_customer"),
    ("customer_id = customer-7 AND state = PENDING", "", "orders_by_customer"),
    ('customer_id = customer-7 AND create_time < "{long_ago}"', "create_time", "orders_by_customer"),
    ("state = PENDING", "", ""),
    ("state = CONFIRMED", "", "orders_by_state"),
    ("state = SHIPPED OR state = DELIVERED", "", "orders_by_state"),
    ("external_reference = ref-10", "", "orders_by_external_reference"),
    ('labels.k10 = "10"', "", "orders_by_label"),
    ("labels:k10", "", "orders_by_label"),
])
def test_lists(cluster, filled, filled_client, text, order_by, index):
    long_ago = filled.sql("SELECT to_char(now() AT TIME ZONE 'UTC' - interval '15 days', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')")
    request = pb.ListOrdersRequest(filter=text.format(long_ago=long_ago), order_by=order_by, page_size=20)
    log = PlanLog(cluster)
    page = filled_client.ListOrders(request, timeout=20)
    assert index in assert_plans_use_indexes(log, "body, personal FROM orders WHERE")
    if page.next_page_token:
        request.page_token = page.next_page_token
        log = PlanLog(cluster)
        filled_client.ListOrders(request, timeout=20)
        assert_plans_use_indexes(log, "body, personal FROM orders WHERE")


def test_a_page_far_behind_costs_what_the_first_costs(cluster, filled_client):
    request = pb.ListOrdersRequest(page_size=1000)
    for _ in range(25):
        log = PlanLog(cluster)
        request.page_token = filled_client.ListOrders(request, timeout=20).next_page_token
    assert request.page_token
    plans = assert_plans_use_indexes(log, "body, personal FROM orders WHERE")
    assert re.search(r"Index Scan.*rows=1001 ", plans), plans


def test_reads_and_writes_by_name(cluster, filled_client):
    log = PlanLog(cluster)
    request = create_request(request_id=str(uuid.uuid4()))
    order = filled_client.CreateOrder(request, timeout=20)
    filled_client.CreateOrder(request, timeout=20)
    filled_client.GetOrder(pb.GetOrderRequest(name=order.name), timeout=20)
    filled_client.ConfirmOrder(pb.ConfirmOrderRequest(name=order.name, request_id=str(uuid.uuid4())), timeout=20)
    filled_client.ListOrderEvents(pb.ListOrderEventsRequest(parent=order.name), timeout=20)
    refusal_of(filled_client.ListOrderEvents, pb.ListOrderEventsRequest(parent="orders/none"))
    for statement in ("INSERT INTO idempotency_key", "FROM orders WHERE order_id = ANY", "FROM idempotency_key WHERE key = ANY",
                      "FROM order_event WHERE order_id", "SELECT FROM orders WHERE order_id"):
        assert_plans_use_indexes(log, statement)


def test_erasure_and_expiry(cluster, filled_client):
    log = PlanLog(cluster)
    request = create_request(customer_id="customer-7")
    request.order.note = "personal"
    request.order.expire_time.GetCurrentTime()
    request.order.expire_time.seconds += 3600
    filled_client.CreateOrder(request, timeout=20)
    assert filled_client.EraseCustomerData(pb.EraseCustomerDataRequest(customer_id="customer-7"), timeout=20).orders_erased == 1
    assert "orders_with_personal_data" in assert_plans_use_indexes(log, "personal IS NOT NULL")
    assert "orders_to_expire" in assert_plans_use_indexes(log, "expire_time <=")
