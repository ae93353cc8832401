#!/usr/bin/python3
"""Measures the service against its references, all in one run: see `--help`, and docs/bench/ for what came of it.

Starts a private PostgreSQL cluster, the server, the same server limited to one order per transaction, and an echo server;
drives them in turn, round by round, so that what disturbs the machine disturbs all alike; and removes everything again.
"""

import argparse
import contextlib
import json
import os
import shutil
import signal
import sys
import tempfile

import machine
import plot
import report
from processes import BenchError, Cluster, EchoServer, OrderServer, run_order_bench

REPOSITORY = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
CALLERS = 256
BATCH_CALLERS = 16
# An open loop's bound is there to protect the client; the figures are worth nothing once it is reached.
OPEN_LOOP_CALLERS = 4000
SWEEP = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95)
DISK_GB = {"quick": 5, "full": 40}


class Plan:
    """How long everything takes."""

    def __init__(self, quick):
        self.rounds = 1 if quick else 5
        self.open_rounds = 1 if quick else 3
        self.reference_seconds = 2 if quick else 4
        self.workload_seconds = 3 if quick else 8
        self.sweep_seconds = 2 if quick else 6
        self.existing_orders = 5_000 if quick else 50_000
        self.fsync_seconds = 0.5 if quick else 2


class Bench:
    def __init__(self, order_bench, directory, plan, cluster, echo, server, one_per_transaction):
        self.order_bench, self.directory, self.plan, self.cluster = order_bench, directory, plan, cluster
        self.echo, self.server, self.one_per_transaction = echo, server, one_per_transaction
        self.runs = {}
        self.rss_mb = []

    def run(self, kept_as, workload, target, seconds, **options):
        if target:
            options |= {"address": target.address, "server_pid": target.pid}
        result = run_order_bench(self.order_bench, workload, options | {"seconds": seconds}, self.directory)
        self.runs.setdefault(kept_as, []).append(result)
        if target is self.server:
            self.rss_mb += [result["server"]["rss_mb_max"], result["server"]["rss_mb_at_end"]]
        latency = result["latency_ms"]
        print(f"  {kept_as:<22} {result['throughput_per_s']:>9.0f}/s  p50 {latency['p50']:.2f} ms"
              f"  p99 {latency['p99']:.2f} ms{'  errors: ' + str(result['errors']) if result['errors'] else ''}",
              file=sys.stderr, flush=True)
        return result

    def closed_loops(self):
        plan = self.plan
        for number in range(plan.rounds):
            print(f"round {number + 1} of {plan.rounds}", file=sys.stderr, flush=True)
            self.cluster.settle()
            reference, workload = plan.reference_seconds, plan.workload_seconds
            self.run("echo_create", "create", self.echo, reference, callers=CALLERS)
            self.run("postgres", "postgres", None, reference, database_url=self.cluster.url("orders_app"))
            self.run("create", "create", self.server, workload, callers=CALLERS)
            self.run("one_per_transaction", "create", self.one_per_transaction, reference, callers=CALLERS)
            self.run("echo_batch_create", "batch-create", self.echo, reference, callers=BATCH_CALLERS)
            self.run("batch_create", "batch-create", self.server, workload, callers=BATCH_CALLERS)
            self.run("echo_get", "get", self.echo, reference, callers=CALLERS, existing_orders=1000)
            self.run("get", "get", self.server, workload, callers=CALLERS, existing_orders=plan.existing_orders)
            self.run("mixed", "mixed", self.server, workload, callers=CALLERS, existing_orders=plan.existing_orders)

    def open_loops(self):
        create_rate = report.throughput(self.runs["create"]) / 2
        mixed_rate = report.throughput(self.runs["mixed"]) / 2
        for number in range(self.plan.open_rounds):
            print(f"open loop, round {number + 1} of {self.plan.open_rounds}", file=sys.stderr, flush=True)
            self.cluster.settle()
            self.open_loop("create_open", "create", create_rate)
            self.open_loop("mixed_open", "mixed", mixed_rate, existing_orders=self.plan.existing_orders)

    def open_loop(self, kept_as, workload, rate, **options):
        return self.run(kept_as, workload, self.server, self.plan.workload_seconds, rate=round(rate),
                        callers=OPEN_LOOP_CALLERS, **options)

    def sweep(self):
        """Latency of creates at rising rates."""
        most = report.throughput(self.runs["create"])
        steps = []
        for fraction in SWEEP:
            result = self.run("sweep", "create", self.server, self.plan.sweep_seconds, rate=round(most * fraction),
                              callers=OPEN_LOOP_CALLERS)
            steps.append({"offered_per_s": result["offered_per_s"], "throughput_per_s": result["throughput_per_s"],
                          "latency_ms": result["latency_ms"], "errors": result["errors"]})
        return steps

    def workloads(self):
        runs = self.runs
        results = [
            report.Workload("create", runs["create"], runs["echo_create"], runs["postgres"],
                            runs["one_per_transaction"]),
            report.Workload("create_open", runs["create_open"]),
            report.Workload("get", runs["get"], echo=runs["echo_get"]),
            report.Workload("mixed", runs["mixed"]),
            report.Workload("mixed_open", runs["mixed_open"]),
            report.Workload("batch_create", runs["batch_create"], runs["echo_batch_create"], runs["postgres"]),
        ]
        return {each.name: each.to_json() for each in results}

    def memory(self):
        """The server's memory: at most, and how much it still grew after the first third of all its runs."""
        settled = self.rss_mb[:max(2, len(self.rss_mb) // 3)]
        return {"rss_mb_max": max(self.rss_mb), "growth_mb": max(0, self.rss_mb[-1] - max(settled))}


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--json", metavar="FILE", help="write the figures there")
    parser.add_argument("--plot", metavar="FILE.svg", help="also measure latency at rising rates, and draw it there")
    parser.add_argument("--quick", action="store_true", help="a minute's smoke run: too short to judge the bars by")
    parser.add_argument("--enforce", action="store_true", help="exit with 1 if a bar was missed")
    parser.add_argument("--directory", metavar="DIR", default=tempfile.gettempdir(),
                        help="where PostgreSQL's data go while it runs: a real disk, %(default)s by default")
    return parser.parse_args()


def find_binary(name):
    path = os.path.join(os.environ.get("BUILD_DIR", os.path.join(REPOSITORY, "build/release")), "bin", name)
    if not os.access(path, os.X_OK):
        raise BenchError(f"{path} is missing: build it first (./dev bench does), or set BUILD_DIR")
    return os.path.abspath(path)


def check_disk(directory, gigabytes):
    free = shutil.disk_usage(directory).free / 1e9
    if free < gigabytes:
        raise BenchError(f"{directory} has {free:.0f} GB free, and {gigabytes} GB are needed: name another --directory")


def measure(arguments, directory, resources):
    plan = Plan(arguments.quick)
    order_bench, order_server = find_binary("order-bench"), find_binary("order-server")
    cluster = resources.enter_context(Cluster(directory))
    cluster.create_orders_database(order_server)
    about = machine.describe(REPOSITORY, order_server, cluster, directory, plan.fsync_seconds)
    echo = resources.enter_context(EchoServer(order_bench, directory))
    server = resources.enter_context(OrderServer("order-server", order_server, cluster, directory))
    one_per_transaction = resources.enter_context(
        OrderServer("one-per-transaction", order_server, cluster, directory, ["--max_batch_size=1", "--writers=8"]))

    steal = machine.StealMeter()
    bench = Bench(order_bench, directory, plan, cluster, echo, server, one_per_transaction)
    bench.closed_loops()
    bench.open_loops()
    steps = bench.sweep() if arguments.plot else []
    about["cpu_steal_percent"] = steal.percent()
    about["versions"]["grpc"] = bench.runs["create"][0]["client"]["grpc"]
    workloads, memory = bench.workloads(), bench.memory()
    return {"quick": arguments.quick, "machine": about, "workloads": list(workloads.values()), "sweep": steps,
            "memory": memory, "bars": report.judge(workloads, memory)}


def run(arguments):
    check_disk(arguments.directory, DISK_GB["quick" if arguments.quick else "full"])
    if machine.load_of_others() > 0.5:
        print(f"bench: other work keeps this machine busy (load {machine.load_of_others():.1f}): the figures will suffer",
              file=sys.stderr)
    directory = tempfile.mkdtemp(prefix="orders-bench-", dir=arguments.directory)
    os.chmod(directory, 0o755)  # PostgreSQL may run as another user.
    try:
        with contextlib.ExitStack() as resources:
            figures = measure(arguments, directory, resources)
    finally:
        shutil.rmtree(directory, ignore_errors=True)

    print(report.table({each["workload"]: each for each in figures["workloads"]}, figures["bars"], figures["machine"]))
    if arguments.json:
        with open(arguments.json, "w") as file:
            json.dump(figures, file, indent=2)
            file.write("\n")
    if arguments.plot:
        with open(arguments.plot, "w") as file:
            file.write(plot.draw(figures))
    missed = not all(each["met"] for each in figures["bars"])
    return 1 if missed and arguments.enforce else 0


def main():
    for stop in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(stop, lambda number, _: sys.exit(128 + number))
    try:
        return run(parse_arguments())
    except BenchError as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
