"""A public warning tells who is in its area, and which schools and hospitals must be told by name."""

import pytest

from tests.atlas.exposure.bodies import body, keeper
from tests.clocks import stand_at
from tests.mobilisation.public_warnings.drafting import NOW, SPOT, draft
from tests.people import LICANG, make_person, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    stand_at(monkeypatch, NOW)


def test_the_page_and_the_api_tell_who_is_in_the_area() -> None:
    by = keeper()
    body(by, "第一小学", figures={"pupils": 900.0}, contact="王老师", lat=float(SPOT[0]), lon=float(SPOT[1]))
    body(by, "远处医院", "hospital", lat=36.3, lon=120.4)
    warning = draft(make_person("shift_leader"))
    browser = signed_in(make_person("viewer", LICANG))
    page = browser.get(f"/warnings/{warning.pk}/").content.decode()
    assert "第一小学" in page
    assert "王老师" in page
    assert "远处医院" not in page
    answer = browser.get(f"/api/v1/mobilisation/warnings/{warning.pk}/exposed").json()
    assert (answer["known"], [one["told"] for one in answer["bodies"]]) == (True, [True])


def test_where_nothing_is_registered_the_page_says_so() -> None:
    warning = draft(make_person("shift_leader"))
    browser = signed_in(make_person("viewer", LICANG))
    assert browser.get(f"/api/v1/mobilisation/warnings/{warning.pk}/exposed").json()["known"] is False
    assert "Nobody knows" in browser.get(f"/warnings/{warning.pk}/").content.decode()
