"""Idempotency and racing callers."""

import grpc

from client import Client, Refusal, create_request, pb, race, refusal_of
from server import verify


def test_fifty_racing_calls_with_one_request_id_make_one_order(client, database):
    request = create_request(customer_id="racer", request_id="race-1")
    answers = race(50, lambda _: client.CreateOrder(request, timeout=30))
    assert all(answer == answers[0] for answer in answers), answers[:3]
    assert database.sql("SELECT count(*) FROM orders WHERE customer_id = 'racer'") == "1"
    request.order.lines[0].quantity += 1
    reused = refusal_of(client.CreateOrder, request)
    assert (reused.code, reused.reason) == (grpc.StatusCode.ALREADY_EXISTS, "REQUEST_ID_REUSED")


def test_a_request_id_belongs_to_its_caller(client):
    request = create_request(request_id="shared-id")
    names = {client.CreateOrder(request, timeout=20, metadata=[("x-caller", caller)]).name for caller in ("a", "b", "a")}
    assert len(names) == 2


def test_a_repeated_change_takes_effect_once(client):
    name = client.CreateOrder(create_request(), timeout=20).name
    client.ConfirmOrder(pb.ConfirmOrderRequest(name=name), timeout=20)
    ship = pb.ShipOrderRequest(name=name, request_id="ship-once")
    ship.lines.add(line_id="1", quantity=1)
    answers = race(20, lambda _: client.ShipOrder(ship, timeout=30))
    assert all(answer == answers[0] for answer in answers), answers[:3]
    assert (answers[0].version, len(answers[0].shipments)) == (3, 1)
    other = pb.CancelOrderRequest(name=name, request_id="ship-once")
    assert refusal_of(client.CancelOrder, other).reason == "REQUEST_ID_REUSED"


def test_refused_requests_are_not_remembered(client):
    request = create_request(customer_id="", request_id="once-refused")
    assert refusal_of(client.CreateOrder, request).code == grpc.StatusCode.INVALID_ARGUMENT
    request.order.customer_id = "now-right"
    assert client.CreateOrder(request, timeout=20).version == 1


def note(client, name: str, text: str, etag: str = ""):
    request = pb.UpdateOrderRequest()
    request.order.name, request.order.note, request.order.etag = name, text, etag
    request.update_mask.paths.append("note")
    return client.UpdateOrder(request, timeout=30)


def test_racing_changes_without_etags_all_take_effect(client, database):
    name = client.CreateOrder(create_request(), timeout=20).name
    answers = race(20, lambda index: note(client, name, f"note {index}"))
    assert not [answer for answer in answers if isinstance(answer, Refusal)], answers
    assert sorted(answer.version for answer in answers) == list(range(2, 22))
    assert " 0 violations" in verify(database)


def test_of_racing_changes_with_one_etag_one_wins(client):
    order = client.CreateOrder(create_request(), timeout=20)
    answers = race(20, lambda index: note(client, order.name, f"note {index}", order.etag))
    refused = [answer for answer in answers if isinstance(answer, Refusal)]
    assert len(refused) == 19 and {answer.reason for answer in refused} == {"ETAG_MISMATCH"}


def test_two_servers_change_the_same_orders(start_server, fresh_database):
    """PostgreSQL judges a row that changed while it waited anew: no such wait may surface as an error."""
    url = fresh_database.url("orders_app")
    clients = [Client(start_server(url).address) for _ in range(2)]
    names = [clients[0].CreateOrder(create_request(), timeout=20).name for _ in range(4)]

    def change(index: int):
        return [note(clients[index % 2], names[(index + step) % 4], f"{index}-{step}") for step in range(8)]

    answers = race(8, change)
    assert not [answer for answer in answers if isinstance(answer, Refusal)], answers
    assert fresh_database.sql("SELECT sum(version) FROM orders") == str(4 + 8 * 8)
    request = create_request(request_id="across-servers")
    created = race(20, lambda index: clients[index % 2].CreateOrder(request, timeout=30))
    assert len({answer.name for answer in created}) == 1
    assert " 0 violations" in verify(fresh_database)


def test_orders_expire_once_whatever_the_number_of_servers(start_server, fresh_database):
    from server import wait_for
    servers = [start_server(fresh_database.url("orders_app"), "--expiry_interval=20ms") for _ in range(2)]
    client = Client(servers[0].address)
    request = create_request(request_id="")
    request.order.expire_time.GetCurrentTime()
    request.order.expire_time.seconds += 2
    names = [client.CreateOrder(request, timeout=20).name for _ in range(20)]
    wait_for(lambda: fresh_database.sql("SELECT count(*) FROM orders WHERE state = 'EXPIRED'") == "20", 20)
    expired = client.GetOrder(pb.GetOrderRequest(name=names[0]), timeout=20)
    assert expired.version == 2
    assert fresh_database.sql("SELECT count(*) FROM order_event WHERE type = 'order.expired'") == "20"
    assert fresh_database.sql("SELECT DISTINCT actor FROM order_history WHERE type = 'order.expired'") == "system"
