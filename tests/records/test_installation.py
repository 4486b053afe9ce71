"""Figures of the installation: the page, the metrics, who reads them, and that docs and dashboard know them all."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.test import Client
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from tests.people import LICANG, make_person, signed_in
from tocsin.base.documents import decode_json
from tocsin.bus.models import LoopState, OutboxEvent
from tocsin.jurisdiction.people.services.system import system_actor
from tocsin.records.audit.models import AuditEntry
from tocsin.records.face import record_audit
from tocsin.records.system.queries import BACKUP_TAKEN, Read, read_gauges
from tocsin.records.system.rules import Gauge, Sample, Unit
from tocsin.records.system.shown import describe_gauges, in_openmetrics
from tocsin.screens.clock import current_time

pytestmark = pytest.mark.django_db

ADDRESS = "/api/v1/records/metrics"
TITLE = gettext_lazy("Database")
ROOT = Path(__file__).parents[2]


def administrator() -> Client:
    return signed_in(make_person("system_administrator", "000000"))


def figures(client: Client) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    answer = client.get(ADDRESS)
    assert answer.status_code == 200, answer.content
    assert answer["Content-Type"].startswith("application/openmetrics-text")
    families = text_string_to_metric_families(answer.content.decode())
    return {(one.name, tuple(sorted(one.labels.items()))): one.value for family in families for one in family.samples}


def test_what_stands_in_the_database_is_told() -> None:
    now = timezone.now()
    worker = {"worker": "w1", "period_s": 0, "said_at": now, "rounds": 4}
    LoopState.objects.create(name="apply-detections", lag_ms=1500, behind=12, **worker)
    failing = {"failures": 5, "failing_since": now - timedelta(minutes=5), "error": "Unavailable"}
    LoopState.objects.create(name="make-tasks", lag_ms=0, **worker, **failing)
    OutboxEvent.objects.create(
        event_id="01a2277c-d2c5-7517-8aaf-fb661622b419",
        recorded_at=current_time() - timedelta(seconds=90),
        name="X",
        version=1,
        data={},
    )
    record_audit(system_actor(), BACKUP_TAKEN, "backup", "p", region_code="")
    AuditEntry.objects.filter(action=BACKUP_TAKEN).update(at=now - timedelta(hours=3))
    told = figures(administrator())
    assert told["tocsin_loop_lag_seconds", (("loop", "apply-detections"),)] == 1.5
    assert told["tocsin_loop_behind", (("loop", "apply-detections"),)] == 12
    assert told["tocsin_loops_failing", (("loop", "make-tasks"), ("worker", "w1"))] == 1
    assert told["tocsin_outbox_events", ()] == 1
    assert told["tocsin_outbox_oldest_seconds", ()] == pytest.approx(90, abs=30)
    assert told["tocsin_backup_age_seconds", ()] == pytest.approx(3 * 3600, abs=60)
    assert told["tocsin_disk_free_bytes", ()] > 0
    assert told["tocsin_device_messages_total", (("verdict", "taken"),)] == 0


def test_an_installation_of_which_nothing_is_known_yet_is_told_too() -> None:
    told = figures(administrator())
    assert told["tocsin_open_alarms", (("level", "red"),)] == 0
    assert not [name for name, _labels in told if name == "tocsin_backup_age_seconds"]


@pytest.mark.parametrize("role", ["duty_officer", "audit_administrator", "viewer"])
def test_others_read_neither_page_nor_metrics(role: str) -> None:
    client = signed_in(make_person(role, LICANG))
    assert client.get(ADDRESS).status_code == 403
    assert client.get("/system/").status_code == 403
    assert Client().get(ADDRESS).status_code == 401


@pytest.mark.parametrize(("language", "word"), [("zh-hans", "系统运行"), ("en", "Installation")])
def test_the_page_has_what_is_marked_first(language: str, word: str) -> None:
    LoopState.objects.create(name="make-tasks", worker="w1", period_s=5, lag_ms=99_000, rounds=1, said_at=timezone.now())
    client = administrator()
    page = client.get("/system/", headers={"accept-language": language}).content.decode()
    assert word in page
    first = page[page.index("<tbody>") :].split("</tr>")[0]
    assert "make-tasks" in first
    assert "badge bad" in first
    assert client.get("/system/?format=csv").status_code == 200


@pytest.mark.parametrize(
    ("unit", "value", "words"),
    [
        (Unit.COUNT, 1234567, "1,234,567"),
        (Unit.SECONDS, 12.34, "12.3 s"),
        (Unit.SECONDS, 9000, "2.5 h"),
        (Unit.BYTES, 5_500_000_000, "5.1\xa0GB"),
    ],
)
def test_figures_have_units_that_people_read(unit: Unit, value: float, words: str) -> None:
    with translation.override("en"):
        (shown,) = describe_gauges([Read(Gauge("x", TITLE, lambda _now: (), unit, limit=value), (Sample(value),))])
    assert [(one.value, one.marked) for one in shown.figures] == [(words, True)]


def test_labels_with_odd_letters_stay_one_line() -> None:
    odd = Sample(1, {"loop": 'a"b\nc\\d'})
    text = in_openmetrics([Read(Gauge("x", TITLE, lambda _now: ()), (odd,))]).decode()
    (family,) = text_string_to_metric_families(text)
    assert family.samples[0].labels == odd.labels


def test_docs_and_dashboard_know_every_figure() -> None:
    names = {name_of(one) for one in read_gauges(timezone.now())}
    docs = (ROOT / "docs/installation.md").read_text(encoding="utf-8").split("## Prometheus")[0]
    assert set(re.findall(r"`(tocsin_\w+)", docs)) == names


def asked_by_the_dashboard() -> list[tuple[str, str]]:
    """(query, what names its lines) of every panel."""
    dashboard = decode_json((ROOT / "deploy/grafana/tocsin.json").read_bytes(), dict[str, Any])
    targets = [target for panel in dashboard["panels"] for target in panel.get("targets", [])]
    return [(target["expr"], target.get("legendFormat", "")) for target in targets]


def asked_by_the_rules() -> list[tuple[str, str]]:
    """(query, words) of every alarm."""
    read = yaml.safe_load((ROOT / "deploy/prometheus/tocsin-alerts.yml").read_text(encoding="utf-8"))
    rules = [rule for group in read["groups"] for rule in group["rules"]]
    return [(rule["expr"], " ".join(rule["annotations"].values())) for rule in rules]


def test_dashboard_and_rules_ask_for_what_is_told() -> None:
    """Each name of a query, and each label of its words, is one that the metrics really have."""
    LoopState.objects.create(name="make-tasks", worker="w1", period_s=0, rounds=1, said_at=timezone.now(), failures=5)
    record_audit(system_actor(), BACKUP_TAKEN, "backup", "p", region_code="")
    told = figures(administrator())
    labels: dict[str, set[str]] = {}
    now_told = set()  # not those of which there is nothing, such as notices that are due
    for read in read_gauges(timezone.now()):
        labels[name_of(read)] = {label for sample in read.samples for label in sample.labels}
        now_told |= {name_of(read)} if read.samples else set()
    exposed = {name for name, _labels in told}
    asked = asked_by_the_dashboard() + asked_by_the_rules()
    assert len(asked) > 20
    for query, words in asked:
        names = set(re.findall(r"tocsin_\w+", query))
        assert names <= labels.keys(), query
        assert names & now_told <= exposed, query
        for label in re.findall(r"\{\{ *(?:\$labels\.)?([a-z]\w*) *\}\}", words):
            assert label == "instance" or any(not labels[one] or label in labels[one] for one in names), (query, label)


def test_rules_ring_where_the_page_marks() -> None:
    limits = {name_of(read): read.gauge.limit for read in read_gauges(timezone.now())}
    of_rules = {}
    for query, _words in asked_by_the_rules():
        if found := re.fullmatch(r"(tocsin_\w+) > (\d+)", query):
            of_rules[found[1]] = float(found[2])
    assert len(of_rules) >= 8
    for name, bound in of_rules.items():
        limit = limits[name]
        assert bound == ((limit() if callable(limit) else limit) if bound else 0), name
        assert bound or limit == 1, name


def name_of(read: Read) -> str:
    """As the metric is called."""
    return "_".join(filter(None, ("tocsin", read.gauge.name, read.gauge.unit.value, "total" if read.gauge.counts_up else "")))
