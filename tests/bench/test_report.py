"""The arithmetic between order-bench's runs and the verdict on each bar."""

import os
import sys
import xml.etree.ElementTree

import pytest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import plot  # noqa: E402
import report  # noqa: E402


def run_of(throughput, histogram=((1.0, 100),), errors=None, offered=0, names=("create",), rss=80):
    latency = {"max": histogram[-1][0]}
    each = {"calls": 100, "throughput_per_s": throughput, "latency_ms": latency, "histogram_ms": histogram,
            "errors": errors or {}}
    return {"callers": 256, "seconds": 4, "offered_per_s": offered, "throughput_per_s": throughput,
            "errors": errors or {}, "server": {"rss_mb_max": rss, "cpu_us_per_call": 30},
            "client": {"cpu_us_per_call": 10}, "classes": [each | {"name": name} for name in names]}


def entries(create=20_000, p99_ms=5.0, errors=None):
    histogram = [(1.0, 980), (p99_ms, 20)]
    mixed_names = ("get", "create", "list", "confirm")
    workloads = [
        report.Workload("create", [run_of(create)], [run_of(50_000)], [run_of(40_000)], [run_of(4_000)]),
        report.Workload("create_open", [run_of(10_000, histogram, offered=10_000)]),
        report.Workload("get", [run_of(30_000)], echo=[run_of(50_000)]),
        report.Workload("mixed", [run_of(20_000, names=mixed_names, errors=errors)]),
        report.Workload("mixed_open", [run_of(10_000, histogram, offered=10_000, names=mixed_names)]),
        report.Workload("batch_create", [run_of(36_000)], [run_of(900_000)], [run_of(40_000)]),
    ]
    return {each.name: each.to_json() for each in workloads}


def missed(workloads, memory=None):
    bars = report.judge(workloads, memory or {"rss_mb_max": 100, "growth_mb": 1})
    return {(each["workload"], each["bar"]) for each in bars if not each["met"]}


def test_latency_of_several_runs_is_that_of_all_their_calls():
    quick = run_of(1, histogram=[(1.0, 990)])["classes"]
    slow = run_of(1, histogram=[(50.0, 10)])["classes"]
    latency = report.merge_latency(quick + slow)
    assert (latency["p50"], latency["p99"], latency["p999"], latency["max"]) == (1.0, 1.0, 50.0, 50.0)


def test_ratios_compare_runs_of_the_same_round():
    # The machine was half as fast in the second round: both kinds of run saw it, and the ratio stays.
    workload = report.Workload("create", [run_of(20_000), run_of(10_000)], one_per_transaction=[run_of(4_000),
                                                                                                run_of(2_000)])
    assert workload.to_json()["ratios"]["to_one_per_transaction"] == pytest.approx(5)


def test_the_limit_adds_up_the_times_of_the_references():
    assert entries()["create"]["references"]["limit_per_s"] == pytest.approx(1 / (1 / 50_000 + 1 / 40_000))


def test_every_bar_can_be_met_and_each_is_missed_for_its_own_reason():
    assert missed(entries(create=20_500)) == set()
    assert {bar for _, bar in missed(entries(create=19_000))} == {"times one order per transaction",
                                                                  "of 1/(1/echo + 1/postgres)"}
    assert {workload for workload, _ in missed(entries(create=20_500, p99_ms=12))} == {"create, half rate"}
    assert {workload for workload, _ in missed(entries(create=20_500, errors={"UNAVAILABLE": 1}))} == {"mixed", "all"}
    assert len(missed(entries(create=20_500), {"rss_mb_max": 151, "growth_mb": 16})) == 2


def test_the_plot_is_well_formed_and_shows_the_figures():
    steps = [{"offered_per_s": rate, "latency_ms": {"p50": 0.5, "p99": 3, "p999": 9}} for rate in (1_000, 20_000)]
    figures = {"workloads": list(entries(create=20_500).values()), "sweep": steps,
               "machine": {"cores": 2, "cpu": "A & B", "versions": {"postgresql": "15.8 (Debian)"},
                           "fsync_ms": {"p50": 0.11}, "commit": "abc"}}
    texts = [each.text for each in xml.etree.ElementTree.fromstring(plot.draw(figures)).iter() if each.text]
    assert "20,500" in texts and "p99.9" in texts
    assert any("A & B" in text for text in texts)
