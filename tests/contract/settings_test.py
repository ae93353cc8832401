"""docs/operating.md, the deployment's settings and the image say what server/settings.cc says."""

import re
import subprocess

import pytest
from descriptors import ORDER_SERVER, ROOT
from settings import server_flags

ROW = re.compile(r"^\| `--(?P<name>\w+)` \| (?P<default>[^|]*) \| (?P<meaning>[^|]*) \|$", re.MULTILINE)


@pytest.fixture(scope="module")
def documented():
    text = (ROOT / "docs" / "operating.md").read_text()
    return {row["name"]: row for row in ROW.finditer(text)}


def test_every_flag_is_documented_with_its_default(documented):
    assert {name: row["default"].strip("`") for name, row in documented.items()} == {
        name: flag.default or "none" for name, flag in server_flags().items()}


def test_the_binary_has_the_documented_flags(documented):
    # abseil's --help exits with 1.
    printed = subprocess.run([ORDER_SERVER, "--help"], capture_output=True, text=True).stdout
    assert set(re.findall(r"^\s+--(\w+) \(", printed, re.MULTILINE)) == set(documented)


@pytest.mark.parametrize("settings", sorted((ROOT / "k8s").rglob("*.env")), ids=lambda path: path.name)
def test_deployed_settings_are_flags(settings):
    names = re.findall(r"^(\w+)=", settings.read_text(), re.MULTILINE)
    assert names
    assert set(names) <= {flag.variable for flag in server_flags().values()}


def test_no_secret_of_production_is_kept_here():
    text = "".join(path.read_text() for path in (ROOT / "k8s" / "overlays" / "production").iterdir())
    assert "secretGenerator" not in text and "postgresql://" not in text


def test_image_exposes_the_default_ports_and_is_not_root():
    dockerfile = (ROOT / "Dockerfile").read_text()
    flags = server_flags()
    ports = [flags[name].default.rpartition(":")[2] for name in ("listen_address", "http_address")]
    assert re.search(r"^EXPOSE (.+)$", dockerfile, re.MULTILINE)[1].split() == ports
    assert re.findall(r"^USER (\d+)", dockerfile, re.MULTILINE)[-1] != "0"


def test_every_metric_is_documented():
    names = set(re.findall(r'\.Name\("(orders_\w+)"\)', (ROOT / "server" / "telemetry" / "metrics.cc").read_text()))
    text = (ROOT / "docs" / "operating.md").read_text()
    assert names
    assert {name for name in names if f"`{name}" not in text} == set()


def test_every_log_event_is_documented():
    sources = "".join(path.read_text() for path in (ROOT / "server").rglob("*.cc"))
    events = set(re.findall(r'telemetry::Log(?:Info|Warning|Error)\(\s*"(\w+)"', sources))
    text = (ROOT / "docs" / "operating.md").read_text()
    assert events
    assert {event for event in events if f"| `{event}` |" not in text} == set()
