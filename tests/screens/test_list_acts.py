"""One act on many rows of a list: each judged alone, the refused told by row, all rows of the filters, the same for programs."""

import json
from typing import Any

import pytest
from django.test import Client

from tests.languages import english as english
from tests.pages import words_of
from tests.people import LICANG, YANTAI, make_person, signed_in
from tests.screens.test_list_groups import make_alarms
from tocsin.base.errors import Conflict, InvalidInput
from tocsin.jurisdiction.people.models import User
from tocsin.records.audit.models import AuditEntry
from tocsin.screens.lists.many import MOST, act_on_each, check_number
from tocsin.sensing.devices.models import Device
from tocsin.warning.alarms.models import Alarm

pytestmark = pytest.mark.django_db
ACTS = "/account/list-acts/"
API = "/api/v1/jurisdiction/me/list-acts"
ACKNOWLEDGED = "active_acknowledged"


@pytest.fixture
def officer() -> User:
    return make_person("duty_officer")


def post(client: Client, path: str, act: str, rows: list[Any], **told: str) -> str:
    """The words of the page that follows."""
    answer = client.post(ACTS, {"path": path, "query": "page=1", "act": act, "row": rows, **told}, follow=True)
    assert answer.status_code == 200, answer.content[:300]
    return " ".join(words_of(answer.content))


def of_api(client: Client, body: dict[str, object], status: int = 200) -> Any:
    answer = client.post(API, json.dumps(body), content_type="application/json")
    assert answer.status_code == status, answer.content[:300]
    return answer.json()


def test_each_row_is_judged_alone_and_the_refused_are_told_with_their_reason(officer: User) -> None:
    make_alarms(("silence", 2, 2), ("limit", 4, 1))
    client = signed_in(officer)
    yellow = [one.pk for one in Alarm.objects.filter(level=2).order_by("id")]
    red = Alarm.objects.get(level=4)
    told = post(client, "/alarms/", "acknowledge", [*yellow, red.pk], reason="storm")
    assert "Done for 2 rows." in told and "Not for 1" in told and "acknowledged alone" in told
    assert set(Alarm.objects.filter(state=ACKNOWLEDGED).values_list("pk", flat=True)) == set(yellow), (
        "never red without opening it"
    )
    assert AuditEntry.objects.filter(actor_id=str(officer.pk), object_id__in=[str(one) for one in yellow]).count() == 2, (
        "an entry each"
    )
    again = post(client, "/alarms/", "acknowledge", yellow)
    assert "Done for 0 rows." in again and "Not for 2" in again


def test_all_rows_of_the_filters_as_many_as_were_seen(officer: User) -> None:
    make_alarms(("silence", 2, 60), ("limit", 3, 1))
    client = signed_in(officer)
    page = client.get("/alarms/", {"level": "3"}).content.decode()
    assert 'name="expected"' in page and "data-every" not in page, "one page holds them"
    assert 'data-every="61"' in client.get("/alarms/").content.decode()
    asked = {"path": "/alarms/", "act": "acknowledge", "every": "yes", "query": "level=3"}
    told = client.post(ACTS, {**asked, "expected": "2"}, follow=True).content.decode()
    assert "The list has 1 rows by now" in told and not Alarm.objects.filter(state=ACKNOWLEDGED).exists()
    answer = client.post(ACTS, {**asked, "expected": "1"})
    assert answer["Location"] == "/alarms/?level=3", "the list again, as it was"
    assert Alarm.objects.filter(state=ACKNOWLEDGED).values_list("rule", flat=True).get() == "limit"


def test_what_is_another_regions_is_not_there(officer: User) -> None:
    make_alarms(("silence", 2, 2))
    one, other = Alarm.objects.order_by("id")
    Alarm.objects.filter(pk=other.pk).update(region_code=YANTAI)
    client = signed_in(officer)
    told = of_api(client, {"list_path": "/alarms/", "act": "acknowledge", "rows": [str(one.pk), str(other.pk)]})
    assert told["done"] == [str(one.pk)]
    assert told["refused"] == [{"id": str(other.pk), "words": "", "url": "", "reason": "It is not there, or not yours to see."}]
    of_api(client, {"list_path": "/alarms/", "act": "acknowledge", "rows": [str(other.pk)]}, status=404)
    viewer = signed_in(make_person("viewer"))
    of_api(viewer, {"list_path": "/alarms/", "act": "acknowledge", "rows": [str(one.pk)]}, status=400)
    assert 'id="many"' not in viewer.get("/alarms/").content.decode()


@pytest.mark.parametrize(
    "body",
    [
        {"list_path": "/alarms/", "act": "delete", "rows": "one"},
        {"list_path": "/alarms/", "act": "acknowledge", "rows": []},
        {"list_path": "/alarms/", "act": "shelve", "rows": "one", "values": {"minutes": "many", "reason": "x"}},
        {"list_path": "/alarms/", "act": "shelve", "rows": "one", "values": {"reason": "x"}},
        {"list_path": "/cases/", "act": "acknowledge", "rows": "one"},
        {"list_path": "/nowhere/", "act": "acknowledge", "rows": "one"},
    ],
)
def test_what_can_t_be_read_is_refused_whole(officer: User, body: dict[str, Any]) -> None:
    make_alarms(("silence", 2, 1))
    rows = [str(Alarm.objects.get().pk)] if body["rows"] == "one" else []
    of_api(signed_in(officer), {**body, "rows": rows}, status=400)
    assert Alarm.objects.get().state == "active_unacknowledged"


def test_devices_are_no_longer_heard_and_heard_again(officer: User) -> None:
    make_alarms(("silence", 2, 3))
    client = signed_in(make_person("system_administrator", LICANG))
    ids = list(Device.objects.values_list("pk", flat=True))
    if 'id="many"' not in client.get("/sensing/devices/").content.decode():
        pytest.fail("who keeps devices may act upon several")
    assert "Done for 3 rows." in post(client, "/sensing/devices/", "disable", ids)
    assert not Device.objects.filter(enabled=True).exists()
    assert "Done for 2 rows." in post(client, "/sensing/devices/", "enable", ids[:2])


@pytest.mark.one_database
def test_a_refusal_stops_no_other() -> None:
    def do(one: Any) -> None:
        if one == "b":
            raise Conflict("no")
        if one == "c":
            raise Alarm.DoesNotExist

    ids: Any = "abcd"
    done, refused = act_on_each(ids, do)
    assert list(done) == ["a", "d"] and list(refused) == ["b", "c"]
    for number in (0, MOST + 1):
        with pytest.raises(InvalidInput):
            check_number(number)
