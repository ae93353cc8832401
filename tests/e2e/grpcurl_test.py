"""The README's grpcurl calls, made by the real grpcurl against a real server."""

import json
import os
import pathlib
import re
import shlex
import subprocess
import tempfile

import pytest

from tests.bench.processes import Cluster, OrderServer
from tests.support import external_tools

ROOT = pathlib.Path(__file__).resolve().parents[2]
ORDER_SERVER = os.environ.get("ORDER_SERVER_BIN", str(ROOT / "build" / "release" / "bin" / "order-server"))
README_ADDRESS = "localhost:50051"


def readme_calls() -> list[list[str]]:
    """Every grpcurl command of README.md's sh blocks, as a shell would split it."""
    blocks = re.findall(r"^```sh\n(.*?)^```", (ROOT / "README.md").read_text(), re.MULTILINE | re.DOTALL)
    commands = [command for block in blocks for command in re.split(r"^(?=grpcurl )", block, flags=re.MULTILINE)]
    return [shlex.split(command) for command in commands if command.startswith("grpcurl ")]


@pytest.fixture(scope="module")
def grpcurl():
    return external_tools.grpcurl()


@pytest.fixture(scope="module")
def address(grpcurl):
    with tempfile.TemporaryDirectory(prefix="orders-grpcurl-") as folder:
        os.chmod(folder, 0o755)  # PostgreSQL may run as another user.
        with Cluster(folder) as cluster:
            cluster.create_orders_database(ORDER_SERVER)
            with OrderServer("order-server", ORDER_SERVER, cluster, folder) as server:
                yield server.address


@pytest.fixture(scope="module")
def answers(grpcurl, address):
    """What each call of the README printed, in its order: [(the method or verb called, output)]."""
    printed = []
    for call in readme_calls():
        assert README_ADDRESS in call, f"the README's {shlex.join(call)} does not name {README_ADDRESS}"
        arguments = [address if argument == README_ADDRESS else argument for argument in call[1:]]
        result = subprocess.run([grpcurl, *arguments], capture_output=True, text=True, timeout=30)
        assert result.returncode == 0, f"{shlex.join(call)}\n{result.stdout}{result.stderr}"
        printed.append((arguments[arguments.index(address) + 1], result.stdout))
    return dict(printed)


def test_reflection_lists_the_services(answers):
    assert "orders.v1.OrderService" in answers["list"].split()


def test_reflection_describes_the_service(answers):
    assert "rpc CreateOrder ( .orders.v1.CreateOrderRequest ) returns ( .orders.v1.Order ) {" in answers["describe"]


def test_created_order_is_read_back(answers):
    created = json.loads(answers["orders.v1.OrderService/CreateOrder"])
    assert created["name"] == "orders/readme-1"
    assert created["state"] == "ORDER_STATE_PENDING"
    assert created["total"] == {"currency_code": "EUR", "units": "25", "nanos": 980000000}
    assert json.loads(answers["orders.v1.OrderService/GetOrder"]) == created
    assert json.loads(answers["orders.v1.OrderService/ListOrders"])["orders"] == [created]


def test_confirmed_order_has_both_events(answers):
    assert json.loads(answers["orders.v1.OrderService/ConfirmOrder"])["state"] == "ORDER_STATE_CONFIRMED"
    events = json.loads(answers["orders.v1.OrderService/ListOrderEvents"])["events"]
    assert [event["type"] for event in events] == ["order.created", "order.confirmed"]


def test_readme_calls_can_be_repeated(grpcurl, address, answers):
    """As the README says: the request ids make sure that nothing happens twice."""
    creating = next(call for call in readme_calls() if call[-1].endswith("/CreateOrder"))
    arguments = [address if argument == README_ADDRESS else argument for argument in creating[1:]]
    again = subprocess.run([grpcurl, *arguments], capture_output=True, text=True, timeout=30)
    assert again.returncode == 0, again.stderr
    confirmed = json.loads(answers["orders.v1.OrderService/ConfirmOrder"])
    assert json.loads(again.stdout) == confirmed


def test_error_tells_the_reason(grpcurl, address):
    result = subprocess.run([grpcurl, "-plaintext", "-format-error", "-d", '{"name": "orders/missing"}', address,
                             "orders.v1.OrderService/GetOrder"], capture_output=True, text=True, timeout=30)
    assert result.returncode != 0
    assert "ORDER_NOT_FOUND" in result.stderr
