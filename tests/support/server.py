"""The real order-server as a child process."""

import json
import os
import pathlib
import re
import signal
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = os.environ.get("ORDER_SERVER_BIN", str(ROOT / "build/release/bin/order-server"))
TIME_SCALE = float(os.environ.get("ORDERS_TEST_TIME_SCALE", "1"))


def run_command(*arguments, **environment) -> subprocess.CompletedProcess:
    """order-server with a subcommand, to its end."""
    return subprocess.run([BINARY, *arguments], capture_output=True, text=True, timeout=120 * TIME_SCALE, check=False,
                          env={**os.environ, **environment})


def migrate(database) -> None:
    done = run_command("migrate", f"--database_url={database.url('orders_owner')}")
    assert done.returncode == 0, done.stderr
    database.sql("SET client_min_messages = error; GRANT orders_service TO orders_app")


def verify(database) -> str:
    """Proves the stored invariants; the summary line."""
    done = run_command("verify", f"--database_url={database.url('orders_app')}")
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.splitlines()[-1]


class Server:
    """Started by `start`, on free ports."""

    def __init__(self, database_url: str, *flags: str):
        self.command = [BINARY, f"--database_url={database_url}", "--listen_address=127.0.0.1:0",
                        "--http_address=127.0.0.1:0", *flags]
        self.log = tempfile.NamedTemporaryFile(prefix="order-server-", suffix=".log")  # pylint: disable=R1732
        self.process: subprocess.Popen | None = None
        self.grpc_port = self.http_port = 0

    def start(self) -> "Server":
        begin = os.path.getsize(self.log.name)
        with open(self.log.name, "ab") as log:
            self.process = subprocess.Popen(self.command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)  # pylint: disable=R1732
        wait_for(lambda: self._find_ports(begin), 30, self.log_text)
        wait_for(self.is_ready, 30, self.log_text)
        return self

    def restart(self) -> "Server":
        """Again, on the ports it had."""
        self.command = [re.sub(r"^--listen_address=.*", f"--listen_address=127.0.0.1:{self.grpc_port}", part)
                        for part in self.command]
        return self.start()

    def _find_ports(self, begin: int) -> bool:
        assert self.process.poll() is None, f"order-server ended:\n{self.log_text()}"
        with open(self.log.name, encoding="utf-8", errors="replace") as log:
            log.seek(begin)
            for line in log:
                if '"event":"serving"' in line:
                    event = json.loads(line)
                    self.grpc_port, self.http_port = event["grpc_port"], event["http_port"]
                    return True
        return False

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.grpc_port}"

    def log_text(self) -> str:
        return pathlib.Path(self.log.name).read_text(encoding="utf-8", errors="replace")[-5000:]

    def log_events(self) -> list:
        lines = pathlib.Path(self.log.name).read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines]

    def http(self, path: str) -> tuple:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.http_port}{path}", timeout=5) as response:
                return response.status, response.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        except OSError:
            return 0, ""

    def is_ready(self) -> bool:
        return self.http("/readyz")[0] == 200

    def metric(self, name: str) -> float:
        """The sum of the samples whose name and labels begin with `name`."""
        values = re.findall(rf"^{re.escape(name)}\S* (\S+)$", self.http("/metrics")[1], re.MULTILINE)
        return sum(float(value) for value in values)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def terminate(self) -> int:
        """SIGTERM; the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60 * TIME_SCALE)

    def close(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.kill()
        self.log.close()


def wait_for(condition, seconds: float, describe=lambda: "") -> None:
    give_up = time.monotonic() + seconds * TIME_SCALE
    while not condition():
        assert time.monotonic() < give_up, f"not so after {seconds * TIME_SCALE} s: {describe()}"
        time.sleep(0.05)
