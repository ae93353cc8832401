"""buf's opinion of the contract: its lint rules, and its breaking-change rules against the last release."""

import shutil
import subprocess

import pytest
from descriptors import GOOGLEAPIS, PROTO, RELEASED

from tests.support import external_tools

# What proto/ imports; buf itself brings google/protobuf.
IMPORTED = ["google/api", "google/rpc", "google/type/money.proto"]
WORKSPACE = """\
version: v2
modules:
  - path: proto
  - path: google
    lint:
      ignore: [google]
"""


@pytest.fixture(scope="module")
def buf():
    return external_tools.buf()


@pytest.fixture
def workspace(tmp_path):
    """proto/ and the google files it imports as one buf workspace, each rule that of proto/buf.yaml."""
    shutil.copytree(PROTO / "orders", tmp_path / "proto" / "orders")
    for imported in IMPORTED:
        source, target = GOOGLEAPIS / imported, tmp_path / "google" / imported
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=lambda folder, names: [n for n in names if n.endswith(".go")])
        else:
            shutil.copy(source, target)
    rules = (PROTO / "buf.yaml").read_text().partition("\nlint:")[2]
    (tmp_path / "buf.yaml").write_text(f"{WORKSPACE}lint:{rules}")
    return tmp_path


def run(buf, workspace, *arguments):
    return subprocess.run([buf, *arguments], cwd=workspace, capture_output=True, text=True, timeout=120)


def breaking(buf, workspace):
    # One image, as the released descriptor is one; whole files that are gone are found by compatibility_test.py.
    built = run(buf, workspace, "build", "-o", "tree.binpb")
    assert built.returncode == 0, built.stderr
    return run(buf, workspace, "breaking", "tree.binpb", "--against", str(RELEASED), "--limit-to-input-files",
               "--exclude-imports", "--config", str(PROTO / "buf.yaml"))


def test_lint(buf, workspace):
    result = run(buf, workspace, "lint", "proto")
    assert result.returncode == 0, result.stdout + result.stderr


def test_lint_finds_a_bad_name(buf, workspace):
    proto = workspace / "proto" / "orders" / "v1" / "order.proto"
    proto.write_text(proto.read_text().replace("string customer_id = 2;", "string customerId = 2;"))
    result = run(buf, workspace, "lint", "proto")
    assert result.returncode != 0 and "customerId" in result.stdout


def test_nothing_breaks_the_last_release(buf, workspace):
    result = breaking(buf, workspace)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize("file, old, new", [
    ("order.proto", "  string note = 17;\n", ""),
    ("order.proto", "string note = 17;", "int64 note = 17;"),
    ("order.proto", "ORDER_STATE_SHIPPED = 4;", "ORDER_STATE_SHIPPED = 40;"),
    ("order_service.proto", "rpc DeliverOrder(DeliverOrderRequest) returns (Order)",
     "rpc DeliverOrder(DeliverOrderRequest) returns (GetOrderRequest)"),
])
def test_breaking_change_is_found(buf, workspace, file, old, new):
    proto = workspace / "proto" / "orders" / "v1" / file
    assert old in proto.read_text()
    proto.write_text(proto.read_text().replace(old, new))
    assert breaking(buf, workspace).returncode == 100
