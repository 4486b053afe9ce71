"""Views of the map that people keep: whose they are, who opens them, what they show to whom."""

import json
from typing import Any

import msgspec
import pytest
from django.test import Client
from django.utils import timezone, translation

from tests.pages import words_of
from tests.people import LICANG, YANTAI, make_named_person, make_person, signed_in
from tests.usual_bodies import usual_bodies
from tocsin.atlas.layers.models import SavedView
from tocsin.atlas.layers.policy import SavedViews, map_policy
from tocsin.atlas.layers.rules.view import MapView
from tocsin.atlas.layers.services.notices import texts
from tocsin.atlas.layers.services.saved_views import change_view, save_view
from tocsin.base.errors import Conflict, InvalidInput
from tocsin.jurisdiction.people.models import User
from tocsin.notices.messages.models import Notice
from tocsin.records.audit.models import AuditEntry

pytestmark = pytest.mark.django_db

ADDRESS = "view=120.43000,36.16000,14.00&layers=alarms,cases*60"


@pytest.fixture
def gas() -> tuple[User, User]:
    """Two people of one body."""
    body = usual_bodies(LICANG)["gas_company"]
    return make_named_person("gas-1", "unit_desk", body), make_named_person("gas-2", "unit_desk", body)


def keep(owner: User, name: str = "Gas of the east", *, shared: bool = False) -> SavedView:
    view = MapView.parse({"view": "120.43,36.16,14", "layers": "alarms,cases*60"})
    return save_view(actor=owner, name=name, view=view, shared=shared, now=timezone.now())


def press(client: Client, path: str, **told: object) -> str:
    answer = client.post(f"/map/views/{path}", told)
    assert answer.status_code == 200, answer.content[:300]
    return " ".join(words_of(answer.content.decode()))


def test_a_view_is_kept_opened_renamed_shared_and_deleted(gas: tuple[User, User]) -> None:
    client = signed_in(gas[0])
    assert "“East side” is kept." in press(client, "", name="  East   side ", address=ADDRESS)
    one = SavedView.objects.get()
    assert (one.name, one.address, one.organisation) == ("East side", ADDRESS, None)
    assert "East side" in client.get("/map/").content.decode()
    assert client.get(f"/map/views/{one.pk}/")["Location"] == f"/map/?{ADDRESS}"
    press(client, f"{one.pk}/rename/", name="West side")
    press(client, f"{one.pk}/replace/", address="view=120.5,36.2,12&layers=sensors&at=2026-11-24T14:00:00%2B08:00")
    press(client, f"{one.pk}/share/", shared="yes")
    one.refresh_from_db()
    assert (one.name, one.organisation) == ("West side", gas[0].organisation)
    assert one.address == "view=120.50000,36.20000,12.00&layers=sensors&at=2026-11-24T14:00:00%2B08:00"
    assert "The view is deleted." in press(client, f"{one.pk}/delete/")
    assert not SavedView.objects.exists()
    acts = list(AuditEntry.objects.filter(object_type="saved_view").order_by("id").values_list("action", flat=True))
    assert acts == ["map.view_saved", *["map.view_changed"] * 3, "map.view_deleted"]


@pytest.mark.parametrize("shared", [True, False])
def test_a_view_is_its_owners_and_where_it_is_shared_their_bodys(gas: tuple[User, User], shared: bool) -> None:
    one = keep(gas[0], shared=shared)
    readers = {
        gas[0]: True,
        gas[1]: shared,
        make_person("unit_desk", LICANG, organisation="heating_company"): False,
        make_person("duty_officer", YANTAI): False,
        make_person("system_administrator", LICANG): False,
    }
    for reader, opens in readers.items():
        client = signed_in(reader)
        assert (client.get(f"/map/views/{one.pk}/").status_code == 302) is opens, reader
        assert (one.name in client.get("/map/").content.decode()) is opens, reader
        assert client.get(f"/api/v1/atlas/views/{one.pk}").status_code == (200 if opens else 404), reader


def test_nobody_changes_the_view_of_another_until_its_owner_has_left(gas: tuple[User, User]) -> None:
    one = keep(gas[0], shared=True)
    client = signed_in(gas[1])
    assert "This view is kept by gas-1" in press(client, f"{one.pk}/delete/")
    assert client.put(f"/api/v1/atlas/views/{one.pk}", '{"name": "mine"}', content_type="application/json").status_code == 403
    User.objects.filter(pk=gas[0].pk).update(is_active=False)
    press(client, f"{one.pk}/delete/")
    assert not SavedView.objects.exists()


@pytest.mark.parametrize(
    ("name", "told", "said"),
    [
        ("", {"view": "120,36,12", "layers": "alarms"}, "at most 80 characters"),
        ("x" * 81, {"view": "120,36,12", "layers": "alarms"}, "at most 80 characters"),
        ("place", {"layers": "alarms"}, "names its place and its layers"),
        ("layers", {"view": "120,36,12"}, "names its place and its layers"),
    ],
)
def test_a_view_that_says_too_little_is_refused(gas: tuple[User, User], name: str, told: dict[str, str], said: str) -> None:
    with translation.override("en"), pytest.raises(InvalidInput, match=said):
        save_view(actor=gas[0], name=name, view=MapView.parse(told), shared=False, now=timezone.now())
    assert not SavedView.objects.exists()


def test_two_views_of_a_person_have_two_names(gas: tuple[User, User]) -> None:
    keep(gas[0], "East")
    second = keep(gas[0], "West")
    keep(gas[1], "East")
    with translation.override("en"):
        with pytest.raises(Conflict, match="a view “East” already"):
            keep(gas[0], "East")
        with pytest.raises(Conflict, match="a view “East” already"):
            change_view(actor=gas[0], saved_view_id=second.pk, name="East", now=timezone.now())


def test_more_views_than_the_policy_allows_are_not_kept(gas: tuple[User, User], monkeypatch: pytest.MonkeyPatch) -> None:
    few = msgspec.structs.replace(map_policy(), saved_views=SavedViews(1))
    monkeypatch.setattr("tocsin.atlas.layers.services.saved_views.map_policy", lambda: few)
    keep(gas[0])
    with translation.override("en"), pytest.raises(Conflict, match="You keep 1 views already"):
        keep(gas[0], "Another")


def test_who_belongs_to_no_body_shares_with_none() -> None:
    with translation.override("en"), pytest.raises(Conflict, match="You belong to no body"):
        keep(make_person("duty_officer"), shared=True)


def test_what_a_shared_view_shows_is_cut_to_the_readers_rights() -> None:
    body = usual_bodies(LICANG)["monitoring_centre"]
    owner, reader = make_named_person("chief", "duty_officer", body), make_named_person("cashier", "cashier", body)
    keep(owner, shared=True)
    told = {one.username: ask(one, "views")[1][0] for one in (owner, reader)}
    assert [layer["name"] for layer in told["chief"]["layers"]] == ["alarms", "cases"]
    assert (told["chief"]["withheld"], told["chief"]["own"], told["chief"]["may_change"]) == (0, True, True)
    assert (told["cashier"]["layers"], told["cashier"]["withheld"]) == ([], 2)
    assert (told["cashier"]["own"], told["cashier"]["may_change"]) == (False, False)


def ask(person: User, path: str, method: str = "get", **told: object) -> tuple[int, Any]:
    client = signed_in(person)
    answer = client.generic(method.upper(), f"/api/v1/atlas/{path}", json.dumps(told), content_type="application/json")
    return answer.status_code, json.loads(answer.content or "null")


def test_programs_do_the_same(gas: tuple[User, User]) -> None:
    picture = {"lon": 120.43, "lat": 36.16, "zoom": 14, "layers": [{"name": "alarms"}, {"name": "cases", "opacity": 60}]}
    status, made = ask(gas[0], "views", "post", name="East", picture=picture)
    assert status == 200
    assert SavedView.objects.get().address == ADDRESS
    assert made["url"] == f"/map/views/{made['id']}/"
    status, changed = ask(gas[0], f"views/{made['id']}", "put", name="West", shared=True)
    assert (status, changed["name"], changed["shared"], changed["layers"]) == (200, "West", True, made["layers"])
    assert ask(gas[0], f"views/{made['id']}", "delete") == (204, None)
    assert ask(gas[0], "views", "post", name="East", picture={**picture, "zoom": 60})[0] == 422
    assert ask(gas[0], "views") == (200, [])


def test_the_body_that_shares_a_view_is_told_on_screens_when_it_changes(gas: tuple[User, User]) -> None:
    one = keep(gas[0], shared=True)
    ask(gas[0], f"views/{one.pk}", "put", name="West")
    ask(gas[0], f"views/{one.pk}", "put", shared=False)
    ask(gas[0], f"views/{one.pk}", "put", name="Mine alone")  # nobody else has it any more
    ask(gas[0], f"views/{one.pk}", "put", shared=True)
    ask(gas[0], f"views/{one.pk}", "delete")
    told = list(Notice.objects.filter(purpose="map_changes").order_by("written_at", "id"))
    assert [one.figures["what"] for one in told] == ["changed", "ended", "deleted"]
    assert {one.organisation_id for one in told} == {gas[0].organisation_id}
    assert {way.channel for one in told for way in one.sendings.all()} == {"screen"}
    with translation.override("en"):
        assert "the shared view “Gas of the east” of the map; it is called “West” now" in texts(told)[told[0].pk]
