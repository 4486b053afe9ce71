"""The console and its drawer, as the server draws them."""

import re

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests.console.street import person
from tests.people import SHINAN, signed_in
from tocsin.warning.alarms.models import Alarm

HTMX = {"HX-Request": "true"}


def test_the_console_names_its_sources(viewer: Client) -> None:
    page = viewer.get("/").content.decode()
    for address in ("/api/v1/warning/alarms", "/live/", "/map/base.json", "/api/v1/lifelines/assets.geojson"):
        assert address in page
    assert 'data-theme="dark"' in page
    assert "<script>" not in page and " style=" not in page and " onclick=" not in page


def test_it_speaks_chinese_first(db: None) -> None:
    user = person("viewer")
    client = Client()
    client.force_login(user)
    page = client.get("/").content.decode()
    assert '<html lang="zh-hans"' in page


def test_an_alarm_has_an_address_of_its_own(viewer: Client, alarm: Alarm) -> None:
    whole = viewer.get(f"/alarms/{alarm.pk}/")
    assert "<html" in whole.content.decode() and "Combustible gas 27 %LEL" in whole.content.decode()
    part = viewer.get(f"/alarms/{alarm.pk}/", headers=HTMX)
    assert "<html" not in part.content.decode()
    assert "HX-Request" in part.headers["Vary"]


def test_the_title_says_what_was_measured_and_no_cause(viewer: Client, alarm: Alarm) -> None:
    title = re.search(r"<h2>(.*?)</h2>", viewer.get(f"/alarms/{alarm.pk}/", headers=HTMX).content.decode())
    assert title is not None and title[1] == "Combustible gas 27 %LEL"


def test_steps_beyond_the_alarm_are_not_pretended(officer: Client, alarm: Alarm) -> None:
    def steps() -> list[str]:
        page = officer.get(f"/alarms/{alarm.pk}/", headers=HTMX).content.decode()
        return re.findall(r'<li class="(done|now|ahead)"', page)

    assert steps() == ["now", "ahead"]
    officer.post(f"/alarms/{alarm.pk}/acknowledge/")
    assert steps() == ["done", "now"]


@pytest.mark.parametrize(
    ("act", "form", "seen"),
    [
        ("acknowledge", {}, "active, acknowledged"),
        ("comment", {"text": "on the phone with the crew"}, "on the phone with the crew"),
        ("shelve", {"minutes": "30", "reason": "works"}, "shelved"),
        ("level", {"level": "2", "reason": "measured by hand"}, "level 3 (yellow)"),
    ],
)
def test_acts_answer_with_the_drawer_as_it_is_then(
    officer: Client, alarm: Alarm, act: str, form: dict[str, str], seen: str
) -> None:
    answer = officer.post(f"/alarms/{alarm.pk}/{act}/", form)
    assert answer.status_code == 200
    assert seen in answer.content.decode()


def test_the_history_says_what_was_done_and_by_whom(officer: Client, alarm: Alarm) -> None:
    officer.post(f"/alarms/{alarm.pk}/acknowledge/")
    page = officer.get(f"/alarms/{alarm.pk}/", headers=HTMX).content.decode()
    history = page[page.index('data-part="history"') :]
    lines = re.findall(r"</time><span>(.*?)</span>", history, re.DOTALL)
    assert lines and all(re.match(r"\w", line) for line in lines)
    assert any(line.lower().startswith("acknowledged") for line in lines)


def test_a_refusal_is_told_in_the_drawer(officer: Client, alarm: Alarm) -> None:
    officer.post(f"/alarms/{alarm.pk}/acknowledge/")
    answer = officer.post(f"/alarms/{alarm.pk}/acknowledge/")
    assert answer.status_code == 409
    assert "This alarm has already been acknowledged." in answer.content.decode()
    assert officer.post(f"/alarms/{alarm.pk}/shelve/", {"minutes": "soon"}).status_code == 400
    assert officer.post(f"/alarms/{alarm.pk}/explode/").status_code == 404


def test_who_may_not_handle_sees_no_buttons(viewer: Client, alarm: Alarm) -> None:
    assert "data-key" not in viewer.get(f"/alarms/{alarm.pk}/", headers=HTMX).content.decode()
    assert viewer.post(f"/alarms/{alarm.pk}/acknowledge/").status_code == 403
    alarm.refresh_from_db()
    assert alarm.acknowledged_at is None


def test_an_alarm_beyond_ones_regions_is_not_there(alarm: Alarm) -> None:
    stranger = signed_in(person("duty_officer", SHINAN))
    assert stranger.get(f"/alarms/{alarm.pk}/").status_code == 404
    assert stranger.post(f"/alarms/{alarm.pk}/acknowledge/").status_code == 404
    assert "27 %LEL" not in stranger.get("/alarms/").content.decode()


def test_those_without_alarms_are_led_to_their_own_work(db: None) -> None:
    assert signed_in(person("audit_administrator")).get("/").headers["Location"] == "/home/"


def test_the_list_filters_and_counts_its_queries(
    officer: Client, alarm: Alarm, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(8):
        page = officer.get("/alarms/").content.decode()
    assert "Combustible gas 27 %LEL" in page and "<html" in page
    rows = officer.get("/alarms/?level=4&search=Shiniushan", headers=HTMX).content.decode()
    assert "Combustible gas 27 %LEL" in rows and "<html" not in rows
    assert "No alarms here." in officer.get("/alarms/?state=closed", headers=HTMX).content.decode()
    assert officer.get("/alarms/?state=nonsense&level=99&page=x").status_code == 200
