"""Told means seen, played by hand: a notice that nobody looks at climbs, is shown, and stops; nobody could be told rings in the
console; all read; one call settles a body.
"""

import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from tests.browser.chromium import one_driver
from tests.browser.city import FLAGS, SOFTWARE_GRAPHICS
from tests.browser.hands import signs_in
from tests.clocks import SetClock, stand_at
from tests.command.street import START, Timeline, case_of, make_street
from tests.people import LICANG, make_named_person
from tests.programs import CHROMIUM
from tocsin.command.casebook.models import Case, Clock
from tocsin.command.casebook.queries.notices import notices_of
from tocsin.command.casebook.rules.clocks import Step
from tocsin.command.escalation.services.stages import run_clocks
from tocsin.command.shifts.models import LogEntry
from tocsin.command.shifts.services import begin_shift
from tocsin.jurisdiction.bodies.models import Organisation
from tocsin.jurisdiction.people.models import User
from tocsin.jurisdiction.people.services.start import ensure_organisations
from tocsin.jurisdiction.people.services.system import system_actor
from tocsin.jurisdiction.rosters.rules import Member
from tocsin.jurisdiction.rosters.services.rosters import add_layer, create_roster
from tocsin.notices.messages.models import Notice
from tocsin.notices.sending.services.fates import look_after

pytestmark = [pytest.mark.browser, pytest.mark.one_database, pytest.mark.django_db(transaction=True), pytest.mark.timeout(400)]
GAS = [("gas_main_leak", 0.9, "G1")]
DESKS = ("gas_company", "drainage_bureau", "city_management_bureau", "water_bureau", "water_company", "government_duty_room")


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> SetClock:
    def set_to(moment: datetime) -> None:
        stand_at(monkeypatch, moment)

    set_to(START)
    return set_to


@pytest.fixture
def people(clock: SetClock) -> dict[str, User]:
    """Everybody who is told signs in on a screen; the fire brigade has a telephone alone."""
    make_street()
    bodies = ensure_organisations(LICANG)
    centre = bodies["monitoring_centre"]
    found = {code: make_named_person(code, "unit_desk", bodies[code], name=f"{code} desk") for code in DESKS}
    found["day"] = make_named_person("day", "duty_officer", centre, name="Day")
    found["night"] = make_named_person("night", "duty_officer", centre, name="Night")
    found["leader"] = make_named_person("leader", "shift_leader", centre, name="Leader")
    begun = timezone.localdate(START)
    roster = create_roster(actor=system_actor(), organisation_id=centre.pk, name_zh="值班", name_en="Desk")
    teams = [[Member(person=found["day"].pk)], [Member(person=found["night"].pk)]]
    turns: dict[str, Any] = {"handovers": "08:30, 17:30", "turn": "shift", "today": begun}
    add_layer(actor=system_actor(), roster_id=roster.pk, teams=teams, starts_on=begun, **turns)
    begin_shift(actor=found["day"], desk_id=centre.pk, leader_id=found["leader"].pk)
    return found


@pytest.fixture
def case(people: dict[str, User]) -> Case:
    time = Timeline()
    alarm = time.at(0).rings(2, GAS, level=4)
    time.looks()
    return case_of(alarm)


@pytest.fixture
def browser(case: Case) -> Iterator[Browser]:
    with one_driver() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS, *SOFTWARE_GRAPHICS])
        yield found
        found.close()


class Desk:
    """A person before a browser of their own."""

    def __init__(self, browser: Browser, server: Any, user: User, complaints: list[str]) -> None:
        self.url = server.url
        self.context = browser.new_context(locale="en-GB", viewport={"width": 1366, "height": 768})
        signs_in(self.context, user, server)
        self.page: Page = self.context.new_page()
        self.page.on("pageerror", lambda error: complaints.append(str(error)))
        self.page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)

    def opens(self, path: str) -> Page:
        self.page.goto(self.url + path)
        return self.page


def fires(now: datetime) -> None:
    while run_clocks(now=now):
        pass


def waits(case: Case, step: Step) -> set[str]:
    rows = notices_of(case).filter(figures__step=step.value, key__startswith="clock-").exclude(fate="superseded")
    return {str(one.person or one.organisation) for one in rows.select_related("person", "organisation")}


def test_unseen_climbs_seen_stops_and_nobody_told_rings(
    browser: Browser, live_server: Any, people: dict[str, User], case: Case, clock: SetClock
) -> None:
    complaints: list[str] = []

    def sits(name: str) -> Desk:
        return Desk(browser, live_server, people[name], complaints)

    # nobody looks: the clock of telling the owners climbs to the next on call and the leader
    owner_clock = Clock.objects.get(case=case, step=Step.NOTIFY_OWNER)
    clock(START + timedelta(minutes=13))
    fires(START + timedelta(minutes=13))
    assert {"Night", "Leader"} <= waits(case, Step.NOTIFY_OWNER)
    leader = sits("leader")
    row = leader.opens("/notices/").locator(f'[data-matter="{case.number}"]')
    expect(row).to_have_count(1)  # one row for the case, however often it was told

    # the owners and departments look at their pages, and press nothing
    clock(START + timedelta(minutes=14))
    told = notices_of(case).filter(purpose="told", why__in=("symptom_owner", "likely_cause_owner", "industry_department"))
    codes = list(told.values_list("organisation__code", flat=True))
    for code in codes:
        desk = sits(code)
        with desk.page.expect_response(lambda answer: answer.url.endswith("/notices/seen/") and answer.status == 204):
            desk.opens("/notices/")
        desk.context.close()
    owner_clock.refresh_from_db()
    assert owner_clock.met_at == START + timedelta(minutes=14), codes
    assert {one.seen_by.organisation.code for one in told.select_related("seen_by__organisation")} == set(codes)  # type: ignore[union-attr]
    assert waits(case, Step.NOTIFY_OWNER) == set(), "no reminder is left after the deed"

    # the fire brigade is called once for everything, and the call stands in the log
    day = sits("day")
    page = day.opens("/notices/")
    fire = page.locator('[data-to-call="Fire and rescue brigade"]')
    expect(fire).to_have_count(1)
    fire.locator("details.call summary").first.click()
    fire.locator("[name=said_by]").first.fill("Watch room")
    fire.locator("button[value=delivered]").first.click()
    expect(page.locator('[data-to-call="Fire and rescue brigade"]')).to_have_count(0)
    assert LogEntry.objects.filter(kind="telephone", case=case).count() == 1

    # the desk reads everything at once
    page.on("dialog", lambda dialog: dialog.accept())
    page.locator("#all-read").click()
    expect(page.locator("[data-matter]")).to_have_count(0)

    # nobody could be told: it rings in the console until somebody acts
    Organisation.objects.filter(code="traffic_police").update(telephone="")
    late = START + timedelta(minutes=45)
    clock(late)
    look_after(now=late, machine_now=timezone.now())
    assert Notice.objects.filter(untold_at__isnull=False, seen_to_at__isnull=True).exists()
    page = day.opens("/")
    strip = page.locator("#untold [data-untold]")
    expect(strip.first).to_be_visible()
    expect(page.locator(".notices-bell.calling")).to_be_visible()
    count = strip.evaluate_all("all => all.length")
    strip.first.locator("summary").click()
    strip.first.locator("[name=text]").fill("A car is on its way")
    strip.first.locator("button.primary").click()
    expect(page.locator("#untold [data-untold]")).to_have_count(count - 1)
    assert Notice.objects.filter(seen_to_by=people["day"]).exists()
    if folder := os.environ.get("TOCSIN_PICTURES"):
        take_pictures(day, leader, folder)
    assert [one for one in complaints if "favicon" not in one] == []


def take_pictures(day: Desk, leader: Desk, folder: str) -> None:
    """Only where somebody wants to look at the pages."""
    for name, desk, path in (("console", day, "/"), ("inbox", leader, "/notices/"), ("desk", day, "/duty/")):
        for width, height in ((1600, 900), (1366, 768), (390, 844)):
            desk.page.set_viewport_size({"width": width, "height": height})
            desk.opens(path)
            expect(desk.page.locator("main")).to_be_visible()
            desk.page.screenshot(path=f"{folder}/{name}-{width}.png")
