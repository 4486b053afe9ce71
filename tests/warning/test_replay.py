"""Past alarms judged again with edited causes: no edit, no difference; an edit shows its change; then it is switched on."""

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings

from tests.people import LICANG, SHINAN, make_person
from tests.warning.ranked import ranked_alarm
from tests.warning.test_diagnosing import MAIN, WELL, due_now, history, raise_alarm  # noqa: F401 - the fixture
from tests.warning.test_feedback_pages import HTMX, signed_in, text_of
from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.jurisdiction.people.models import User
from tocsin.jurisdiction.people.services.system import system_actor
from tocsin.lifelines.queries.networks import asset_ids
from tocsin.lifelines.services.networks import import_network
from tocsin.records.audit.models import AuditEntry
from tocsin.records.versions.models import PolicyVersion
from tocsin.records.versions.services.versions import confirm_version
from tocsin.sensing.devices.services.changes import edit_sensor
from tocsin.sensing.history.queries.table import History
from tocsin.warning.alarms.models import Alarm
from tocsin.warning.causes.policy.causes import CAUSES_FILE, shipped_templates
from tocsin.warning.diagnosis.models import Diagnosis, ReplayResult, ReplayRun
from tocsin.warning.diagnosis.queries.priors import templates_for
from tocsin.warning.diagnosis.queries.template_sets import parse_templates, templates_in_force
from tocsin.warning.diagnosis.services import diagnoses as diagnosis
from tocsin.warning.diagnosis.services import findings as services_findings
from tocsin.warning.diagnosis.services import replays
from tocsin.warning.diagnosis.services import replays as services
from tocsin.warning.diagnosis.shown.replays import changes_of_text, describe_replay
from tocsin.warning.outlook.queries import look_ahead

if TYPE_CHECKING:
    from django.test import Client

pytestmark = pytest.mark.django_db

SHIPPED = CAUSES_FILE.read_text(encoding="utf-8")


def with_prior(cause: str, prior: float) -> str:
    """The causes of the program with another prior of that cause."""
    edited, many = re.subn(rf'(cause = "{cause}"\n(?:(?!\[\[cause).*\n)*?prior = )[-+.\d]+', rf"\g<1>{prior}", SHIPPED)
    assert many == 1
    return edited


def edited(pattern: str, replacement: str) -> str:
    text, many = re.subn(pattern, replacement, SHIPPED, count=1)
    assert many == 1
    return text


LIKELY_GAS = with_prior("gas_main_leak", 60.0)


@pytest.fixture
def engineer(db: None) -> User:
    return make_person("rule_engineer")


@pytest.fixture
def alarm(district: list[int], history: History) -> Alarm:  # noqa: F811
    """A methane alarm in a well beside a gas main, judged by the engine."""
    assert not import_network(actor=system_actor(), features=[WELL, MAIN], region_code=LICANG).errors
    alarm = raise_alarm()
    assert alarm.sensor_id is not None
    edit_sensor(actor=system_actor(), sensor_id=alarm.sensor_id, changes={"asset_id": asset_ids(["W1"])[LICANG, "W1"]})
    due_now()
    assert diagnosis.work_on_next_task(look_ahead)
    return Alarm.objects.get(pk=alarm.pk)


def replay(actor: User, text: str, **choice: Any) -> ReplayRun:
    run = services.start_replay(actor=actor, region_code=LICANG, text=text, **choice)
    while services.work_on_next_replay():
        pass
    return run


def test_the_same_causes_make_no_difference(alarm: Alarm, engineer: User) -> None:
    run = replay(engineer, SHIPPED)
    row = ReplayResult.objects.get()
    assert row.error == ""
    assert row.old == row.new
    kept = Diagnosis.objects.get().result["hypotheses"]
    assert row.old is not None
    assert row.old["ranking"] == [[one["cause"], pytest.approx(one["probability"]), one["owner"]] for one in kept]
    shown = describe_replay(run)
    assert (shown.alarms, shown.is_over, shown.changed, shown.changed_cause, shown.changed_body) == (
        1,
        True,
        0,
        0,
        0,
    )
    assert changes_of_text(run) == []


def test_an_edit_shows_what_it_would_change_against_findings_too(alarm: Alarm, engineer: User, officer: User) -> None:
    assert alarm.cause is not None
    assert alarm.cause["cause"] != "gas_main_leak"
    services_findings.record_finding(
        actor=officer, alarm_id=alarm.pk, cause="gas_main_leak", asset_code="G1", found_by="Gas crew 2"
    )
    kept = Diagnosis.objects.get().result
    shown = describe_replay(replay(engineer, LIKELY_GAS, alarm_id=alarm.pk))
    (line,) = shown.lines
    assert line.new is not None
    assert (shown.changed_cause, line.new.causes[0].cause, line.new.is_right) == (1, "gas_main_leak", True)
    assert (shown.before["first"]["hits"], shown.after["first"]["hits"]) == (0, 1)
    assert shown.after["brier"] < shown.before["brier"]
    assert Diagnosis.objects.get().result == kept


def test_switched_on_they_judge_from_then_on_and_one_click_leads_back(alarm: Alarm, engineer: User) -> None:
    run = replay(engineer, LIKELY_GAS)
    kept = Diagnosis.objects.get().result
    assert templates_in_force(LICANG) is shipped_templates()  # a replay alone changes nothing
    proposed = services.propose_causes(actor=engineer, run_id=run.pk, reason="more leaks than we thought")
    assert templates_in_force(LICANG) is shipped_templates()  # one person alone changes nothing
    with pytest.raises(Conflict, match="Another person"):
        confirm_version(actor=engineer, version_id=proposed.pk)
    second = make_person("supervisor")
    confirm_version(actor=second, version_id=proposed.pk)
    assert templates_for(LICANG).template_of("gas_main_leak").prior == 60.0
    assert templates_in_force(SHINAN) is shipped_templates()
    assert diagnosis.diagnose_alarm(alarm, look_ahead)["hypotheses"][0]["cause"] == "gas_main_leak"
    assert Diagnosis.objects.get().result == kept
    assert AuditEntry.objects.filter(action="policy.confirmed").get().actor_id == second.pk
    with pytest.raises(Conflict, match="replay again"):  # it was compared with what is no longer in force
        services.propose_causes(actor=engineer, run_id=run.pk, reason="once more")
    back = services.propose_causes_back(actor=engineer, region_code=LICANG, reason="not yet")
    confirm_version(actor=second, version_id=back.pk)
    assert templates_in_force(LICANG) is shipped_templates()
    assert PolicyVersion.objects.count() == 2


def test_what_fails_is_told_and_the_run_ends(district: list[int], engineer: User, monkeypatch: pytest.MonkeyPatch) -> None:
    ranked_alarm()

    def fail(**asked: Any) -> Any:
        raise ValueError("no network")

    monkeypatch.setattr(replays, "ask", fail)
    run = services.start_replay(actor=engineer, region_code=LICANG, text=SHIPPED)
    with pytest.raises(Conflict, match="still runs"):
        services.propose_causes(actor=engineer, run_id=run.pk, reason="hasty")
    assert services.work_on_next_replay()
    assert not services.work_on_next_replay()
    shown = describe_replay(run)
    assert (shown.failed, shown.is_over, shown.lines[0].error) == (1, True, "ValueError: no network")


REFUSED = {
    "no TOML": ("cause = [", "can't be read as TOML"),
    "an unknown key": (edited(r"^", "speed = 3\n"), "unknown speed; known are"),
    "an unknown sign": (
        edited(r"\[cause\.evidence\]\n", '[cause.evidence]\ngoblins = { present = 1.0, absent = 0.0, source = "C" }\n'),
        "unknown sign",
    ),
    "a cause without words": (edited(r'cause = "gas_main_leak"', 'cause = "goblins"'), "no words for the cause goblins"),
    "a word for a number": (edited(r"temper = [\d.]+", 'temper = "much"'), "wrong kind"),
    "a number for a table": (edited(r"\[figures\]\n", "figures = 3\n[figures_]\n"), "unknown figures_|wrong kind"),
    "an endless weight": (edited(r"temper = [\d.]+", "temper = inf"), "finite"),
    "no temper": (edited(r"temper = [\d.]+", "temper = 0.0"), "above 0"),
    "too long": (SHIPPED + "#" * 300_000, "longer than"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_judge_is_refused(case: str) -> None:
    text, reason = REFUSED[case]
    with pytest.raises(InvalidInput, match=reason):
        parse_templates(text)


def test_the_page_replays_shows_and_switches(alarm: Alarm, engineer: User) -> None:
    client = signed_in(engineer)
    assert "gas_main_leak" in text_of(client.get("/replay/"))
    assert f'href="/replay/?alarm={alarm.pk}"' in client.get(f"/alarms/{alarm.pk}/", headers=HTMX).content.decode()
    form = {"region": LICANG, "days": "", "text": "temper = 1"}
    refused = client.post("/replay/", form)
    assert (refused.status_code, "is missing" in text_of(refused)) == (400, True)
    begun = client.post("/replay/", {**form, "text": LIKELY_GAS.replace("\n", "\r\n")})
    page = begun.headers["Location"]
    assert "0 of 1 alarms" in text_of(client.get(page))
    assert 'hx-trigger="every 2s"' in client.get(page).content.decode()
    assert services.work_on_next_replay()
    told = client.get(page, headers=HTMX).content.decode()
    assert "every 2s" not in told
    assert "Another cause first 1 / 1" in text_of(client.get(page))
    assert "prior = 60.0" in text_of(client.get(page))
    switched = client.post(f"{page}switch/", {"reason": "winter"}, follow=True)
    assert "wait for a second person" in text_of(switched)
    assert "These causes are in force." not in text_of(client.get(page))
    second, version = signed_in(make_person("supervisor")), switched.redirect_chain[-1][0]
    assert version in second.get("/waiting/").content.decode()
    second.post(f"{version}confirm/")
    assert "These causes are in force." in text_of(client.get(page))
    back = client.post("/replay/back/", {"region": LICANG}, follow=True)
    assert "wait for a second person" in text_of(back)
    declined = second.post(f"{back.redirect_chain[-1][0]}decline/", {"words": "winter is not over"}, follow=True)
    assert "declined" in text_of(declined) and "Confirm this version" not in declined.content.decode()
    assert version not in second.get("/waiting/").content.decode()


def test_only_engineers_reach_it_and_only_in_their_region(alarm: Alarm, engineer: User, officer: User) -> None:
    run = replay(engineer, LIKELY_GAS)
    assert signed_in(officer).get("/replay/").status_code == 403
    assert signed_in(officer).get(f"/replay/{run.pk}/").status_code == 404
    neighbour = make_person("rule_engineer", SHINAN)
    assert signed_in(neighbour).get(f"/replay/{run.pk}/").status_code == 404
    assert signed_in(neighbour).get(f"/replay/?alarm={alarm.pk}").status_code == 404
    with pytest.raises(NotAllowed):
        services.start_replay(actor=neighbour, region_code=LICANG, text=SHIPPED)
    administrator = make_person("system_administrator")
    client: Client = signed_in(administrator)
    assert "Propose these causes" not in text_of(client.get(f"/replay/{run.pk}/"))
    with pytest.raises(NotAllowed):
        services.propose_causes(actor=administrator, run_id=run.pk, reason="mine")
    assert "needs the permission causes.switch" in text_of(client.post("/replay/back/", {"region": LICANG}, follow=True))


def test_alarms_are_chosen_by_time_and_those_without_diagnosis_refused(alarm: Alarm, engineer: User) -> None:
    now = settings.CONFIGURATION.clock.now()
    with pytest.raises(InvalidInput, match="No alarm there"):
        services.start_replay(actor=engineer, region_code=LICANG, text=SHIPPED, since=now + timedelta(days=1))
    Diagnosis.objects.all().delete()
    with pytest.raises(InvalidInput, match="No alarm there"):
        services.start_replay(actor=engineer, region_code=LICANG, text=SHIPPED, alarm_id=alarm.pk)


def test_the_same_by_api(alarm: Alarm, engineer: User) -> None:
    client, base, kind = signed_in(engineer), "/api/v1/warning", "application/json"
    assert client.get(f"{base}/causes", {"region_code": LICANG}).json()["shipped"] is True
    assert client.get(f"{base}/causes", {"region_code": SHINAN}).status_code == 403
    body = {"region_code": LICANG, "text": LIKELY_GAS, "alarm_id": str(alarm.pk)}
    begun = client.post(f"{base}/replays", body, content_type=kind).json()
    assert [one["id"] for one in client.get(f"{base}/replays").json()] == [begun["id"]]
    early = client.post(f"{base}/replays/{begun['id']}/switch", {"reason": "hasty"}, content_type=kind)
    assert (early.status_code, early.json()["code"]) == (409, "conflict")
    assert services.work_on_next_replay()
    told = client.get(f"{base}/replays/{begun['id']}").json()
    assert (told["is_over"], told["changed_cause"], told["lines"][0]["new"]["causes"][0]["cause"]) == (True, 1, "gas_main_leak")
    proposed = client.post(f"{base}/replays/{begun['id']}/switch", {"reason": "winter"}, content_type=kind).json()
    second, versions = signed_in(make_person("supervisor")), "/api/v1/records/policy/versions"
    own = client.post(f"{versions}/{proposed['id']}/confirm", {}, content_type=kind)
    assert (own.status_code, own.json()["code"]) == (409, "conflict")
    assert second.post(f"{versions}/{proposed['id']}/confirm", {}, content_type=kind).json()["state"] == "on"
    told = client.get(f"{base}/causes", {"region_code": LICANG}).json()
    assert (told["shipped"], told["reason"]) == (False, "winter")
    back = client.post(f"{base}/causes/back", {"region_code": LICANG, "reason": "spring"}, content_type=kind).json()
    no = second.post(f"{versions}/{back['id']}/decline", {"words": "it is still cold"}, content_type=kind).json()
    assert (no["state"], second.post(f"{versions}/{back['id']}/confirm", {}, content_type=kind).status_code) == ("declined", 409)
    assert client.get(f"{base}/causes", {"region_code": LICANG}).json()["shipped"] is False
