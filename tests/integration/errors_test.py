"""Each documented error, with what its caller's program needs to react."""

import grpc
import pytest

from client import create_request, pb, refusal_of

CODE = grpc.StatusCode
CAPTURED = 3
STATE_VERBS = ["Confirm", "Reject", "Cancel", "Ship", "Deliver", "Return", "Refund"]


def create(client):
    return client.CreateOrder(create_request(), timeout=20)


def verb(client, name: str, order: str, **fields):
    """The call of a state verb and its request."""
    return getattr(client, name + "Order"), getattr(pb, name + "OrderRequest")(name=order, **fields)


def update(order: str, mask: str, **fields):
    request = pb.UpdateOrderRequest()
    request.order.name = order
    request.update_mask.paths.append(mask)
    for field, value in fields.items():
        setattr(request.order, field, value)
    return request


def assert_refused(refusal, code, reason: str, metadata: dict):
    assert (refusal.code, refusal.reason, refusal.domain, refusal.metadata) == (code, reason, "orders.v1", metadata)


@pytest.mark.parametrize("method", [*(name + "Order" for name in STATE_VERBS), "GetOrder", "UpdateOrder", "ListOrderEvents"])
def test_a_missing_order_is_not_found(client, method):
    if method == "UpdateOrder":
        request = update("orders/none", "note", note="x")
    elif method == "ListOrderEvents":
        request = pb.ListOrderEventsRequest(parent="orders/none")
    else:
        request = getattr(pb, method + "Request")(name="orders/none")
    assert_refused(refusal_of(getattr(client, method), request), CODE.NOT_FOUND, "ORDER_NOT_FOUND", {"name": "orders/none"})


@pytest.mark.parametrize("method", [*(name + "Order" for name in STATE_VERBS), "UpdateOrder"])
def test_a_stale_etag_is_refused_with_the_current_one(client, method):
    order = create(client)
    if method == "UpdateOrder":
        request = update(order.name, "note", note="x", etag="v7")
    else:
        request = getattr(pb, method + "Request")(name=order.name, etag="v7")
    assert_refused(refusal_of(getattr(client, method), request), CODE.ABORTED, "ETAG_MISMATCH", {"current_etag": "v1"})
    assert client.GetOrder(pb.GetOrderRequest(name=order.name), timeout=20) == order


def test_the_current_etag_is_accepted(client):
    order = create(client)
    call, request = verb(client, "Confirm", order.name, etag=order.etag)
    assert call(request, timeout=20).etag == "v2"


@pytest.mark.parametrize("path, refused, state, allowed", [
    ([], "Ship", "PENDING", {"confirm", "reject", "cancel"}),
    ([], "Deliver", "PENDING", {"confirm", "reject", "cancel"}),
    ([], "Return", "PENDING", {"confirm", "reject", "cancel"}),
    (["Confirm"], "Reject", "CONFIRMED", {"cancel", "ship"}),
    (["Confirm", "Ship"], "Cancel", "SHIPPED", {"deliver", "return"}),
    (["Confirm", "Ship", "Deliver"], "Cancel", "DELIVERED", {"return"}),
    (["Confirm", "Ship", "Return"], "Deliver", "RETURNED", {"none (final)"}),
    (["Reject"], "Confirm", "REJECTED", {"none (final)"}),
    (["Cancel"], "Confirm", "CANCELLED", {"none (final)"}),
])
def test_an_impossible_transition_names_what_is_possible(client, path, refused, state, allowed):
    name = create(client).name
    for step in path:
        call, request = verb(client, step, name)
        call(request, timeout=20)
    refusal = refusal_of(*verb(client, refused, name))
    assert (refusal.code, refusal.reason) == (CODE.FAILED_PRECONDITION, "INVALID_TRANSITION")
    assert refusal.metadata["current_state"] == state
    assert {part.strip() for part in refusal.metadata["allowed"].split(",")} == allowed


def test_an_unpaid_order_has_nothing_to_refund(client):
    refusal = refusal_of(*verb(client, "Refund", create(client).name))
    assert (refusal.code, refusal.reason) == (CODE.FAILED_PRECONDITION, "INVALID_TRANSITION")
    assert (refusal.metadata["current_payment_state"], refusal.metadata["current_state"]) == ("UNPAID", "PENDING")


def test_refunds_above_what_was_paid_are_refused(client):
    name = create(client).name
    client.UpdateOrder(update(name, "payment_state", payment_state=CAPTURED), timeout=20)
    request = pb.RefundOrderRequest(name=name)
    request.amount.currency_code, request.amount.units, request.amount.nanos = "EUR", 30, 490_000_000
    assert_refused(refusal_of(client.RefundOrder, request), CODE.FAILED_PRECONDITION, "REFUND_EXCEEDS_PAID",
                   {"asked": "30.49", "available": "30.48"})


def test_more_can_not_be_shipped_than_ordered_nor_returned_than_shipped(client):
    name = create(client).name
    client.ConfirmOrder(pb.ConfirmOrderRequest(name=name), timeout=20)
    ship = pb.ShipOrderRequest(name=name)
    ship.lines.add(line_id="2", quantity=4)
    assert_refused(refusal_of(client.ShipOrder, ship), CODE.FAILED_PRECONDITION, "QUANTITY_EXCEEDED",
                   {"line_id": "2", "asked": "4", "available": "3"})
    client.ShipOrder(pb.ShipOrderRequest(name=name), timeout=20)
    back = pb.ReturnOrderRequest(name=name)
    back.lines.add(line_id="1", quantity=3)
    assert_refused(refusal_of(client.ReturnOrder, back), CODE.FAILED_PRECONDITION, "QUANTITY_EXCEEDED",
                   {"line_id": "1", "asked": "3", "available": "2"})


def test_fields_are_fixed_once_the_state_says_so(client):
    name = create(client).name
    client.ConfirmOrder(pb.ConfirmOrderRequest(name=name), timeout=20)
    request = update(name, "shipping_fee")
    request.order.shipping_fee.currency_code, request.order.shipping_fee.units = "EUR", 3
    assert_refused(refusal_of(client.UpdateOrder, request), CODE.FAILED_PRECONDITION, "FIELD_NOT_MUTABLE",
                   {"field": "shipping_fee", "current_state": "CONFIRMED", "current_payment_state": "UNPAID"})


def test_a_chosen_id_can_be_taken_once(client):
    request = create_request(request_id="")
    request.order_id = "web-2026-0001"
    assert client.CreateOrder(request, timeout=20).name == "orders/web-2026-0001"
    assert_refused(refusal_of(client.CreateOrder, request), CODE.ALREADY_EXISTS, "ORDER_ID_TAKEN",
                   {"order_id": "web-2026-0001"})


def test_every_violation_is_reported_at_once(client):
    request = create_request(customer_id="")
    request.order.lines[0].quantity = -1
    request.order.lines[1].unit_price.currency_code = "USD"
    refusal = refusal_of(client.CreateOrder, request)
    assert (refusal.code, refusal.reason) == (CODE.INVALID_ARGUMENT, "INVALID_REQUEST")
    assert set(refusal.violations) == {"order.customer_id", "order.lines[0].quantity", "order.lines[1].unit_price"}


def test_a_malformed_message_is_refused_as_such(client):
    with pytest.raises(grpc.RpcError) as caught:
        client.raw("CreateOrder", b"\xff\xff\xff")
    assert caught.value.code() == CODE.INVALID_ARGUMENT
    assert "orders.v1.CreateOrderRequest" in caught.value.details()


def test_an_unknown_method_is_unimplemented(client):
    with pytest.raises(grpc.RpcError) as caught:
        client.raw("MeltOrder", b"")
    assert caught.value.code() == CODE.UNIMPLEMENTED
