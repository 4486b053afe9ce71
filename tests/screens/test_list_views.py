"""Views of lists that people keep: what of an address is kept, whose they are, with what a list opens."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tests.pages import words_of
from tests.people import LICANG, YANTAI, make_named_person, make_person, signed_in
from tests.usual_bodies import usual_bodies
from tocsin.base.errors import Conflict
from tocsin.jurisdiction.list_views.models import SavedListView
from tocsin.jurisdiction.list_views.services import MOST_OF_A_LIST, save_list_view
from tocsin.jurisdiction.list_views.shown import own_list_views
from tocsin.jurisdiction.people.models import User
from tocsin.jurisdiction.people.services.tokens import create_token
from tocsin.screens.clock import current_time
from tocsin.screens.lists.saved_views import LONGEST_QUERY, may_be_list

pytestmark = pytest.mark.django_db
PAGES = Path(__file__).resolve().parents[2] / "src" / "tocsin"
SAVE = "/account/list-views/"
API = "/api/v1/jurisdiction/me/list-views"


@pytest.fixture
def gas() -> tuple[User, User]:
    """Two people of one body."""
    body = usual_bodies(LICANG)["gas_company"]
    return make_named_person("gas-1", "duty_officer", body), make_named_person("gas-2", "duty_officer", body)


def keep(client: Client, name: str, query: str, path: str = "/alarms/", **told: str) -> str:
    answer = client.post(SAVE, {"name": name, "path": path, "query": query, **told})
    assert answer.status_code == 302, answer.content[:300]
    return str(answer["Location"])


def of_api(client: Client, method: str, path: str = "", body: Any = None, status: int = 200) -> Any:
    answer = getattr(client, method)(API + path, body, content_type="application/json")
    assert answer.status_code == status, answer.content[:400]
    return answer.json() if answer.content else None


def test_what_a_list_reads_is_kept_and_opens_again(gas: tuple[User, User]) -> None:
    client = signed_in(gas[0])
    url = keep(client, "  All   red ", "state=all&level=4&search=&page=3&format=csv&next=//evil.example&quantity=methane")
    one = SavedListView.objects.get()
    assert (one.name, one.path, one.query) == ("All red", "/alarms/", "state=all&level=4&quantity=methane")
    assert url == "/alarms/?state=all&level=4&quantity=methane"
    page = " ".join(words_of(client.get(url).content))
    assert "Saved views All red" in page and "Without a view" in page
    assert "All red" not in " ".join(words_of(client.get("/cases/").content)), "views stand beside their own list"
    assert [one["name"] for one in own_list_views(gas[0])] == ["All red"]


def test_the_default_opens_a_list_that_is_asked_for_without_parameters(gas: tuple[User, User]) -> None:
    client = signed_in(gas[0])
    keep(client, "Open", "state=open", is_default="yes")
    assert client.get("/alarms/")["Location"] == "/alarms/?state=open"
    keep(client, "Over", "state=closed", is_default="yes")
    assert client.get("/alarms/")["Location"] == "/alarms/?state=closed", "a list has one default"
    assert client.get("/alarms/?page=1").status_code == client.get("/alarms/", headers={"HX-Request": "true"}).status_code == 200
    assert signed_in(gas[1]).get("/alarms/").status_code == 200, "another's list opens as it did"
    over = SavedListView.objects.get(name="Over")
    client.post(f"{SAVE}{over.pk}/default/", {"is_default": "no"})
    assert client.get("/alarms/").status_code == 200
    keep(client, "Nothing", "", is_default="yes")
    assert client.get("/alarms/").status_code == 200, "no circle"


def test_a_view_is_replaced_renamed_shared_and_deleted(gas: tuple[User, User]) -> None:
    first, second = map(signed_in, gas)
    keep(first, "Mine", "state=all")
    keep(first, "Mine", "state=closed")
    one = SavedListView.objects.get()
    assert one.query == "state=closed", "a name that there is becomes what is shown now"
    first.post(f"{SAVE}{one.pk}/rename/", {"name": "Ours"})
    assert "Ours" not in words_of(second.get("/alarms/").content)
    first.post(f"{SAVE}{one.pk}/share/", {"shared": "yes"})
    assert "Ours" in words_of(second.get("/alarms/").content)
    assert second.post(f"{SAVE}{one.pk}/delete/").status_code == 302 and SavedListView.objects.exists(), "another's view stays"
    assert signed_in(make_person("viewer", YANTAI)).post(f"{SAVE}{one.pk}/delete/").status_code == 404
    keep(first, "Other", "state=all")
    told = first.post(f"{SAVE}{one.pk}/rename/", {"name": "Other"}, follow=True).content.decode()
    assert "You keep a view “Other” of this list already" in told
    User.objects.filter(pk=gas[0].pk).update(is_active=False)
    second.post(f"{SAVE}{one.pk}/delete/")
    assert [each.name for each in SavedListView.objects.all()] == ["Other"], "the body tidies up after who left"


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("//evil.example/", "no list"),
        ("https://evil.example/alarms/", "no list"),
        ("/nowhere/", "no list"),
        ("/account/list-views/", "no list"),
        ("/api/v1/jurisdiction/me", "no list"),
        ("/n/some-one-time-link/", "no list"),
        ("/records/audit/", "roles"),
    ],
)
def test_only_lists_of_ones_own_are_kept(gas: tuple[User, User], path: str, told: str) -> None:
    client = signed_in(gas[0])
    location = keep(client, "Somewhere", "state=open", path)
    assert location.startswith("/") and not location.startswith("//")
    of_api(client, "post", body={"name": "Somewhere", "path": path}, status=403 if told == "roles" else 400)
    assert not SavedListView.objects.exists()


def test_there_is_an_end_to_it(gas: tuple[User, User]) -> None:
    client = signed_in(gas[0])
    kept = {"actor": gas[0], "path": "/alarms/", "query": "", "known": {"state"}, "now": current_time()}
    for number in range(MOST_OF_A_LIST):
        save_list_view(name=str(number), **kept)  # type: ignore[arg-type]
    with pytest.raises(Conflict):
        save_list_view(name="one more", **kept)  # type: ignore[arg-type]
    save_list_view(name="0", **kept)  # type: ignore[arg-type]
    keep(client, "long", "search=" + "x" * LONGEST_QUERY, "/cases/")
    keep(client, "nul", "search=%00", "/cases/")
    keep(client, "n" * 81, "", "/cases/")
    assert not SavedListView.objects.filter(path="/cases/").exists()


def test_programs_do_the_same(gas: tuple[User, User]) -> None:
    client = signed_in(gas[0])
    made = of_api(client, "post", body={"name": "Red", "path": "/alarms/", "query": "level=4&x=1", "is_default": True})
    assert (made["query"], made["url"], made["is_default"], made["own"]) == ("level=4", "/alarms/?level=4", True, True)
    changed = of_api(client, "put", f"/{made['id']}", {"name": "Redder", "shared": True, "is_default": False})
    assert (changed["name"], changed["shared"], changed["is_default"]) == ("Redder", True, False)
    theirs = of_api(signed_in(gas[1]), "get", "?path=/alarms/")
    assert [(one["name"], one["own"], one["may_change"]) for one in theirs] == [("Redder", False, False)]
    of_api(signed_in(gas[1]), "put", f"/{made['id']}", {"name": "Mine"}, status=403)
    of_api(client, "delete", f"/{made['id']}", status=204)
    of_api(client, "get", f"/{made['id']}", status=404)


def test_a_token_reads_views_of_lists_that_it_opens(gas: tuple[User, User]) -> None:
    keep(signed_in(gas[0]), "Red", "level=4")
    one = SavedListView.objects.get()
    for scopes, region, status in (("alarms.see", "", 200), ("cases.see", "", 404), ("alarms.see", LICANG, 404)):
        made = {"user": gas[0], "name": scopes, "scopes": (scopes,), "now": timezone.now(), "region_code": region}
        client = Client(headers={"Authorization": f"Bearer {create_token(**made)[1]}"})
        of_api(client, "get", f"/{one.pk}", status=status)
        assert len(of_api(client, "get")) == (status == 200)


@pytest.mark.one_database
def test_every_list_with_filters_has_the_menu() -> None:
    """A page that a list fills holds the menu, by itself or by way of the file beside it; but those that have no filters."""
    named = re.compile(r'"([a-z_/]+\.html)"')
    without = set()
    for path in PAGES.rglob("*.py"):
        text = path.read_text()
        if "list_page(" not in text or "views" not in str(path):
            continue
        for name in set(named.findall(text)):
            folder, _, page = name.rpartition("/")
            template = (PAGES / folder / "templates" / page).read_text()
            shows = 'class="filters"' in template and "_pagination.html" in template
            if shows and not re.search(r"_(list_views|csv)\.html", template):
                without.add(name)
    assert without == set()


@pytest.mark.one_database
def test_lists_are_found_by_their_module() -> None:
    assert may_be_list("/alarms/") and may_be_list("/cases/") and may_be_list("/people/")
    assert not may_be_list("/login/") and not may_be_list("/live/")
