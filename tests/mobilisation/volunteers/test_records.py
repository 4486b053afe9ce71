"""What volunteers hear beforehand, the record of their hours and its code, and who could come on a map."""

from datetime import date, timedelta

import pytest
from django.test import Client

from tests.mobilisation.volunteers.people import MAKE, NOW
from tests.people import LICANG, make_person
from tocsin.base.errors import Conflict, NotAllowed
from tocsin.base.keys import Purpose, key_for
from tocsin.jurisdiction.people.models import User
from tocsin.mobilisation.volunteers.models import Ability, Call, Volunteer
from tocsin.mobilisation.volunteers.papers import volunteer_record
from tocsin.mobilisation.volunteers.rules.records import code_of, is_code, read_number
from tocsin.mobilisation.volunteers.services import needs, own
from tocsin.mobilisation.volunteers.services.needs import NewNeed
from tocsin.mobilisation.volunteers.services.reminding import remind_volunteers
from tocsin.notices.messages.models import Notice

NEED = NewNeed("sandbags", 1, 120.43, 36.16, "Shiniushan Road", LICANG, skills=("sandbags",))
KEY = b"k" * 32


def told(what: str) -> list[str]:
    found = Notice.objects.filter(purpose="volunteer_news", figures__what=what).select_related("person")
    return sorted(one.person.name for one in found if one.person)


def test_a_new_text_is_asked_for_once_of_everybody_who_is_called(make_volunteer: MAKE) -> None:
    make_volunteer("Li")
    make_volunteer("Wang", consent_version="2025-1")
    make_volunteer("Zhao", consent_version="2025-1", standing="paused")
    make_volunteer("Qian", consent_version="2025-1", standing="refused")
    for _round in range(2):
        assert not remind_volunteers(now=NOW)
    assert told("consent") == ["Wang", "Zhao"]


@pytest.mark.parametrize(
    ("valid_until", "expected"),
    [
        (date(2026, 11, 27), []),  # it has expired: that is shown, not told again
        (date(2026, 11, 28), ["Li"]),
        (date(2026, 12, 28), ["Li"]),
        (date(2026, 12, 29), []),
    ],
)
def test_a_certificate_that_expires_is_told_beforehand(make_volunteer: MAKE, valid_until: date, expected: list[str]) -> None:
    li = make_volunteer("Li", skills=("diving",))
    Ability.objects.update(valid_until=valid_until)
    for _round in range(2):
        remind_volunteers(now=NOW)
    assert told("expires") == expected
    if expected:
        own.set_ability(actor=li.user, code="diving", certificate="D-8", valid_until=valid_until + timedelta(days=1))
        remind_volunteers(now=NOW + timedelta(days=1))
        assert told("expires") == ["Li", "Li"], "another day is another notice"


def served(volunteer: Volunteer, keeper: User, minutes: int) -> Call:
    need = needs.open_need(actor=keeper, new=NEED, now=NOW)
    times = {"called_at": NOW, "answer_by": NOW, "there_at": NOW, "home_at": NOW}
    figures = {"wave": 1, "way_m": 10.0, "burden_h": 0.0, "served_min": minutes, "state": "home"}
    return Call.objects.create(need=need, volunteer=volunteer, region_code=LICANG, **times, **figures)


def test_the_record_is_printed_and_anybody_can_check_it(make_volunteer: MAKE, keeper: User, english: None) -> None:
    li = make_volunteer("Li")
    with pytest.raises(Conflict, match="no hours"):
        volunteer_record(keeper, li.pk, NOW)
    served(li, keeper, 90)
    served(li, keeper, 240)
    for reader in (li.user, keeper):
        paper = volunteer_record(reader, li.pk, NOW)
    with pytest.raises(NotAllowed):
        volunteer_record(make_person("viewer", LICANG), li.pk, NOW)
    (_number, number), (_code, code) = paper.values["check"]["facts"]
    certified = read_number(number)
    assert certified is not None and (certified.minutes, certified.day) == (330, date(2026, 11, 28))
    assert len(paper.values["calls"]["rows"]) == 2
    page = Client(headers={"accept-language": "en"})
    good = page.get("/volunteers/records/", {"number": number.lower(), "name": "Li", "code": code.lower()})
    assert "The paper is genuine" in good.content.decode() and "330 minutes" in good.content.decode()
    for wrong in ({"name": "Wang"}, {"number": number.replace("-330-", "-930-")}, {"code": "AAAA-AAAA-AAAA-AAAA"}):
        told = page.get("/volunteers/records/", {"number": number, "name": "Li", "code": code, **wrong})
        assert "do not belong together" in told.content.decode()
    key = key_for(Purpose.RECORDS)
    assert is_code(code.replace("-", " "), number, " Li ", (KEY, key)) and not is_code(code, number, "Li", (KEY,))
    assert code != code_of(number, "Li", KEY)


def test_the_map_tells_who_is_on_it_who_is_next_and_who_is_left_out(make_volunteer: MAKE, keeper: User, client: Client) -> None:
    make_volunteer("Li", lon=120.431)
    make_volunteer("Wang", lon=120.44)
    make_volunteer("Zhao", skills=())
    make_volunteer("Qian", lon=None, lat=None)
    need = needs.open_need(actor=keeper, new=NEED, now=NOW)
    needs.begin_calling(actor=keeper, need_id=need.pk, now=NOW)
    address = f"/api/v1/mobilisation/needs/{need.pk}/offers.geojson"
    client.force_login(keeper)
    points = client.get(address).json()["features"]
    assert {one["properties"]["name"]: one["properties"]["shape"] for one in points} == {
        "Li": "good",
        "Wang": "yellow",
        "Zhao": "unknown",
        "sandbags": "red",
    }
    client.force_login(make_person("viewer", LICANG))
    assert client.get(address).status_code in (403, 404)
