"""Containers, pods and units as they are shipped: each process stands in all of them, and what they set is a setting."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from tocsin.portal.catalogue import DEVICE_PROTOCOLS, PROCESSES

pytestmark = pytest.mark.one_database

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
SETTINGS = set(re.findall(r"`(TOCSIN_\w+|DATABASE_URL)`", (ROOT / "docs/settings.md").read_text(encoding="utf-8")))
COMPOSE = yaml.safe_load((DEPLOY / "container/compose.yaml").read_text(encoding="utf-8"))
OWN = {
    name for name in PROCESSES if name != "bus"
}  # the bus is the operator's cluster: the embedded one is heard on loopback only


def documents(name: str) -> list[dict[str, Any]]:
    return list(yaml.safe_load_all((DEPLOY / "kubernetes" / name).read_text(encoding="utf-8")))


LISTED = yaml.safe_load((DEPLOY / "kubernetes/kustomization.yaml").read_text(encoding="utf-8"))["resources"]
OBJECTS = [one for name in LISTED for one in documents(name)]
PODS = {one["metadata"]["name"]: one["spec"]["template"]["spec"] for one in OBJECTS if one["kind"] in ("Deployment", "Job")}


def container(process: str) -> dict[str, Any]:
    found: list[dict[str, Any]] = PODS[process]["containers"]
    assert len(found) == 1
    return found[0]


def variables_of_pod(process: str) -> dict[str, str]:
    return {one["name"]: one["value"] for one in container(process).get("env", [])}


def test_every_file_of_kubernetes_is_listed() -> None:
    there = {path.name for path in (DEPLOY / "kubernetes").iterdir()}
    assert there == {"kustomization.yaml", *LISTED}


def test_every_process_stands_in_both_and_is_run_by_its_name() -> None:
    assert set(COMPOSE["services"]) == set(PODS) == OWN | {"prepare"}
    for name in OWN:
        assert COMPOSE["services"][name]["command"] == container(name)["args"] == ["run", name]
    assert COMPOSE["services"]["prepare"]["command"] == container("prepare")["args"] == ["prepare"]


def test_all_wait_until_the_database_is_brought_up_to_date() -> None:
    for name in OWN:
        assert COMPOSE["services"][name]["depends_on"] == {"prepare": {"condition": "service_completed_successfully"}}
    assert (COMPOSE["services"]["prepare"]["depends_on"], COMPOSE["services"]["prepare"]["restart"]) == ({}, "no")
    [job] = [one for one in OBJECTS if one["kind"] == "Job"]
    assert job["spec"]["template"]["spec"]["restartPolicy"] == "OnFailure"


def test_what_is_set_is_a_setting() -> None:
    given = {name for service in COMPOSE["services"].values() for name in service.get("environment", {})}
    given |= {name for process in PODS for name in variables_of_pod(process)}
    given |= {
        name for one in OBJECTS if one["metadata"]["name"] == "tocsin" for name in one.get("data", one.get("stringData", {}))
    }
    for file in ("container/tocsin.env", "tocsin.env"):
        given |= set(re.findall(r"^(?:# )?([A-Z_]+)=", (DEPLOY / file).read_text(encoding="utf-8"), flags=re.MULTILINE))
    given |= set(
        re.findall(r"^ENV (TOCSIN_\w+)", (DEPLOY / "container/Dockerfile").read_text(encoding="utf-8"), flags=re.MULTILINE)
    )
    assert given - SETTINGS == set()
    assert given >= {"DATABASE_URL", "TOCSIN_NATS_URL", "TOCSIN_NATS_CA", "TOCSIN_PUBLIC_HOSTS", "TOCSIN_DATA"}


def test_ports_are_those_on_which_the_processes_listen() -> None:
    known = {"TOCSIN_HTTP_PORT", *(one.variable for one in DEVICE_PROTOCOLS)}
    for process in ("web", "door"):
        told, pod = COMPOSE["services"][process], variables_of_pod(process)
        assert told["environment"] == pod, "the same in both"
        ports = {int(value) for name, value in pod.items() if name in known}
        assert {int(one.rpartition(":")[2]) for one in told["ports"]} == ports
        assert {one["containerPort"] for one in container(process)["ports"]} == ports
        checked = {int(port) for port in re.findall(r"\b(8\d{3})\b", " ".join(told["healthcheck"]["test"]))}
        assert checked == ports
    named = {process: {one["name"] for one in container(process)["ports"]} for process in ("web", "door")}
    for service in (one for one in OBJECTS if one["kind"] == "Service"):
        assert {one["targetPort"] for one in service["spec"]["ports"]} <= named[service["spec"]["selector"]["process"]]
    assert [
        one["spec"]["externalTrafficPolicy"] for one in OBJECTS if one["metadata"]["name"] == "door" and one["kind"] == "Service"
    ] == ["Local"]


def test_only_the_devices_port_is_open_to_the_network() -> None:
    opened = [
        port for service in COMPOSE["services"].values() for port in service.get("ports", ()) if not port.startswith("127.")
    ]
    assert opened == ["8883:8883"]


def test_who_listens_is_asked_whether_it_is_ready() -> None:
    for process in ("web", "door"):
        assert {"startupProbe", "livenessProbe", "readinessProbe"} <= container(process).keys()
    ready = container("web")["readinessProbe"]["httpGet"]
    assert ready["path"] == "/health/"
    assert ready["httpHeaders"] == [{"name": "Host", "value": "localhost"}], "a name that Tocsin answers to"
    assert "httpGet" not in container("web")["livenessProbe"], "a database that is away is no reason to begin anew"


@pytest.mark.parametrize("process", sorted(OWN | {"prepare"}))
def test_a_process_is_a_user_without_power_and_with_an_end_to_what_it_takes(process: str) -> None:
    pod, one = PODS[process], container(process)
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["automountServiceAccountToken"] is False
    assert one["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert {"cpu", "memory"} <= one["resources"]["requests"].keys()
    assert "memory" in one["resources"]["limits"]
    assert {volume["name"] for volume in pod["volumes"]} == {mount["name"] for mount in one["volumeMounts"]}
    service = COMPOSE["services"][process]
    assert (service["read_only"], service["cap_drop"], service["security_opt"]) == (True, ["ALL"], ["no-new-privileges:true"])
    assert service["mem_limit"] == one["resources"]["limits"]["memory"].removesuffix("Gi") + "g" or process == "prepare"


def test_where_something_is_short_alarms_come_before_readers() -> None:
    of = {process: COMPOSE["services"][process]["cpu_shares"] for process in OWN}
    assert of["door"] > of["detector"] > of["worker"] > of["web"] > of["watcher"]


def test_the_image_is_built_from_the_registry_and_runs_as_nobody_special() -> None:
    text = (DEPLOY / "container/Dockerfile").read_text(encoding="utf-8")
    assert '"tocsin==$TOCSIN_VERSION"' in text
    assert re.search(r"^USER 10001:10001$", text, flags=re.MULTILINE)
    assert {pod["securityContext"]["runAsUser"] for pod in PODS.values()} == {10001}
    assert text.index("USER") < text.index("ENTRYPOINT")


@pytest.mark.parametrize("process", ["detector", "worker"])
def test_a_further_process_on_a_machine_is_walled_in_like_the_first(process: str) -> None:
    def lines(name: str) -> list[str]:
        text = (DEPLOY / "systemd" / name).read_text(encoding="utf-8").split("\n[Install]")[0].strip()
        return [line for line in text.splitlines() if not line.startswith(("Description=", "ExecStart="))]

    assert lines(f"tocsin-{process}@.service") == lines("tocsin@.service")
    text = (DEPLOY / f"systemd/tocsin-{process}@.service").read_text(encoding="utf-8")
    assert f"ExecStart=/opt/tocsin/bin/tocsin run {process}\n" in text
    share = "service.d/share.conf"
    first, further = (DEPLOY / f"systemd/{name}.{share}" for name in (f"tocsin@{process}", f"tocsin-{process}@"))
    assert further.read_text() == first.read_text()
