"""kubectl accepts every overlay of k8s/, and what it makes of them fits the server."""

import re
import subprocess

import pytest
from descriptors import ROOT
from settings import server_flags

from tests.support import external_tools

yaml = pytest.importorskip("yaml", reason="skipped: needs python3-yaml")

OVERLAYS = sorted(path.parent for path in (ROOT / "k8s" / "overlays").glob("*/kustomization.yaml"))


@pytest.fixture(scope="module", params=OVERLAYS, ids=lambda path: path.name)
def manifests(request):
    kubectl = external_tools.from_path("kubectl")
    result = subprocess.run([kubectl, "kustomize", str(request.param)], capture_output=True, text=True, timeout=60)
    assert result.returncode == 0, result.stderr
    return list(yaml.safe_load_all(result.stdout))


def of_kind(manifests, kind):
    return [manifest for manifest in manifests if manifest["kind"] == kind]


def pods(manifests):
    return [manifest["spec"]["template"]["spec"] for manifest in manifests if manifest["kind"] in ("Deployment", "Job")]


def server_container(manifests):
    (deployment,) = of_kind(manifests, "Deployment")
    (container,) = deployment["spec"]["template"]["spec"]["containers"]
    return container


def settings(manifests):
    (config,) = of_kind(manifests, "ConfigMap")
    return config["data"]


def seconds(duration):
    return int(re.fullmatch(r"(\d+)s", duration)[1])


def test_all_resources_are_there(manifests):
    kinds = sorted(manifest["kind"] for manifest in manifests if manifest["kind"] != "Secret")
    assert kinds == ["ConfigMap", "Deployment", "Job", "PodDisruptionBudget", "Service", "Service", "ServiceAccount"]


def test_every_variable_is_a_flag(manifests):
    names = set(settings(manifests))
    for pod in pods(manifests):
        names |= {variable["name"] for container in pod["containers"] for variable in container.get("env", [])}
    assert "ORDERS_DATABASE_URL" in names
    assert names <= {flag.variable for flag in server_flags().values()}


def test_ports_are_those_the_server_listens_on(manifests):
    container = server_container(manifests)
    ports = {port["name"]: str(port["containerPort"]) for port in container["ports"]}
    assert ports == {"grpc": settings(manifests)["ORDERS_LISTEN_ADDRESS"].rpartition(":")[2],
                     "http": settings(manifests)["ORDERS_HTTP_ADDRESS"].rpartition(":")[2]}
    for service in of_kind(manifests, "Service"):
        assert all(port["targetPort"] in ports for port in service["spec"]["ports"])


def test_probes_ask_the_paths_that_are_served(manifests):
    container = server_container(manifests)
    served = set(re.findall(r'http\.Get\("([^"]+)"', (ROOT / "server" / "http" / "http_endpoints.cc").read_text()))
    paths = {probe: container[probe]["httpGet"]["path"] for probe in ("startupProbe", "livenessProbe", "readinessProbe")}
    assert paths == {"startupProbe": "/livez", "livenessProbe": "/livez", "readinessProbe": "/readyz"}
    assert set(paths.values()) <= served
    assert all(container[probe]["httpGet"]["port"] == "http" for probe in paths)


def test_start_up_may_take_as_long_as_the_server_waits(manifests):
    probe = server_container(manifests)["startupProbe"]
    assert probe["periodSeconds"] * probe["failureThreshold"] > seconds(settings(manifests)["ORDERS_STARTUP_TIMEOUT"])


def test_a_pod_may_drain_before_it_is_killed(manifests):
    (deployment,) = of_kind(manifests, "Deployment")
    pod = deployment["spec"]["template"]["spec"]
    pre_stop = int(server_container(manifests)["lifecycle"]["preStop"]["exec"]["command"][1])
    assert pod["terminationGracePeriodSeconds"] > pre_stop + seconds(settings(manifests)["ORDERS_DRAIN_TIMEOUT"])


def test_pods_are_restricted(manifests):
    for pod in pods(manifests):
        assert pod["automountServiceAccountToken"] is False
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        for container in pod["containers"]:
            assert container["securityContext"] == {"allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True,
                                                    "capabilities": {"drop": ["ALL"]}}
            assert "limits" in container["resources"]


def test_migrations_run_as_the_owner_and_the_server_does_not(manifests):
    keys = {}
    for manifest in of_kind(manifests, "Deployment") + of_kind(manifests, "Job"):
        (variable,) = manifest["spec"]["template"]["spec"]["containers"][0]["env"]
        keys[manifest["kind"]] = variable["valueFrom"]["secretKeyRef"]["key"]
    assert keys == {"Deployment": "serving_url", "Job": "migrating_url"}


def test_selectors_find_the_pods(manifests):
    (deployment,) = of_kind(manifests, "Deployment")
    labels = deployment["spec"]["template"]["metadata"]["labels"].items()
    (budget,) = of_kind(manifests, "PodDisruptionBudget")
    assert budget["spec"]["selector"]["matchLabels"].items() <= labels
    for service in of_kind(manifests, "Service"):
        assert service["spec"]["selector"].items() <= labels
