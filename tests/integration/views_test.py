"""The views for people with psql say what the API says."""

import decimal
import json

import pytest

from client import create_request, pb

CAPTURED = 3


@pytest.fixture(scope="module", name="order")
def an_order_with_a_past(client):
    request = create_request(customer_id="viewed", external_reference="shop-17")
    request.order.lines[0].discount.units, request.order.lines[0].discount.currency_code = 1, "EUR"
    request.order.lines[1].tax.nanos, request.order.lines[1].tax.currency_code = 350_000_000, "EUR"
    request.order.shipping_fee.units, request.order.shipping_fee.currency_code = 4, "EUR"
    request.order.labels["channel"], request.order.note = "web", "ring twice"
    name = client.CreateOrder(request, timeout=20, metadata=[("x-caller", "shop"), ("x-correlation-id", "corr-7")]).name
    pay = pb.UpdateOrderRequest()
    pay.order.name, pay.order.payment_state = name, CAPTURED
    pay.update_mask.paths.append("payment_state")
    client.UpdateOrder(pay, timeout=20)
    client.ConfirmOrder(pb.ConfirmOrderRequest(name=name, reason="in stock"), timeout=20)
    client.ShipOrder(pb.ShipOrderRequest(name=name), timeout=20)
    back = pb.ReturnOrderRequest(name=name, reason="too strong")
    back.lines.add(line_id="2", quantity=1)
    client.ReturnOrder(back, timeout=20)
    refund = pb.RefundOrderRequest(name=name)
    refund.amount.units, refund.amount.currency_code = 2, "EUR"
    return client.RefundOrder(refund, timeout=20)


def rows(database, view: str, order, sort: str) -> list:
    """The view's rows of the order, as the serving role reads them; numbers exact."""
    order_id = order.name.removeprefix("orders/")
    text = database.sql(f"SELECT coalesce(json_agg(v ORDER BY {sort}), '[]') FROM {view} v WHERE order_id = '{order_id}'",
                        "orders_app")
    return json.loads(text, parse_float=decimal.Decimal)


def number(money) -> decimal.Decimal:
    return money.units + decimal.Decimal(money.nanos) / 1_000_000_000


def test_order_lines(database, order):
    found = rows(database, "order_lines", order, "place")
    assert [row["place"] for row in found] == [1, 2]
    for row, line in zip(found, order.lines, strict=True):
        for field in ("line_id", "product_id", "quantity", "quantity_shipped", "quantity_returned"):
            assert row[field] == getattr(line, field), field
        assert (row["description"] or "") == line.description
        for field in ("unit_price", "discount", "tax"):
            assert row[field] == number(getattr(line, field)), field
        assert row["currency_code"] == "EUR"


def test_order_summary(database, order):
    row, = rows(database, "order_summary", order, "order_id")
    for field in ("version", "customer_id", "currency_code", "external_reference", "state_reason"):
        assert row[field] == getattr(order, field), field
    for field in ("subtotal", "discount_total", "tax_total", "shipping_fee", "total", "refunded_total"):
        assert row[field] == number(getattr(order, field)), field
    assert (row["state"], row["payment_state"]) == ("PARTIALLY_RETURNED", "PARTIALLY_REFUNDED")
    assert (row["labels"], row["has_personal_data"], row["expire_time"]) == ({"channel": "web"}, True, None)


def test_order_history(client, database, order):
    events = client.ListOrderEvents(pb.ListOrderEventsRequest(parent=order.name), timeout=20).events
    found = rows(database, "order_history", order, "position")
    assert [row["order_version"] for row in found] == list(range(1, order.version + 1))
    for row, event in zip(found, events, strict=True):
        for field in ("position", "order_version", "type", "event_id", "actor"):
            assert row[field] == getattr(event, field), field
        for field in ("request_id", "correlation_id", "traceparent"):
            assert (row[field] or "") == getattr(event, field), field
    assert (found[0]["actor"], found[0]["correlation_id"]) == ("shop", "corr-7")
