"""How the installation runs: the page of loops, /health/, and what is written down of a loop that keeps failing."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests.accounts import PersonMaker
from tocsin.bus.loops.standing import Standing, write_standings
from tocsin.bus.models import OutboxEvent
from tocsin.jurisdiction.areas.rules.codes import EVERYWHERE
from tocsin.notices.channels.rules.verdicts import Fate
from tocsin.notices.face import Notice, ring_for_loop
from tocsin.records.audit.models import AuditEntry
from tocsin.records.system.services import tell_of_loop

pytestmark = pytest.mark.django_db
ERROR = "ValueError: nothing fits"


def failing() -> Standing:
    since = timezone.now() - timedelta(minutes=5)
    return Standing("judge-work", 5.0, failures=9, failing_since=since, error=ERROR)


def test_a_system_administrator_sees_how_loops_stand(make_person: PersonMaker) -> None:
    write_standings("here:1", [Standing("relay-events", 2.0, rounds=7), failing()])
    client = Client()
    client.force_login(make_person("system_administrator", EVERYWHERE))
    page = client.get("/system/loops/").content.decode()
    assert page.index("judge-work") < page.index("relay-events"), "what fails comes first"
    assert "持续失败" in page and ERROR in page
    assert ERROR in client.get("/system/loops/?format=csv").content.decode()
    assert 'href="/system/loops/"' in page
    client.force_login(make_person("duty_officer", "370213"))
    assert client.get("/system/loops/").status_code == 403


def test_health_names_loops_that_keep_failing(client: Client) -> None:
    silent = client.get("/health/").json()
    assert (silent["status"], silent["worker"], silent["failing_loops"]) == ("ok", "silent", [])
    write_standings("here:1", [Standing("relay-events", 2.0), failing()])
    told = client.get("/health/").json()
    assert (told["status"], told["worker"], told["failing_loops"]) == ("failing", "speaks", ["judge-work"])
    assert ERROR not in client.get("/health/").content.decode(), "whoever asks is not known"


def test_failing_and_working_again_stand_in_the_audit_trail_and_are_events() -> None:
    standing = failing()
    tell_of_loop(standing)
    standing.end(took_s=0.1)
    tell_of_loop(standing)
    assert list(AuditEntry.objects.order_by("at", "id").values_list("action", "object_id")) == [
        ("loop.failing", "judge-work"),
        ("loop.recovered", "judge-work"),
    ]
    names = list(OutboxEvent.objects.order_by("pk").values_list("name", flat=True))
    assert names == ["records.LoopFailing", "records.LoopRecovered"]


def test_every_system_administrator_is_told_once_until_it_works_again(make_person: PersonMaker) -> None:
    administrator = make_person("system_administrator", "370200")
    make_person("duty_officer", "370213")
    standing = failing()
    ring_for_loop(standing)
    ring_for_loop(standing)
    notice = Notice.objects.get()
    assert (notice.person, notice.urgent, notice.fate) == (administrator, True, Fate.QUEUED)
    client = Client()
    client.force_login(administrator)
    page = client.get("/notices/").content.decode()
    assert "judge-work" in page and ERROR in page
    standing.end(took_s=0.1)
    ring_for_loop(standing)
    later = failing()
    later.failing_since = timezone.now()
    later.failures = 2
    ring_for_loop(later)
    assert Notice.objects.count() == 1, "it stumbles, and does not keep failing yet"
