"""A throw-away PostgreSQL cluster with the two roles of the order service."""

import contextlib
import glob
import os
import pathlib
import shutil
import socket
import subprocess
import tempfile


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def programs() -> pathlib.Path:
    """The directory of the newest installed PostgreSQL's programs."""
    return pathlib.Path(max(glob.glob("/usr/lib/postgresql/*/bin"), key=lambda path: int(path.split("/")[4])))


def as_postgres(command: list) -> list:
    """PostgreSQL refuses to run as root."""
    command = [str(part) for part in command]
    return ["runuser", "-u", "postgres", "--", *command] if os.getuid() == 0 else command


class Cluster:
    """Started by `start`; `close` stops it and deletes its data. Durable as in production: fsync is on."""

    def __init__(self, data_parent: str | None = None):
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="orders-pg-", dir=data_parent or "/tmp"))
        if os.getuid() == 0:
            shutil.chown(self.directory, "postgres")
        self.data = self.directory / "data"
        self.port = free_port()
        self._run("initdb", "-D", self.data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8")
        with open(self.data / "postgresql.conf", "a", encoding="utf-8") as settings:
            settings.write(f"listen_addresses = '127.0.0.1'\nport = {self.port}\n"
                           f"unix_socket_directories = '{self.directory}'\nshared_buffers = '64MB'\n"
                           "max_wal_size = '64MB'\nmin_wal_size = '32MB'\n")

    def _run(self, program: str, *arguments) -> str:
        done = subprocess.run(as_postgres([programs() / program, *arguments]), capture_output=True, text=True, cwd="/",
                              check=False)
        assert done.returncode == 0, f"{program} {arguments}: {done.stdout}{done.stderr}"
        return done.stdout

    def start(self) -> "Cluster":
        subprocess.run(as_postgres([programs() / "pg_ctl", "-D", self.data, "-l", self.directory / "log", "-w", "start"]),
                       check=True, stdout=subprocess.DEVNULL, cwd="/")
        return self

    def stop(self, mode: str = "fast") -> None:
        subprocess.run(as_postgres([programs() / "pg_ctl", "-D", self.data, "-m", mode, "-w", "stop"]), check=False,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/")

    def close(self) -> None:
        self.stop("immediate")
        shutil.rmtree(self.directory, ignore_errors=True)

    def create_database(self, name: str) -> "Database":
        for role in ("orders_owner LOGIN CREATEROLE", "orders_app LOGIN"):
            exists = f"SELECT 1 FROM pg_roles WHERE rolname = '{role.split()[0]}'"
            if not self.sql("postgres", "postgres", exists):
                self.sql("postgres", "postgres", f"CREATE ROLE {role}")
        self.sql("postgres", "postgres", f"CREATE DATABASE {name} OWNER orders_owner")
        return Database(self, name)

    def try_sql(self, user: str, database: str, statement: str) -> subprocess.CompletedProcess:
        return subprocess.run(["psql", "-h", "127.0.0.1", "-p", str(self.port), "-U", user, "-d", database, "-XqAt",
                               "-v", "ON_ERROR_STOP=1", "-c", statement], capture_output=True, text=True, check=False)

    def sql(self, user: str, database: str, statement: str) -> str:
        done = self.try_sql(user, database, statement)
        assert done.returncode == 0, f"{statement}: {done.stderr}"
        return done.stdout.strip()


class Database:
    def __init__(self, cluster: Cluster, name: str):
        self.cluster, self.name = cluster, name

    def url(self, user: str, port: int | None = None) -> str:
        return f"postgresql://{user}@127.0.0.1:{port or self.cluster.port}/{self.name}"

    def sql(self, statement: str, user: str = "postgres") -> str:
        return self.cluster.sql(user, self.name, statement)

    def dump(self, *options: str) -> str:
        """What pg_dump writes of it."""
        return subprocess.run([programs() / "pg_dump", "-h", "127.0.0.1", "-p", str(self.cluster.port), "-U", "postgres",
                               *options, self.name], capture_output=True, text=True, check=True).stdout

    @contextlib.contextmanager
    def locked(self, table: str):
        """Holds every statement on `table` back inside a `with` block."""
        command = ["psql", "-XqAt", "-h", "127.0.0.1", "-p", str(self.cluster.port), "-U", "postgres", self.name]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
            holder.stdin.write(f"BEGIN;\nLOCK TABLE {table} IN ACCESS EXCLUSIVE MODE;\nSELECT 'held';\n")
            holder.stdin.flush()
            assert holder.stdout.readline() == "held\n"
            try:
                yield
            finally:
                holder.communicate("COMMIT;\n")

    def refusal(self, statement: str, user: str) -> str:
        """The error of a statement that must fail."""
        done = self.cluster.try_sql(user, self.name, statement)
        assert done.returncode != 0, f"{user} could run: {statement}"
        return done.stderr
