"""What the benchmark runs: a private PostgreSQL cluster, servers and order-bench. Each stops what it started."""

import glob
import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

START_TIMEOUT_SECONDS = 30
STOP_TIMEOUT_SECONDS = 40


class BenchError(Exception):
    """What went wrong, for the person who ran the benchmark."""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def tail(path, lines=20):
    try:
        with open(path, errors="replace") as file:
            return "".join(file.readlines()[-lines:])
    except OSError:
        return ""


class Process:
    """A child whose output goes to a file, running and ready inside its `with` block."""

    def __init__(self, name, command, log_path, stop_signal=signal.SIGTERM, **popen_options):
        self.name, self.command, self.log_path, self.stop_signal = name, command, log_path, stop_signal
        self.popen_options = popen_options
        self.child = None

    def __enter__(self):
        try:
            self.prepare()
            with open(self.log_path, "ab") as log:
                self.child = subprocess.Popen(self.command, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                              start_new_session=True, **self.popen_options)
            self._wait_until_ready()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_):
        self.stop()

    def prepare(self):
        pass

    def is_ready(self):
        raise NotImplementedError

    def stop(self):
        if self.child is None:
            return
        if self.child.poll() is None:
            self.child.send_signal(self.stop_signal)
        try:
            self.child.wait(STOP_TIMEOUT_SECONDS)
        except subprocess.TimeoutExpired:
            self.child.kill()
            self.child.wait()

    @property
    def pid(self):
        return self.child.pid

    def _wait_until_ready(self):
        give_up = time.monotonic() + START_TIMEOUT_SECONDS
        while not self.is_ready():
            if self.child.poll() is not None:
                raise BenchError(f"{self.name} ended with {self.child.returncode}:\n{tail(self.log_path)}")
            if time.monotonic() > give_up:
                raise BenchError(f"{self.name} not ready after {START_TIMEOUT_SECONDS} s:\n{tail(self.log_path)}")
            time.sleep(0.05)


def find_postgres():
    """The directory of the newest PostgreSQL's programs."""
    found = glob.glob("/usr/lib/postgresql/*/bin/initdb")
    if found:
        return os.path.dirname(max(found, key=lambda path: int(path.split("/")[4])))
    if shutil.which("initdb"):
        return os.path.dirname(os.path.realpath(shutil.which("initdb")))
    raise BenchError("no initdb found: install the Debian package postgresql")


class Cluster(Process):
    """A throw-away PostgreSQL cluster that keeps its promises (fsync, synchronous_commit) and listens on a Unix socket."""

    SETTINGS = {
        "listen_addresses": "",
        "fsync": "on",
        "synchronous_commit": "on",
        "full_page_writes": "on",
        "shared_buffers": "1GB",
        "max_wal_size": "16GB",
        "checkpoint_timeout": "15min",
        "max_connections": "60",
    }

    def __init__(self, directory):
        self.bin = find_postgres()
        # A socket's path may have 107 characters at most, so it does not lie under `directory`.
        self.socket_directory = tempfile.mkdtemp(prefix="orders-", dir="/tmp")
        self.data = os.path.join(directory, "postgresql")
        os.mkdir(self.data, 0o700)
        # PostgreSQL refuses to run as root.
        self.as_user = {}
        if os.geteuid() == 0:
            user = pwd.getpwnam("postgres")
            self.as_user = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
            os.chown(self.data, user.pw_uid, user.pw_gid)
            os.chown(self.socket_directory, user.pw_uid, user.pw_gid)
        settings = [f"--{name}={value}" for name, value in self.SETTINGS.items()]
        super().__init__("PostgreSQL",
                         [f"{self.bin}/postgres", "-D", self.data, "-k", self.socket_directory, *settings],
                         os.path.join(directory, "postgresql.log"), signal.SIGINT, cwd="/", **self.as_user)

    def prepare(self):
        made = subprocess.run([f"{self.bin}/initdb", "-D", self.data, "-U", "postgres", "-A", "trust", "-E", "UTF8",
                               "--no-locale"], cwd="/", capture_output=True, text=True, **self.as_user)
        if made.returncode != 0:
            raise BenchError(f"initdb failed:\n{made.stderr}")

    def is_ready(self):
        return self._psql("SELECT 1").returncode == 0

    def stop(self):
        super().stop()
        shutil.rmtree(self.socket_directory, ignore_errors=True)

    def _psql(self, sql, database="postgres"):
        return subprocess.run([f"{self.bin}/psql", "-XqtA", "-v", "ON_ERROR_STOP=1", "-h", self.socket_directory, "-U",
                               "postgres", "-d", database, "-c", sql], capture_output=True, text=True)

    def execute(self, sql, database="postgres"):
        done = self._psql(sql, database)
        if done.returncode != 0:
            raise BenchError(f"PostgreSQL refused {sql!r}: {done.stderr.strip()}")
        return done.stdout.strip()

    def url(self, role, database="orders"):
        return f"postgresql://{role}@/{database}?host={self.socket_directory}"

    def create_orders_database(self, order_server):
        """As an operator does it: an owner that migrates, and a login that serves."""
        self.execute("CREATE ROLE orders_owner LOGIN CREATEROLE")
        self.execute("CREATE ROLE orders_app LOGIN")
        self.execute("CREATE DATABASE orders OWNER orders_owner")
        migrated = subprocess.run([order_server, "migrate", f"--database_url={self.url('orders_owner')}"],
                                  capture_output=True, text=True)
        if migrated.returncode != 0:
            raise BenchError(f"order-server migrate failed:\n{migrated.stderr}")
        self.execute("GRANT orders_service TO orders_app")

    def settle(self):
        """Does now what autovacuum and the checkpointer would do at a moment of their own."""
        self.execute("VACUUM (ANALYZE) orders, order_event, idempotency_key", "orders")
        self.execute("CHECKPOINT")


class OrderServer(Process):
    """The real server, with the settings it is shipped with but for `flags`."""

    def __init__(self, name, order_server, cluster, directory, flags=()):
        self.address = f"127.0.0.1:{free_port()}"
        self.http_address = f"127.0.0.1:{free_port()}"
        super().__init__(name, [order_server, f"--database_url={cluster.url('orders_app')}",
                                f"--listen_address={self.address}", f"--http_address={self.http_address}", *flags],
                         os.path.join(directory, f"{name}.log"))

    def is_ready(self):
        try:
            with urllib.request.urlopen(f"http://{self.http_address}/readyz", timeout=1) as answer:
                return answer.status == 200
        except (urllib.error.URLError, OSError):
            return False


class EchoServer(Process):
    """gRPC alone."""

    def __init__(self, order_bench, directory):
        self.address = f"127.0.0.1:{free_port()}"
        super().__init__("echo", [order_bench, "serve-echo", f"--listen_address={self.address}"],
                         os.path.join(directory, "echo.log"))

    def is_ready(self):
        return "serving" in tail(self.log_path)


def run_order_bench(order_bench, workload, options, directory):
    """One run of order-bench: its JSON. `options` become --name=value."""
    json_path = os.path.join(directory, "run.json")
    command = [order_bench, workload, f"--json={json_path}"]
    command += [f"--{name}={value}" for name, value in options.items()]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode != 0:
        raise BenchError(f"order-bench {workload} failed: {done.stderr.strip()}")
    with open(json_path) as file:
        return json.load(file)
