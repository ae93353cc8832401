"""Start-up, settings, logs, metrics, migrations, roles and constraints: what operators rely on."""

import os
import re
import subprocess
import threading

import pytest

import postgres
from client import Client, create_request, pb
from server import BINARY, ROOT, Server, migrate, run_command, verify, wait_for


@pytest.mark.parametrize("flag, environment", [
    (["--drain_timeout=soon"], {}), (["--writers=0"], {}), (["--log_level=loud"], {}), (["--no_such_flag"], {}),
    ([], {"ORDERS_MAX_BATCH_SIZE": "many"}), ([], {"ORDERS_REQUEST_ID_RETENTION": "1h"}), (["dance"], {}), ([], {}),
])
def test_a_bad_setting_ends_start_up_with_one_line(flag, environment):
    done = run_command(*flag, **environment)
    assert done.returncode == 1
    lines = [line for line in done.stderr.splitlines() if line.strip()]
    assert 1 <= len(lines) <= 2, done.stderr
    named = flag[0].split("=")[0].lstrip("-") if flag else next(iter(environment), "ORDERS_DATABASE_URL")
    assert named in done.stderr


def test_flags_win_over_the_environment(fresh_database):
    os.environ["ORDERS_LOG_SAMPLE_RATE"] = "7"
    try:
        server = Server(fresh_database.url("orders_app"), "--log_sample_rate=0").start()
        server.close()
    finally:
        del os.environ["ORDERS_LOG_SAMPLE_RATE"]


def test_an_unreachable_database_is_awaited_for_a_bounded_time():
    done = run_command(f"--database_url=postgresql://x@127.0.0.1:{postgres.free_port()}/x", "--startup_timeout=2s")
    assert done.returncode == 1
    assert done.stderr.count('"event":"database_awaited"') >= 1
    assert "connecting to the database" in done.stderr.splitlines()[-1] or "refused" in done.stderr


def test_a_wrong_schema_is_refused(cluster, fresh_database):
    bare = cluster.create_database("orders_bare")
    done = run_command(f"--database_url={bare.url('orders_owner')}", "--startup_timeout=1s")
    assert done.returncode == 1 and "order-server migrate" in done.stderr
    fresh_database.sql("INSERT INTO schema_migration VALUES (9999, '9999_future', 'x')")
    done = run_command(f"--database_url={fresh_database.url('orders_app')}", "--startup_timeout=1s")
    assert done.returncode == 1 and "9999_future" in done.stderr


def test_migrations_by_many_processes_at_once(cluster):
    database = cluster.create_database("orders_race")
    results = [None] * 4

    def run(index):
        results[index] = run_command("migrate", f"--database_url={database.url('orders_owner')}")

    threads = [threading.Thread(target=run, args=(index,)) for index in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [done.returncode for done in results] == [0] * 4, results
    assert sum(done.stdout.count("applied 0001") for done in results) == 1


def test_an_edited_migration_is_noticed(fresh_database):
    fresh_database.sql("UPDATE schema_migration SET checksum = 'edited' WHERE version = 1")
    for arguments in ((), ("migrate",)):
        done = run_command(*arguments, f"--database_url={fresh_database.url('orders_owner')}", "--startup_timeout=1s")
        assert done.returncode == 1 and "0001_orders" in done.stderr and "other contents" in done.stderr


def test_the_schema_snapshot_is_what_the_migrations_make(fresh_database):
    """UPDATE_SNAPSHOT=1 writes migrations/schema.sql anew."""
    dump = subprocess.run([postgres.programs() / "pg_dump", "--schema-only", "--no-owner", "-h", "127.0.0.1", "-p",
                           str(fresh_database.cluster.port), "-U", "postgres", fresh_database.name],
                          capture_output=True, text=True, check=True).stdout
    schema = re.sub(r"(?m)^(--|\\(un)?restrict|SET |SELECT pg_catalog).*\n", "", dump)
    schema = re.sub(r"\n{2,}", "\n\n", schema).strip() + "\n"
    snapshot = ROOT / "migrations/schema.sql"
    if os.environ.get("UPDATE_SNAPSHOT"):
        snapshot.write_text(schema, encoding="utf-8")
    assert schema == snapshot.read_text(encoding="utf-8"), "run this test with UPDATE_SNAPSHOT=1 and look at the difference"


ORDER = """INSERT INTO orders (order_id, version, state, payment_state, customer_id, currency_code, subtotal, discount_total,
  tax_total, shipping_fee, total, refunded_total, create_time, update_time, body)
  VALUES ('{id}', {version}, '{state}', '{payment}', 'c', '{currency}', {subtotal}, 0, 0, 0, {total}, {refunded}, now(), now(), '')"""
GOOD = {"id": "sql-1", "version": 1, "state": "PENDING", "payment": "UNPAID", "currency": "EUR", "subtotal": 5, "total": 5,
        "refunded": 0}


@pytest.mark.parametrize("wrong, constraint", [
    ({"version": 0}, "starts_pending"), ({"state": "SHIPPED"}, "starts_pending"), ({"total": 6}, "total_adds_up"),
    ({"subtotal": -5, "total": -5}, "amounts_not_negative"), ({"currency": "eur"}, "currency_code_format"),
    ({"refunded": 1}, "refunds_match_payment"), ({"id": ""}, "order_id_length"),
    ({"version": 2, "payment": "REFUNDED", "refunded": 6}, "refunds_match_payment"),
])
def test_impossible_orders_can_not_be_inserted(database, wrong, constraint):
    assert constraint in database.refusal(ORDER.format(**{**GOOD, **wrong}), "orders_app")


@pytest.mark.parametrize("change", [
    "version = version + 2", "state = 'CONFIRMED'", "version = version + 1, state = 'SHIPPED'",
    "version = version + 1, payment_state = 'VOIDED'", "version = version + 1, customer_id = 'other'",
    "version = version + 1, update_time = update_time - interval '1 hour'",
    "version = version + 1, state = 'CONFIRMED', total = 1",
])
def test_impossible_changes_can_not_be_made(database, change):
    if not database.sql("SELECT FROM orders WHERE order_id = 'sql-1'", "orders_app") and \
            database.sql("SELECT count(*) FROM orders WHERE order_id = 'sql-1'") == "0":
        database.sql(ORDER.format(**GOOD), "orders_app")
    try:
        assert "violates" in (error := database.refusal(
            f"UPDATE orders SET {change} WHERE order_id = 'sql-1'", "orders_app")) or "order sql-1" in error
    finally:
        database.sql("DELETE FROM orders WHERE order_id = 'sql-1'")


@pytest.mark.parametrize("statement", [
    "DELETE FROM order_event", "UPDATE order_event SET type = 'order.x'", "DELETE FROM orders", "TRUNCATE order_event",
    "DROP TABLE orders", "CREATE TABLE mine (x int)", "ALTER TABLE orders ADD COLUMN x int",
    "INSERT INTO order_event (position, order_id, order_version, event_id, type, occur_time, payload) "
    "OVERRIDING SYSTEM VALUE VALUES (1, 'x', 1, gen_random_uuid(), 'order.x', now(), '')",
])
def test_the_serving_role_can_not_rewrite_history_or_the_schema(database, statement):
    error = database.refusal(statement, "orders_app")
    assert "permission denied" in error or "must be owner" in error


def test_verify_finds_what_was_tampered_with(start_server, fresh_database):
    client = Client(start_server(fresh_database.url("orders_app")).address)
    names = [client.CreateOrder(create_request(), timeout=20).name.removeprefix("orders/") for _ in range(4)]
    assert " 0 violations" in verify(fresh_database)
    fresh_database.sql(f"UPDATE orders SET version = 2, subtotal = 99, total = 99 WHERE order_id = '{names[0]}'")
    fresh_database.sql(f"DELETE FROM order_event WHERE order_id = '{names[1]}'")
    fresh_database.sql(f"DELETE FROM orders WHERE order_id = '{names[2]}'")
    fresh_database.sql(f"UPDATE orders SET version = 2, body = '\\x00' WHERE order_id = '{names[3]}'")
    done = run_command("verify", f"--database_url={fresh_database.url('orders_app')}")
    assert done.returncode == 1
    for name in names:
        assert f"orders/{name}: " in done.stdout


def test_metrics_and_logs_tell_what_happens(server, client):
    before = server.metric('orders_requests_total{code="OK",method="CreateOrder"')
    client.CreateOrder(create_request(), timeout=20, metadata=[("x-correlation-id", "corr-1")])
    assert server.metric('orders_requests_total{code="OK",method="CreateOrder"') == before + 1
    for name in ("orders_commit_seconds_count", "orders_batch_size_count", "orders_queue_wait_seconds_count",
                 "orders_events_written_total", "orders_database_up", "orders_request_seconds_count"):
        assert server.metric(name) > 0, name
    calls = [event for event in server.log_events() if event["event"] == "call" and event["correlation_id"] == "corr-1"]
    assert len(calls) == 1 and calls[0]["method"] == "CreateOrder" and calls[0]["duration_ms"] > 0


def test_old_request_ids_are_forgotten(start_server, fresh_database):
    client = Client(start_server(fresh_database.url("orders_app")).address)
    client.CreateOrder(create_request(request_id="old"), timeout=20)
    client.CreateOrder(create_request(request_id="young"), timeout=20)
    fresh_database.sql("UPDATE idempotency_key SET create_time = now() - interval '8 days' "
                       "WHERE key = (SELECT key FROM idempotency_key LIMIT 1)")
    start_server(fresh_database.url("orders_app"))
    wait_for(lambda: fresh_database.sql("SELECT count(*) FROM idempotency_key") == "1", 20)


def test_help_lists_every_setting():
    done = subprocess.run([BINARY, "--help"], capture_output=True, text=True, check=False)
    for flag in ("--database_url", "--drain_timeout", "--max_queued_writes", "--caller_metadata_key"):
        assert flag in done.stdout
