"""Every RPC: what it does, and each documented error."""

import grpc
import pytest

from client import Order, create_request, pb, refusal_of
from server import verify

CODE = grpc.StatusCode


def create(client, **fields):
    return client.CreateOrder(create_request(**fields), timeout=20)


def test_create_computes_totals_and_get_returns_the_same(client):
    request = create_request()
    request.order.shipping_fee.units = 4
    request.order.lines[0].discount.units = 1
    request.order.lines[1].tax.nanos = 350_000_000
    request.order.shipping_address.recipient = "Ada Lovelace"
    request.order.labels["channel"] = "web"
    order = client.CreateOrder(request, timeout=20)
    assert (order.total.units, order.total.nanos, order.total.currency_code) == (33, 830_000_000, "EUR")
    assert (order.version, order.etag, [line.line_id for line in order.lines]) == (1, "v1", ["1", "2"])
    assert client.GetOrder(pb.GetOrderRequest(name=order.name), timeout=20) == order


def test_read_mask_selects_fields(client):
    order = create(client)
    request = pb.GetOrderRequest(name=order.name)
    request.read_mask.paths.extend(["name", "state"])
    assert client.GetOrder(request, timeout=20) == Order(name=order.name, state=order.state)
    request.read_mask.paths.append("shipping_address.locality")
    assert "read_mask.paths[2]" in refusal_of(client.GetOrder, request).violations


def test_whole_life_with_partial_shipments_returns_and_refunds(client, database):
    name = create(client).name
    pay = pb.UpdateOrderRequest()
    pay.order.name, pay.order.payment_state = name, 3
    pay.update_mask.paths.append("payment_state")
    assert client.UpdateOrder(pay, timeout=20).payment_state == 3
    assert client.ConfirmOrder(pb.ConfirmOrderRequest(name=name, reason="stock is there"), timeout=20).state == 2
    part = pb.ShipOrderRequest(name=name, carrier="DHL", tracking_number="T1")
    part.lines.add(line_id="1", quantity=2)
    assert client.ShipOrder(part, timeout=20).state == 3
    part.lines[0].quantity = 1
    excess = refusal_of(client.ShipOrder, part)
    assert (excess.code, excess.reason) == (CODE.FAILED_PRECONDITION, "QUANTITY_EXCEEDED")
    assert excess.metadata == {"line_id": "1", "asked": "1", "available": "0"}
    shipped = client.ShipOrder(pb.ShipOrderRequest(name=name), timeout=20)
    assert (shipped.state, [len(one.lines) for one in shipped.shipments]) == (4, [1, 1])
    assert client.DeliverOrder(pb.DeliverOrderRequest(name=name), timeout=20).state == 5
    back = pb.ReturnOrderRequest(name=name, reason="too strong")
    back.lines.add(line_id="2", quantity=1)
    assert client.ReturnOrder(back, timeout=20).state == 9
    assert client.ReturnOrder(pb.ReturnOrderRequest(name=name), timeout=20).state == 10
    refund = pb.RefundOrderRequest(name=name)
    refund.amount.currency_code, refund.amount.units = "EUR", 10
    assert client.RefundOrder(refund, timeout=20).payment_state == 4
    refund.amount.units = 21
    above = refusal_of(client.RefundOrder, refund)
    assert (above.code, above.reason) == (CODE.FAILED_PRECONDITION, "REFUND_EXCEEDS_PAID")
    refunded = client.RefundOrder(pb.RefundOrderRequest(name=name), timeout=20)
    assert (refunded.payment_state, refunded.refunded_total) == (5, refunded.total)
    again = client.RefundOrder(pb.RefundOrderRequest(name=name), timeout=20)
    assert again == refunded, "a verb whose outcome holds changes nothing"

    events = []
    token = ""
    while True:
        page = client.ListOrderEvents(pb.ListOrderEventsRequest(parent=name, page_size=3, page_token=token), timeout=20)
        events.extend(page.events)
        token = page.next_page_token
        if not token:
            break
    assert [event.order_version for event in events] == list(range(1, refunded.version + 1))
    assert [event.position for event in events] == sorted(event.position for event in events)
    assert events[-1].order_after == refunded
    assert [event.type for event in events[:3]] == ["order.created", "order.updated", "order.confirmed"]
    assert " 0 violations" in verify(database)


@pytest.mark.parametrize("verb, reaches", [("Reject", 6), ("Cancel", 8)])
def test_pending_orders_can_be_ended(client, verb, reaches):
    name = create(client).name
    call, request = getattr(client, verb + "Order"), getattr(pb, verb + "OrderRequest")(name=name, reason="why not")
    ended = call(request, timeout=20)
    assert (ended.state, ended.state_reason) == (reaches, "why not")
    assert call(request, timeout=20).version == 2
    refused = refusal_of(client.ConfirmOrder, pb.ConfirmOrderRequest(name=name))
    assert (refused.code, refused.reason, refused.domain) == (CODE.FAILED_PRECONDITION, "INVALID_TRANSITION", "orders.v1")
    assert "current_state" in refused.metadata and "allowed" in refused.metadata


def test_update_changes_what_the_state_allows(client):
    order = create(client)
    request = pb.UpdateOrderRequest()
    request.order.name, request.order.note = order.name, "ring twice"
    request.order.lines.add(product_id="TEA", quantity=1).unit_price.units = 7
    request.update_mask.paths.extend(["note", "lines"])
    request.validate_only = True
    assert client.UpdateOrder(request, timeout=20).total.units == 7
    assert client.GetOrder(pb.GetOrderRequest(name=order.name), timeout=20).version == 1
    request.validate_only = False
    assert client.UpdateOrder(request, timeout=20).version == 2
    client.ConfirmOrder(pb.ConfirmOrderRequest(name=order.name), timeout=20)
    request.order.lines[0].quantity = 2
    fixed = refusal_of(client.UpdateOrder, request)
    assert (fixed.code, fixed.reason, fixed.metadata["field"]) == (CODE.FAILED_PRECONDITION, "FIELD_NOT_MUTABLE", "lines")
    for path in ("*", "total", "shipping_address.locality", "nonsense"):
        del request.update_mask.paths[:]
        request.update_mask.paths.append(path)
        assert "update_mask.paths[0]" in refusal_of(client.UpdateOrder, request).violations


def test_etags_make_changes_conditional(client):
    order = create(client)
    stale = refusal_of(client.ConfirmOrder, pb.ConfirmOrderRequest(name=order.name, etag="v7"))
    assert (stale.code, stale.reason, stale.metadata["current_etag"]) == (CODE.ABORTED, "ETAG_MISMATCH", "v1")
    assert client.ConfirmOrder(pb.ConfirmOrderRequest(name=order.name, etag="v1"), timeout=20).etag == "v2"


def test_chosen_ids_are_taken_once(client):
    request = create_request(request_id="")
    request.order_id = "web-2026-0001"
    assert client.CreateOrder(request, timeout=20).name == "orders/web-2026-0001"
    taken = refusal_of(client.CreateOrder, request)
    assert (taken.code, taken.reason) == (CODE.ALREADY_EXISTS, "ORDER_ID_TAKEN")


def test_missing_orders_are_not_found(client):
    for call, request in [(client.GetOrder, pb.GetOrderRequest(name="orders/none")),
                          (client.ConfirmOrder, pb.ConfirmOrderRequest(name="orders/none", request_id="x")),
                          (client.ListOrderEvents, pb.ListOrderEventsRequest(parent="orders/none"))]:
        missing = refusal_of(call, request)
        assert (missing.code, missing.reason) == (CODE.NOT_FOUND, "ORDER_NOT_FOUND")


def test_every_violation_is_reported_at_once(client):
    request = create_request(customer_id="")
    request.order.lines[0].quantity = -1
    request.order.lines[1].unit_price.currency_code = "USD"
    refused = refusal_of(client.CreateOrder, request)
    assert refused.code == CODE.INVALID_ARGUMENT
    assert set(refused.violations) == {"order.customer_id", "order.lines[0].quantity", "order.lines[1].unit_price"}


def test_batches_fail_item_by_item(client):
    request = pb.BatchCreateOrdersRequest(requests=[create_request() for _ in range(5)])
    request.requests[1].order.customer_id = ""
    request.requests[3].order_id = "taken-in-batch"
    client.CreateOrder(pb.CreateOrderRequest(order=request.requests[0].order, order_id="taken-in-batch"), timeout=20)
    results = client.BatchCreateOrders(request, timeout=20).results
    assert [result.WhichOneof("result") for result in results] == ["order", "error", "order", "error", "order"]
    names = [result.order.name for result in results if result.HasField("order")]
    found = client.BatchGetOrders(pb.BatchGetOrdersRequest(names=[*names, "orders/none"]), timeout=20)
    assert ([order.name for order in found.orders], list(found.not_found)) == (names, ["orders/none"])
    again = client.BatchCreateOrders(request, timeout=20).results
    assert [result.order.name for result in again if result.HasField("order")] == names
    assert "requests" in refusal_of(client.BatchCreateOrders, pb.BatchCreateOrdersRequest()).violations


def test_watch_is_announced_as_missing(client):
    with pytest.raises(grpc.RpcError) as caught:
        next(client.WatchOrderEvents(pb.WatchOrderEventsRequest(), timeout=20))
    assert caught.value.code() == CODE.UNIMPLEMENTED


def test_erasure_leaves_nothing_personal_anywhere(client, database):
    secret = "Zaphod-Beeblebrox-77"
    request = create_request(customer_id="to-forget")
    request.order.note, request.order.shipping_address.recipient = secret, secret
    name = client.CreateOrder(request, timeout=20).name
    client.ConfirmOrder(pb.ConfirmOrderRequest(name=name), timeout=20)
    everything = "SELECT o::text FROM {} o WHERE o::text LIKE '%{}%'"
    tables = ("orders", "order_event", "idempotency_key")
    assert any(database.sql(everything.format(table, secret.encode().hex())) for table in tables), "the search finds it before"
    assert client.EraseCustomerData(pb.EraseCustomerDataRequest(customer_id="to-forget"), timeout=20).orders_erased == 1
    for table in tables:
        for text in (secret, secret.encode().hex()):
            assert database.sql(everything.format(table, text)) == ""
    order = client.GetOrder(pb.GetOrderRequest(name=name), timeout=20)
    assert (order.note, order.HasField("shipping_address"), order.total.units, order.version) == ("", False, 30, 3)
    assert client.EraseCustomerData(pb.EraseCustomerDataRequest(customer_id="to-forget"), timeout=20).orders_erased == 0
    history = client.ListOrderEvents(pb.ListOrderEventsRequest(parent=name), timeout=20).events
    assert history[-1].type == "order.customer_data_erased"


def test_operator_views_agree_with_the_api(client, database):
    order = create(client)
    order_id = order.name.removeprefix("orders/")
    lines = database.sql(f"SELECT line_id, product_id, quantity, unit_price FROM order_lines WHERE order_id = '{order_id}'")
    assert lines.splitlines() == ["1|ESPRESSO|2|12.99", "2|FILTER|3|1.5"]
    assert database.sql(f"SELECT state, total FROM order_summary WHERE order_id = '{order_id}'") == "PENDING|30.48"
    assert database.sql(f"SELECT type, actor FROM order_history WHERE order_id = '{order_id}'") == "order.created|anonymous"


def test_health_and_reflection(client, server):
    assert client.health() == client.health("orders.v1.OrderService") == "SERVING"
    method = client.channel.stream_stream("/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo")
    answer = next(method(iter([b"\x3a\x00"]), timeout=10))
    assert b"orders.v1.OrderService" in answer
    assert server.http("/livez")[0] == 200
