"""A keeper binds a gate of a firm by clicks, and reads on the same page what is the firm's own word."""

from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.browser.chromium import one_chromium
from tests.browser.hands import signs_in
from tests.clocks import stand_at
from tests.people import make_named_person
from tests.supervision.firms import NOW
from tests.supervision.presence import make_firm, make_key_person, make_shift
from tocsin.jurisdiction.people.services.tokens import create_token
from tocsin.supervision.posts.models import DutyShift, PresenceTerminal
from tocsin.supervision.posts.rules import Means
from tocsin.supervision.posts.services.calls import answer_call, call_by_machine

pytestmark = [pytest.mark.browser, pytest.mark.one_database, pytest.mark.django_db(transaction=True), pytest.mark.timeout(400)]


def test_a_gate_is_bound_and_the_firms_word_stands_apart(monkeypatch: pytest.MonkeyPatch, live_server: Any) -> None:
    stand_at(monkeypatch, NOW)
    firm = make_firm("泓达化工")
    make_shift(make_key_person(firm))
    call = call_by_machine(supervised_object=firm, shifts=list(DutyShift.objects.all()), now=NOW)
    assert call is not None
    officer, keeper = make_named_person("officer", "firm_officer", firm.organisation), make_named_person("keeper", "supervisor")
    answer_call(actor=officer, answer_id=call.answers.get().pk, means=Means.FIRM, now=NOW)
    token, _secret = create_token(
        user=keeper, name="泓达门禁", scopes=("evidence.send",), now=timezone.now()
    )  # it ends by the machine
    with one_chromium() as browser:
        page = browser.new_page(locale="zh-CN", viewport={"width": 1366, "height": 768})
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda line: errors.append(line.text) if line.type == "error" else None)
        signs_in(page.context, keeper, live_server)
        page.goto(f"{live_server.url}/presence/firms/{firm.pk}/")
        expect(page.locator("#calls")).to_contain_text("企业称人在岗")
        card = page.locator("#terminals")
        card.locator("summary").click()
        card.locator("select").select_option(str(token.pk))
        card.get_by_label("门禁", exact=True).check()
        card.get_by_role("button").click()
        expect(page.locator("#terminals li")).to_contain_text("门禁")
    assert PresenceTerminal.objects.get().sources == ["gate"]
    assert errors == []
