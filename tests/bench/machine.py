"""What a figure depends on besides the code: the machine, the versions, the disk."""

import os
import platform
import re
import subprocess
import time


def describe(repository, order_server, cluster, directory, fsync_seconds):
    return {
        "cores": len(os.sched_getaffinity(0)),
        "cpu": _first_match("/proc/cpuinfo", r"model name\s*: (.*)"),
        "memory_gb": round(int(_first_match("/proc/meminfo", r"MemTotal:\s+(\d+)") or 0) / 1024 / 1024, 1),
        "kernel": platform.release(),
        "filesystem": _output(["stat", "-f", "-c", "%T", directory]),
        "fsync_ms": measure_fsync(directory, fsync_seconds),
        "commit": _commit(repository),
        "versions": {
            "order_server": _output([order_server, "version"]),
            "postgresql": cluster.execute("SHOW server_version"),
        },
    }


def measure_fsync(directory, seconds):
    """How long one flush of 8 kB appended to a file takes: what a commit waits for."""
    path = os.path.join(directory, "fsync")
    block = os.urandom(8192)
    times_ms = []
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            os.write(file, block)
            start = time.perf_counter()
            os.fdatasync(file)
            times_ms.append((time.perf_counter() - start) * 1000)
    finally:
        os.close(file)
        os.unlink(path)
    times_ms.sort()
    return {"p50": round(times_ms[len(times_ms) // 2], 3), "p99": round(times_ms[len(times_ms) * 99 // 100], 3)}


class StealMeter:
    """The share of the machine's processor time that the hypervisor gave to others since the meter was made."""

    def __init__(self):
        self.start = self._read()

    def percent(self):
        total, steal = (now - then for now, then in zip(self._read(), self.start))
        return round(100 * steal / max(1, total), 2)

    @staticmethod
    def _read():
        with open("/proc/stat") as file:
            ticks = [int(each) for each in file.readline().split()[1:9]]
        return sum(ticks), ticks[7]


def load_of_others():
    """Processes that want a core, averaged over the last minute."""
    return os.getloadavg()[0]


def _commit(repository):
    commit = _output(["git", "-C", repository, "rev-parse", "--short=12", "HEAD"])
    changed = _output(["git", "-C", repository, "status", "--porcelain"])
    return commit + ("-dirty" if commit and changed else "") or "unknown"


def _first_match(path, pattern):
    with open(path) as file:
        found = re.search(pattern, file.read())
    return found.group(1).strip() if found else ""


def _output(command):
    done = subprocess.run(command, capture_output=True, text=True)
    return done.stdout.strip() if done.returncode == 0 else ""
