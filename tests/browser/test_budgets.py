"""Who asks too much reads one sentence, goes on when the time is over, and holds up nobody else."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import BrowserContext, expect

from tests.browser.chromium import one_driver
from tests.browser.city import FLAGS, SOFTWARE_GRAPHICS
from tests.browser.hands import signs_in
from tests.people import make_person
from tests.programs import CHROMIUM
from tocsin.base.policy import read_policy
from tocsin.screens.budgets import requests as budgets
from tocsin.screens.budgets.policy import BUDGETS, BudgetPolicy

pytestmark = [pytest.mark.browser, pytest.mark.one_database, pytest.mark.django_db(transaction=True), pytest.mark.timeout(400)]


@pytest.fixture
def screen(tmp_path: Path) -> Iterator[BrowserContext]:
    with one_driver() as playwright:
        size: Any = {"width": 390, "height": 844}
        context = playwright.chromium.launch_persistent_context(
            tmp_path, executable_path=CHROMIUM, locale="en", viewport=size, args=[*FLAGS, *SOFTWARE_GRAPHICS]
        )
        yield context
        context.close()


def test_a_script_in_ones_name_is_told_and_a_colleague_works_on(
    screen: BrowserContext, live_server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = BUDGETS.text.replace("per_s = 50.0\nburst = 500.0", "per_s = 0.1\nburst = 30.0", 1)
    narrow = read_policy(text.encode(), BudgetPolicy, "test")
    monkeypatch.setattr(type(BUDGETS), "current", lambda self, **_at: narrow if self is BUDGETS else self.shipped)
    viewer, colleague = make_person("viewer"), make_person("duty_officer")
    signs_in(screen, viewer, live_server)
    page = screen.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(live_server.url + "/sensing/sensors/")
    script = Client()
    script.force_login(viewer)
    while script.get("/api/v1/jurisdiction/me").status_code == 200:
        pass

    page.fill("input[name=search]", "well")  # a part of a page: the sentence alone
    expect(page.locator(".messages .error")).to_contain_text("too much in a short time: try again in")

    page.reload()  # a whole page
    expect(page.get_by_role("alert")).to_contain_text("You have asked for too much in a short time")
    colleagues = Client()
    colleagues.force_login(colleague)
    assert colleagues.get("/sensing/sensors/").status_code == 200

    budgets.forget()  # the time is over
    page.get_by_role("link", name="Try again").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sensors")
    assert complaints == []
