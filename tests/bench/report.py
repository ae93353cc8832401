"""From the runs of order-bench to figures, ratios, bars met or missed, and a table."""

import statistics

QUANTILES = {"p50": 0.5, "p95": 0.95, "p99": 0.99, "p999": 0.999}


def merge_latency(runs):
    """Latency over several runs (or classes of runs): their histograms added up."""
    counts = {}
    for run in runs:
        for upper_ms, count in run["histogram_ms"]:
            counts[upper_ms] = counts.get(upper_ms, 0) + count
    total = sum(counts.values())
    largest = max((run["latency_ms"]["max"] for run in runs), default=0)
    latency = {}
    for name, fraction in QUANTILES.items():
        seen = 0
        latency[name] = 0
        for upper_ms in sorted(counts):
            seen += counts[upper_ms]
            if seen >= fraction * total:
                latency[name] = round(min(upper_ms, largest), 3)
                break
    latency["max"] = round(largest, 3)
    return latency


def merge_errors(runs):
    errors = {}
    for run in runs:
        for code, count in run["errors"].items():
            errors[code] = errors.get(code, 0) + count
    return errors


def median(values):
    return statistics.median(values) if values else None


def throughput(runs):
    return median([run["throughput_per_s"] for run in runs])


class Workload:
    """One workload's runs beside those of its references, round by round, as they were made."""

    def __init__(self, name, runs, echo=(), postgres=(), one_per_transaction=()):
        self.name, self.runs = name, runs
        self.echo, self.postgres, self.one_per_transaction = list(echo), list(postgres), list(one_per_transaction)

    def limits(self):
        """Per round: what is left if every operation costs what gRPC alone and PostgreSQL alone take for it."""
        return [1 / (1 / echo["throughput_per_s"] + 1 / postgres["throughput_per_s"])
                for echo, postgres in zip(self.echo, self.postgres)]

    def ratio_to(self, references):
        """The median of the rounds' ratios: neighbours in time share the machine's mood."""
        return median([run["throughput_per_s"] / reference for run, reference in zip(self.runs, references)])

    def ratio_to_runs(self, references):
        return self.ratio_to([reference["throughput_per_s"] for reference in references])

    def to_json(self):
        all_classes = [each for run in self.runs for each in run["classes"]]
        entry = {
            "workload": self.name,
            "callers": self.runs[0]["callers"],
            "seconds": sum(run["seconds"] for run in self.runs),
            "throughput_per_s": throughput(self.runs),
            "latency_ms": merge_latency(all_classes),
            "errors": merge_errors(self.runs),
            "references": {
                "echo_per_s": throughput(self.echo),
                "postgres_per_s": throughput(self.postgres),
                "one_per_transaction_per_s": throughput(self.one_per_transaction),
                "limit_per_s": median(self.limits()),
            },
            "ratios": {
                "to_one_per_transaction": self.ratio_to_runs(self.one_per_transaction),
                "to_limit": self.ratio_to(self.limits()),
                "to_echo": self.ratio_to_runs(self.echo),
                "to_postgres": self.ratio_to_runs(self.postgres),
            },
            "server": {
                "rss_mb_max": max(run["server"]["rss_mb_max"] for run in self.runs),
                "cpu_us_per_call": median([run["server"]["cpu_us_per_call"] for run in self.runs]),
            },
            "client": {"cpu_us_per_call": median([run["client"]["cpu_us_per_call"] for run in self.runs])},
        }
        if self.runs[0]["offered_per_s"] > 0:
            entry["offered_per_s"] = median([run["offered_per_s"] for run in self.runs])
        if len(self.runs[0]["classes"]) > 1:
            entry["classes"] = [self._class_json(place) for place in range(len(self.runs[0]["classes"]))]
        return entry

    def _class_json(self, place):
        runs = [run["classes"][place] for run in self.runs]
        return {"name": runs[0]["name"], "throughput_per_s": throughput(runs), "calls": sum(run["calls"] for run in runs),
                "latency_ms": merge_latency(runs), "errors": merge_errors(runs)}


def bar(workload, what, measured, required, at_least):
    met = measured is not None and (measured >= required if at_least else measured <= required)
    return {"workload": workload, "bar": what, "measured": measured, "required": required, "met": met}


def judge(workloads, memory):
    """The bars of the benchmark, each with what was measured. `workloads`: JSON entries by name."""
    create, create_open = workloads["create"], workloads["create_open"]
    get, batch = workloads["get"], workloads["batch_create"]
    mixed, mixed_open = workloads["mixed"], workloads["mixed_open"]
    slowest = max(mixed_open["classes"], key=lambda each: each["latency_ms"]["p99"])
    answered = min(1 - sum(each["errors"].values()) / max(1, each["calls"])
                   for each in mixed["classes"] + mixed_open["classes"])
    errors = sum(sum(each["errors"].values()) for each in workloads.values())
    return [
        bar("create", "times one order per transaction", create["ratios"]["to_one_per_transaction"], 5, True),
        bar("create", "of 1/(1/echo + 1/postgres)", create["ratios"]["to_limit"], 0.90, True),
        bar("create, half rate", "p99 in ms from the intended send time", create_open["latency_ms"]["p99"], 10, False),
        bar("get", "of echo", get["ratios"]["to_echo"], 0.55, True),
        bar("mixed, half rate", f"p99 in ms of the slowest class ({slowest['name']})", slowest["latency_ms"]["p99"], 25,
            False),
        bar("mixed", "answered, of the class served worst", answered, 0.999, True),
        bar("batch_create", "of PostgreSQL alone", batch["ratios"]["to_postgres"], 0.85, True),
        bar("all", "server memory in MB at most", memory["rss_mb_max"], 150, False),
        bar("all", "growth of server memory in MB under steady load", memory["growth_mb"], 15, False),
        bar("all", "failed calls", errors, 0, False),
    ]


def table(workloads, bars, machine):
    rows = [f"{machine['cores']} cores, {machine['cpu']}; PostgreSQL {machine['versions']['postgresql']}, "
            f"gRPC {machine['versions']['grpc']}; fsync {machine['fsync_ms']['p50']} ms on {machine['filesystem']}; "
            f"commit {machine['commit']}; {machine['cpu_steal_percent']} % of the CPU stolen by the hypervisor", ""]
    rows.append(f"{'':<14}{'per s':>9}{'p50 ms':>9}{'p95 ms':>9}{'p99 ms':>9}{'p999 ms':>9}{'max ms':>9}"
                f"{'echo/s':>9}{'pg/s':>9}{'1-per-tx':>9}{'limit/s':>9}{'cpu us':>8}{'rss MB':>8}")
    for entry in workloads.values():
        rows.append(_row(entry["workload"], entry))
        for each in entry.get("classes", []):
            rows.append(_row("  " + each["name"], each))
    rows.append("")
    for each in bars:
        measured = "none" if each["measured"] is None else f"{each['measured']:.4g}"
        rows.append(f"{'met   ' if each['met'] else 'MISSED'}  {each['workload']:<18} {measured:>8}  {each['bar']}"
                    f" (bar: {each['required']:g})")
    return "\n".join(rows)


def _row(name, entry):
    latency, references = entry["latency_ms"], entry.get("references", {})
    row = f"{name:<14}{entry['throughput_per_s']:>9.0f}"
    row += "".join(f"{latency[quantile]:>9.2f}" for quantile in [*QUANTILES, "max"])
    for reference in ("echo_per_s", "postgres_per_s", "one_per_transaction_per_s", "limit_per_s"):
        value = references.get(reference)
        row += f"{value:>9.0f}" if value else f"{'':>9}"
    if "server" in entry:
        row += f"{entry['server']['cpu_us_per_call']:>8.1f}{entry['server']['rss_mb_max']:>8.0f}"
    return row + (f"  errors: {entry['errors']}" if entry["errors"] else "")
