"""Lists: complete, bound to their arguments, and served by an index."""

import pytest

from client import create_request, pb, refusal_of


@pytest.fixture(scope="module", name="orders")
def some_orders(client):
    """120 orders of 3 customers, every second one confirmed, every fifth with a label, every tenth with a reference."""
    made = []
    for number in range(120):
        request = create_request(customer_id=f"lister-{number % 3}")
        if number % 5 == 0:
            request.order.labels["channel"] = "web" if number % 2 else "shop"
        if number % 10 == 0:
            request.order.external_reference = f"ref-{number}"
        made.append(client.CreateOrder(request, timeout=20))
        if number % 2:
            made[-1] = client.ConfirmOrder(pb.ConfirmOrderRequest(name=made[-1].name), timeout=20)
    return made


def pages(client, page_size: int, **arguments):
    request = pb.ListOrdersRequest(page_size=page_size, **arguments)
    while True:
        page = client.ListOrders(request, timeout=20)
        yield [order.name for order in page.orders]
        if not page.next_page_token:
            return
        request.page_token = page.next_page_token


def names(orders) -> list:
    return [order.name for order in orders]


def test_pages_are_complete_and_without_repeats_while_others_insert(client, orders):
    found = []
    for page in pages(client, 7, filter='customer_id = "lister-1"'):
        found.extend(page)
        client.CreateOrder(create_request(customer_id="lister-1-late"), timeout=20)
    assert found == [order.name for order in reversed(orders) if order.customer_id == "lister-1"]


@pytest.mark.parametrize("text, matches", [
    ('state = CONFIRMED AND customer_id = "lister-0"', lambda o: o.state == 2 and o.customer_id == "lister-0"),
    ("labels.channel = web", lambda o: o.labels.get("channel") == "web"),
    ("labels:channel AND NOT labels.channel = web", lambda o: o.labels.get("channel") == "shop"),
    ("customer_id:lister-2 AND labels.channel != web", lambda o: o.customer_id == "lister-2" and o.labels.get("channel") != "web"),
    ("external_reference = ref-10 OR external_reference = ref-20", lambda o: o.external_reference in ("ref-10", "ref-20")),
    ('customer_id = lister-0 AND (state = PENDING OR -external_reference = "")', lambda o: o.customer_id == "lister-0" and (o.state == 1 or o.external_reference)),
    ('create_time < "2001-01-01T00:00:00Z"', lambda o: False),
    ("customer_id = \"' OR true --\"", lambda o: False),
])
def test_filters(client, orders, text, matches):
    found = [name for page in pages(client, 1000, filter=text, order_by="create_time") for name in page]
    assert found == [order.name for order in orders if matches(order)]


def test_order_by_update_time(client, orders):
    name = orders[0].name
    request = pb.UpdateOrderRequest()
    request.order.name, request.order.note = name, "touched"
    request.update_mask.paths.append("note")
    client.UpdateOrder(request, timeout=20)
    assert next(pages(client, 1, order_by="update_time desc")) == [name]


def test_tokens_are_bound_to_their_list(client, orders):
    token = client.ListOrders(pb.ListOrdersRequest(page_size=5), timeout=20).next_page_token
    for request in (pb.ListOrdersRequest(page_token=token, filter="state = PENDING"),
                    pb.ListOrdersRequest(page_token=token, order_by="update_time"),
                    pb.ListOrdersRequest(page_token="nonsense"), pb.ListOrdersRequest(page_token=token[:-4])):
        assert "page_token" in refusal_of(client.ListOrders, request).violations


@pytest.mark.parametrize("arguments", [{"filter": "state ="}, {"filter": "price = 1"}, {"filter": "(" * 40},
                                       {"order_by": "total"}, {"page_size": -1}])
def test_bad_arguments_are_named(client, arguments):
    assert list(arguments) == list(refusal_of(client.ListOrders, pb.ListOrdersRequest(**arguments)).violations)


FILL = """
INSERT INTO orders (order_id, version, state, payment_state, customer_id, currency_code, subtotal, discount_total, tax_total,
                    shipping_fee, total, refunded_total, external_reference, labels, create_time, update_time, expire_time,
                    body, personal)
SELECT 'fill-' || n, 1, 'PENDING', 'UNPAID', 'customer-' || n % 500, 'EUR', 1, 0, 0, 0, 1, 0,
       CASE WHEN n % 10 = 0 THEN 'ref-' || n END, CASE WHEN n % 10 = 0 THEN jsonb_build_object('k', n::text) END,
       now() - n * interval '1 minute', now() - n * interval '1 minute', CASE WHEN n % 10 = 0 THEN now() + interval '1 day' END,
       '', CASE WHEN n % 20 = 0 THEN ''::bytea END
FROM generate_series(1, 30000) n;
ANALYZE orders;
"""
PAGE = " ORDER BY {0} DESC, order_id DESC LIMIT 51"


@pytest.mark.parametrize("condition", [
    "true" + PAGE.format("create_time"),
    "true" + PAGE.format("update_time"),
    "customer_id = 'customer-7'" + PAGE.format("create_time"),
    "state = 'CONFIRMED'::order_state" + PAGE.format("create_time"),
    "(external_reference IS NOT NULL AND external_reference = 'ref-10')" + PAGE.format("create_time"),
    "(labels IS NOT NULL AND labels @> '{\"k\": \"10\"}'::jsonb)" + PAGE.format("create_time"),
    "create_time < now() - interval '20 days'" + PAGE.format("create_time"),
    "true AND (create_time, order_id) < (now() - interval '20 days', 'x')" + PAGE.format("create_time"),
    "order_id = ANY ('{fill-1,fill-2}'::text[])",
    "state = 'PENDING' AND expire_time IS NOT NULL AND expire_time <= now() ORDER BY expire_time LIMIT 128",
    "customer_id = 'customer-7' AND personal IS NOT NULL ORDER BY order_id LIMIT 128",
])
def test_every_query_of_the_contract_has_its_index(filled_database, condition):
    plan = filled_database.sql(f"SET random_page_cost = 1.1; EXPLAIN SELECT order_id, body FROM orders WHERE {condition}")
    assert "Seq Scan" not in plan, plan


@pytest.fixture(scope="module")
def filled_database(cluster):
    import server
    made = cluster.create_database("orders_filled")
    server.migrate(made)
    made.sql(FILL)
    return made
