"""Overload, deadlines, a full disk and hostile input."""

import os
import random
import subprocess
import threading
import time

import grpc
import pytest

import postgres
from client import Client, Refusal, create_request, pb, race, refusal_of
from load import Load
from server import migrate, verify, wait_for


class TableLock:
    """Holds every statement on `orders` back inside its `with` block."""

    def __init__(self, database):
        self._process = subprocess.Popen(  # pylint: disable=R1732
            ["psql", "-XqAt", "-h", "127.0.0.1", "-p", str(database.cluster.port), "-U", "postgres", database.name],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def __enter__(self):
        self._process.stdin.write("BEGIN;\nLOCK TABLE orders IN ACCESS EXCLUSIVE MODE;\nSELECT 'held';\n")
        self._process.stdin.flush()
        assert self._process.stdout.readline() == "held\n"

    def __exit__(self, *_):
        self._process.communicate("COMMIT;\n")


def test_overload_is_refused_early_and_goodput_returns(start_server, fresh_database):
    server = start_server(fresh_database.url("orders_app"), "--max_queued_writes=500", "--max_batch_size=10")
    client = Client(server.address)
    with TableLock(fresh_database):
        calls = [client.CreateOrder.future(create_request(), timeout=30) for _ in range(800)]
        wait_for(lambda: sum(call.done() for call in calls) >= 200, 20)
        refused = [Refusal(call.exception()) for call in calls if call.done()]
        assert {(one.code, one.reason) for one in refused} == {(grpc.StatusCode.RESOURCE_EXHAUSTED, "OVERLOADED")}
        assert all(one.retry_after_s > 0 for one in refused)
        assert server.metric('orders_queue_depth{queue="write"}') <= 500
        # What is overloaded is writing: reads of other tables and health go on.
        assert client.health() == "SERVING"
    accepted = [call for call in calls if call.exception() is None]
    assert len(accepted) == 800 - len(refused) >= 500
    assert fresh_database.sql("SELECT count(*) FROM orders") == str(len(accepted))
    assert client.CreateOrder(create_request(), timeout=20).version == 1


def test_expired_and_cancelled_calls_never_reach_the_database(start_server, fresh_database):
    server = start_server(fresh_database.url("orders_app"), "--writers=1", "--max_batch_size=1")
    client = Client(server.address)
    with TableLock(fresh_database):
        first = client.CreateOrder.future(create_request(customer_id="first"), timeout=30)
        wait_for(lambda: server.metric('orders_database_connections_in_use{pool="write"}') == 1, 10)
        expired = [client.CreateOrder.future(create_request(customer_id="expired"), timeout=0.3) for _ in range(10)]
        cancelled = [client.CreateOrder.future(create_request(customer_id="cancelled"), timeout=30) for _ in range(10)]
        wait_for(lambda: server.metric('orders_queue_depth{queue="write"}') >= 10, 10)
        for call in cancelled:
            call.cancel()
        assert all(call.exception().code() == grpc.StatusCode.DEADLINE_EXCEEDED for call in expired)
        time.sleep(0.5)
    assert first.result().version == 1
    assert client.CreateOrder(create_request(customer_id="last"), timeout=20).version == 1
    assert fresh_database.sql("SELECT string_agg(customer_id, ',' ORDER BY customer_id) FROM orders") == "first,last"


@pytest.mark.skipif(os.getuid() != 0, reason="skipped: needs root, to mount a small file system")
def test_a_full_disk_loses_nothing(start_server, tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    os.chmod(tmp_path, 0o755)
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=160m,mode=755", "tmpfs", disk], check=True)
    cluster = None
    try:
        for folder in (disk, *disk.parents):
            if folder.stat().st_mode & 0o005 != 0o005 and str(folder) != "/":
                os.chmod(folder, 0o755)
        subprocess.run(["chown", "postgres", disk], check=True)
        cluster = postgres.Cluster(str(disk)).start()
        database = cluster.create_database("orders")
        migrate(database)
        server = start_server(database.url("orders_app"))
        load = Load(server.address, callers=8)
        wait_for(lambda: len(load.acknowledged) > 50, 20)
        filler = disk / "filler"
        with open(filler, "wb") as file:
            try:
                while True:
                    file.write(bytes(65536))
            except OSError:
                pass
        wait_for(lambda: len([one for one in load.refusals if one.code == grpc.StatusCode.UNAVAILABLE]) > 10, 60)
        filler.unlink()
        if not postgres_answers(cluster):
            cluster.start()
        before = len(load.acknowledged)
        wait_for(lambda: len(load.acknowledged) > before + 50, 60, lambda: str(load.refusals[-3:]))
        load.stop()
        load.check(database)
        assert " 0 violations" in verify(database)
    finally:
        if cluster is not None:
            cluster.close()
        subprocess.run(["umount", "-l", disk], check=False)


def postgres_answers(cluster) -> bool:
    time.sleep(2)
    return cluster.try_sql("postgres", "postgres", "SELECT 1").returncode == 0


HOSTILE_TEXTS = ["", "'; DROP TABLE orders; --", "\x00", "\u202e\u0000", "x" * 100_000, "é" * 129, "%s%n", "{}", "\\", "../..",
                 "orders/", "ORDERS/1", "\U0001f4a5" * 64, "a\nb", '"', "$1"]
HOSTILE_NUMBERS = [0, -1, 1, 2**31 - 1, 2**31, 2**63 - 1, -2**63, 10**15, 999_999_999]
INTERNALS = ("pqxx", "psql", "SELECT ", "INSERT ", "relation ", "127.0.0.1", "/tmp/", "constraint")


def scramble(message, chance: random.Random, depth: int = 0) -> None:
    """Puts hostile values into random fields of `message`."""
    for field in message.DESCRIPTOR.fields:
        if chance.random() < (0.3 if depth else 0.5):
            continue
        repeated = field.label == field.LABEL_REPEATED
        if field.message_type is not None and field.message_type.GetOptions().map_entry:
            getattr(message, field.name)[chance.choice(HOSTILE_TEXTS)] = chance.choice(HOSTILE_TEXTS)
        elif field.message_type is not None:
            if depth < 3:
                target = getattr(message, field.name)
                scramble(target.add() if repeated else target, chance, depth + 1)
        else:
            value = {field.CPPTYPE_STRING: lambda: chance.choice(HOSTILE_TEXTS),
                     field.CPPTYPE_INT64: lambda: chance.choice(HOSTILE_NUMBERS),
                     field.CPPTYPE_INT32: lambda: max(-2**31, min(2**31 - 1, chance.choice(HOSTILE_NUMBERS))),
                     field.CPPTYPE_BOOL: lambda: chance.random() < 0.5,
                     field.CPPTYPE_ENUM: lambda: chance.choice([-1, 0, 1, 3, 99])}[field.cpp_type]()
            if repeated:
                getattr(message, field.name).append(value)
            else:
                setattr(message, field.name, value)


def test_a_thousand_hostile_requests(start_server, fresh_database):
    server = start_server(fresh_database.url("orders_app"))
    client = Client(server.address)
    chance = random.Random(20261123)
    methods = [method for method in pb.DESCRIPTOR.services_by_name["OrderService"].methods
               if method.name != "WatchOrderEvents"]
    clear = {grpc.StatusCode.INVALID_ARGUMENT, grpc.StatusCode.NOT_FOUND, grpc.StatusCode.ALREADY_EXISTS,
             grpc.StatusCode.ABORTED, grpc.StatusCode.FAILED_PRECONDITION}
    outcomes: dict = {}
    for number in range(1000):
        method = methods[number % len(methods)]
        request = getattr(pb, method.name + "Request")()
        if method.name == "CreateOrder" and number % 2:
            request = create_request()
        scramble(request, chance)
        body = request.SerializeToString()
        if number % 7 == 0:
            body = bytes(chance.randrange(256) for _ in range(chance.randrange(200)))
        elif number % 11 == 0:
            body = body.replace(b"x", b"\xff")
        try:
            client.raw(method.name, body)
            outcomes["OK"] = outcomes.get("OK", 0) + 1
        except grpc.RpcError as error:
            refusal = Refusal(error)
            assert refusal.code in clear, (method.name, refusal, body[:200])
            assert refusal.message and not [word for word in INTERNALS if word in refusal.message], refusal
            outcomes[refusal.code.name] = outcomes.get(refusal.code.name, 0) + 1
    assert outcomes["INVALID_ARGUMENT"] > 300, outcomes
    assert server.process.poll() is None
    assert client.CreateOrder(create_request(), timeout=20).version == 1
    assert " 0 violations" in verify(fresh_database)


def test_oversized_requests_are_refused(start_server, fresh_database):
    client = Client(start_server(fresh_database.url("orders_app"), "--max_message_bytes=65536").address)
    request = create_request()
    request.order.note = "x" * 70_000
    assert refusal_of(client.CreateOrder, request).code == grpc.StatusCode.RESOURCE_EXHAUSTED
    assert client.CreateOrder(create_request(), timeout=20).version == 1
