"""Replies lost after the commit: asking again finds what was done, once."""

import threading

import grpc
import pytest

from client import Client, Refusal, create_request, pb, refusal_of
from server import verify, wait_for
from tcp_proxy import TcpProxy


@pytest.fixture(name="proxied")
def behind_a_proxy(start_server, fresh_database):
    """A client whose answers a proxy can lose, and one that talks to the server directly."""
    server = start_server(fresh_database.url("orders_app"))
    proxy = TcpProxy(server.grpc_port)
    yield proxy, Client(f"127.0.0.1:{proxy.port}"), Client(server.address)
    proxy.close()


def test_reply_to_the_client_is_lost(proxied, fresh_database):
    proxy, behind, direct = proxied
    assert behind.health() == "SERVING"
    for number in range(10):
        request = create_request(request_id=f"lost-{number}", customer_id="unlucky")
        proxy.lose_answers = True
        assert refusal_of(behind.CreateOrder, request, timeout=0.5).code in (
            grpc.StatusCode.DEADLINE_EXCEEDED, grpc.StatusCode.UNAVAILABLE)
        proxy.lose_answers = False
        proxy.cut()
        order = direct.CreateOrder(request, timeout=20)
        assert order.version == 1
        confirm = pb.ConfirmOrderRequest(name=order.name, request_id=f"lost-confirm-{number}")
        answers = [direct.ConfirmOrder(confirm, timeout=20) for _ in range(2)]
        assert [answer.version for answer in answers] == [2, 2]
    assert fresh_database.sql("SELECT count(*) FROM orders WHERE customer_id = 'unlucky'") == "10"
    assert " 0 violations" in verify(fresh_database)


def test_answer_to_commit_itself_is_lost(start_server, fresh_database):
    """The commit happens, its acknowledgement does not arrive: the order is answered, and there once."""
    proxy = TcpProxy(fresh_database.cluster.port)
    server = start_server(fresh_database.url("orders_app", proxy.port), "--writers=1")
    client = Client(server.address)
    client.CreateOrder(create_request(customer_id="first"), timeout=20)
    # A deferred trigger runs inside COMMIT: it waits there while the proxy goes deaf.
    fresh_database.sql(
        "CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF NEW.customer_id = 'committed' THEN PERFORM pg_sleep(1); END IF; RETURN NULL; END $$; "
        "CREATE CONSTRAINT TRIGGER dawdle AFTER INSERT ON orders DEFERRABLE INITIALLY DEFERRED FOR EACH ROW "
        "EXECUTE FUNCTION dawdle()")
    results = []
    caller = threading.Thread(target=lambda: results.append(
        client.CreateOrder(create_request(customer_id="committed"), timeout=20)))
    caller.start()
    wait_for(lambda: fresh_database.sql("SELECT count(*) FROM pg_stat_activity WHERE query ILIKE 'commit%' AND "
                                        "wait_event = 'PgSleep'") == "1", 10)
    proxy.lose_answers = True
    wait_for(lambda: fresh_database.sql("SELECT count(*) FROM orders WHERE customer_id = 'committed'") == "1", 10)
    proxy.cut()
    proxy.lose_answers = False
    caller.join()
    assert results and results[0].version == 1
    assert fresh_database.sql("SELECT count(*) FROM orders WHERE customer_id = 'committed'") == "1"
    assert server.metric("orders_database_reconnects_total") >= 1
    assert " 0 violations" in verify(fresh_database)
