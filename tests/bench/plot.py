"""The figures of a run as an SVG: throughput beside its references, and latency at rising rates."""

import math
from xml.sax.saxutils import escape

WIDTH, HEIGHT = 1000, 430
INK, FAINT, GRID, PAPER = "#1f2933", "#616e7c", "#e4e7eb", "#ffffff"
OWN, REFERENCE = "#0b69a3", "#b8c4ce"
LINES = (("p50", "#0b69a3"), ("p99", "#de911d"), ("p999", "#ba2525"))
LABELS = {"p50": "p50", "p99": "p99", "p999": "p99.9"}
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"


def draw(figures):
    workloads = {each["workload"]: each for each in figures["workloads"]}
    machine = figures["machine"]
    footer = (f"{machine['cores']} cores ({machine['cpu']}) hold client, server and PostgreSQL "
              f"{machine['versions']['postgresql'].split(' ')[0]}; a flush takes {machine['fsync_ms']['p50']:g} ms; "
              f"two-line orders; commit {machine['commit']}")
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'font-family="{escape(FONT)}" role="img" aria-label="Throughput and latency of CreateOrder">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{PAPER}"/>',
        *_bars(workloads["create"], 30, 30, 420),
        *_latency(figures["sweep"], 540, 30, 430, 300),
        _text(30, HEIGHT - 18, footer, 11.5, FAINT),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _text(x, y, text, size=13, fill=INK, anchor="start", weight="normal"):
    return (f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" fill="{fill}" text-anchor="{anchor}" '
            f'font-weight="{weight}">{escape(text)}</text>')


def _line(x1, y1, x2, y2, stroke=GRID, width=1.0, dash=""):
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    return (f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{stroke}" '
            f'stroke-width="{width}"{dashes}/>')


def _bars(create, left, top, width):
    references = create["references"]
    rows = [
        ("Order Service", create["throughput_per_s"], OWN),
        ("One order per transaction", references["one_per_transaction_per_s"], REFERENCE),
        ("PostgreSQL alone, same statement", references["postgres_per_s"], REFERENCE),
        ("gRPC alone, nothing stored", references["echo_per_s"], REFERENCE),
        ("1 / (1/gRPC + 1/PostgreSQL)", references["limit_per_s"], REFERENCE),
    ]
    most = max(value for _, value, _ in rows)
    yield _text(left, top + 12, "Orders created per second", 16, weight="600")
    yield _text(left, top + 32, f"closed loop, {create['callers']} callers, each order durable before its answer", 12,
                FAINT)
    y = top + 58
    for name, value, color in rows:
        length = max(2, (width - 80) * value / most)
        weight = "600" if color == OWN else "normal"
        yield _text(left, y + 10, name, 13, weight=weight)
        yield f'<rect x="{left}" y="{y + 17}" width="{length:.1f}" height="22" rx="2" fill="{color}"/>'
        yield _text(left + length + 8, y + 33, f"{value:,.0f}", 13, weight=weight)
        y += 56


def _nice_step(span, ticks):
    rough = span / ticks
    magnitude = 10 ** math.floor(math.log10(rough))
    return next(step * magnitude for step in (1, 2, 2.5, 5, 10) if step * magnitude >= rough)


def _latency(steps, left, top, width, height):
    bottom, plot_top = top + height, top + 52
    most_rate = max(step["offered_per_s"] for step in steps) * 1.03
    latencies = [step["latency_ms"][quantile] for step in steps for quantile, _ in LINES]
    decades = (math.floor(math.log10(max(0.01, min(latencies)))), math.ceil(math.log10(max(latencies) * 1.05)))

    def x_of(rate):
        return left + width * rate / most_rate

    def y_of(latency_ms):
        share = (math.log10(max(latency_ms, 10 ** decades[0])) - decades[0]) / (decades[1] - decades[0])
        return bottom - (bottom - plot_top) * share

    yield _text(left - 30, top + 12, "Latency at a given rate", 16, weight="600")
    yield _text(left - 30, top + 32, "ms from the intended send time (open loop, random arrivals), log scale", 12, FAINT)
    for decade in range(decades[0], decades[1] + 1):
        y = y_of(10 ** decade)
        yield _line(left, y, left + width, y)
        yield _text(left - 8, y + 4, f"{10 ** decade:g}", 12, FAINT, "end")
    tick = _nice_step(most_rate, 6)
    for number in range(int(most_rate / tick) + 1):
        rate = number * tick
        yield _line(x_of(rate), bottom, x_of(rate), bottom + 4, FAINT)
        yield _text(x_of(rate), bottom + 19, f"{rate:,.0f}", 12, FAINT, "middle")
    yield _line(left, bottom, left + width, bottom, FAINT)
    yield _text(left + width / 2, bottom + 42, "orders offered per second", 12.5, FAINT, "middle")

    for quantile, color in LINES:
        points = [(x_of(step["offered_per_s"]), y_of(step["latency_ms"][quantile])) for step in steps]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        yield f'<polyline points="{path}" fill="none" stroke="{color}" stroke-width="2.2" stroke-linejoin="round"/>'
        for x, y in points:
            yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{color}"/>'
    for place, (quantile, color) in enumerate(reversed(LINES)):
        y = plot_top + 12 + place * 20
        yield _line(left + 12, y - 4, left + 34, y - 4, color, 2.5)
        yield _text(left + 42, y, LABELS[quantile], 12.5)
