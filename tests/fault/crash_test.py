"""What fails under load, and what must hold afterwards: acknowledged orders are there, once, and the service recovers."""

import time

import pytest

from client import Client, create_request, pb
from load import Load
from server import TIME_SCALE, verify, wait_for

LOAD_S = 2 * TIME_SCALE


def grows(load) -> bool:
    """Whether more is acknowledged within a moment."""
    before = len(load.acknowledged)
    time.sleep(0.5)
    return len(load.acknowledged) > before


def finish(load, database) -> None:
    wait_for(lambda: grows(load), 30)
    load.stop()
    load.check(database)
    assert " 0 violations" in verify(database)
    assert len(load.acknowledged) > 50


def test_server_killed_under_load(start_server, fresh_database):
    server = start_server(fresh_database.url("orders_app"))
    load = Load(server.address)
    for _ in range(3):
        time.sleep(LOAD_S)
        server.kill()
        server.restart()
    finish(load, fresh_database)


def test_postgres_crashes_under_load(start_server, own_cluster, own_database):
    server = start_server(own_database.url("orders_app"))
    client = Client(server.address)
    load = Load(server.address)
    for _ in range(2):
        time.sleep(LOAD_S)
        own_cluster.stop("immediate")
        wait_for(lambda: client.health() == "NOT_SERVING" and server.http("/readyz")[0] == 503, 10)
        assert server.http("/livez")[0] == 200
        own_cluster.start()
        wait_for(lambda: client.health() == "SERVING", 10)
    finish(load, own_database)
    assert load.refusals, "the outage was felt"
    assert all(refusal.retry_after_s for refusal in load.refusals if refusal.reason == "UNAVAILABLE")
    events = {event["event"] for event in server.log_events()}
    assert {"database_lost", "database_regained"} <= events


def test_backends_terminated_in_mid_batch(start_server, fresh_database):
    server = start_server(fresh_database.url("orders_app"))
    load = Load(server.address)
    give_up = time.monotonic() + 2 * LOAD_S
    terminated = 0
    while time.monotonic() < give_up:
        time.sleep(0.1)
        terminated += int(fresh_database.sql(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE usename = 'orders_app' AND "
            f"datname = '{fresh_database.name}'"))
    assert terminated > 10
    finish(load, fresh_database)


def test_one_poisoned_operation_fails_alone(start_server, fresh_database):
    server = start_server(fresh_database.url("orders_app"), "--writers=1")
    client = Client(server.address)
    fresh_database.sql("ALTER TABLE orders ADD CONSTRAINT no_poison CHECK (customer_id <> 'poison')", "orders_owner")
    request = pb.BatchCreateOrdersRequest(
        requests=[create_request(customer_id="poison" if index in (13, 77) else "fine") for index in range(100)])
    results = client.BatchCreateOrders(request, timeout=30).results
    failed = [index for index, result in enumerate(results) if result.HasField("error")]
    assert failed == [13, 77]
    assert results[13].error.code == 13 and "poison" not in results[13].error.message
    assert fresh_database.sql("SELECT count(*) FROM orders") == "98"
    assert " 0 violations" in verify(fresh_database)


@pytest.mark.parametrize("signals, exit_code", [(1, 0), (2, 128 + 15)])
def test_sigterm_drains_and_a_second_one_ends_at_once(start_server, fresh_database, signals, exit_code):
    import signal
    import threading
    server = start_server(fresh_database.url("orders_app"), "--drain_timeout=20s")
    client = Client(server.address)
    client.CreateOrder(create_request(), timeout=20)
    answers = []
    blocker = threading.Thread(target=lambda: fresh_database.sql(
        "BEGIN; LOCK TABLE orders IN ACCESS EXCLUSIVE MODE; SELECT pg_sleep(2); COMMIT"))
    blocker.start()
    wait_for(lambda: fresh_database.sql("SELECT count(*) FROM pg_locks WHERE mode = 'AccessExclusiveLock' "
                                        "AND relation = 'orders'::regclass AND granted") == "1", 10)

    def call():
        try:
            answers.append(client.CreateOrder(create_request(), timeout=20).version)
        except Exception as error:  # pylint: disable=broad-except
            answers.append(error)

    caller = threading.Thread(target=call)
    caller.start()
    wait_for(lambda: server.metric("orders_requests_in_flight") >= 1, 10)
    start = time.monotonic()
    for _ in range(signals):
        server.process.send_signal(signal.SIGTERM)
        time.sleep(0.3)
    assert server.process.wait(30) == exit_code
    took = time.monotonic() - start
    caller.join()
    blocker.join()
    if signals == 1:
        assert answers == [1], "what was in flight was answered"
    else:
        assert took < 1.5
