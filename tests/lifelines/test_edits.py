"""Networks edited object by object: lines keep their ends, owners keep what is theirs, every edit is kept and taken back."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from tests.languages import english as english
from tests.lifelines.mains import asset, mains
from tests.people import LICANG, SHINAN, signed_in
from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.jurisdiction.people.models import User
from tocsin.lifelines.models import Asset, AssetChange, NetworkVersion
from tocsin.lifelines.queries.edits import mark, places_of, values_of
from tocsin.lifelines.queries.networks import network, version_of
from tocsin.lifelines.services import editing
from tocsin.lifelines.services.editing import AssetFacts, Cut, NewAsset
from tocsin.lifelines.services.networks import import_network
from tocsin.lifelines.services.taking_back import take_back
from tocsin.warning.covers.models import Cover

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 30, 2, 0, tzinfo=UTC)


def seen(code: str) -> dict[str, Any]:
    one = asset(code)
    return {"asset_id": one.pk, "seen": mark(one), "now": NOW}


def state() -> dict[str, dict[str, object]]:
    return {one.code: values_of(one) for one in Asset.objects.filter(region_code=LICANG)}


def split_g1(actor: User) -> tuple[Asset, Asset]:
    lon, lat = places_of(asset("G1"))[0][0], places_of(asset("G1"))[0][1]
    far = places_of(asset("M"))[0]
    cut = Cut(lon=(lon + far[0]) / 2, lat=lat, point_code="X", second_code="G1b")
    return editing.split_line(actor=actor, cut=cut, reason="a new valve", **seen("G1"))


def test_a_moved_point_takes_the_ends_of_its_lines_along(engineer: User) -> None:
    lon, lat = places_of(asset("M"))[0]
    editing.move_asset(actor=engineer, places=[(lon + 0.0001, lat + 0.0001)], reason="measured", **seen("M"))
    at = places_of(asset("M"))[0]
    assert at == pytest.approx((lon + 0.0001, lat + 0.0001))
    assert places_of(asset("G1"))[-1] == at
    assert places_of(asset("G2"))[0] == at
    told = AssetChange.objects.filter(region_code=LICANG)
    assert {one.asset_code for one in told} == {"M", "G1", "G2"}
    assert len({one.edit for one in told}) == 1


def test_a_line_keeps_its_ends_and_says_where_it_is_drawn_beside_them(engineer: User) -> None:
    first, last = places_of(asset("G1"))
    bent = [first, ((first[0] + last[0]) / 2, first[1] + 0.0002), last]
    editing.move_asset(actor=engineer, places=bent, reason="", **seen("G1"))
    assert len(places_of(asset("G1"))) == 3
    assert places_of(asset("G1"))[-1] == places_of(asset("M"))[0]
    with pytest.raises(InvalidInput, match=r"m beside M, where it ends"):
        editing.move_asset(actor=engineer, places=[first, (last[0], last[1] + 0.01)], reason="", **seen("G1"))


def test_what_is_split_joins_to_what_it_was(engineer: User) -> None:
    before = state()
    first, second = split_g1(engineer)
    assert (first.from_code, first.to_code, second.from_code, second.to_code) == ("V1", "X", "X", "M")
    assert asset("X").kind == "valve"
    assert asset("G1b").owner == asset("G1").owner
    assert "G1b" in network(LICANG).position
    with pytest.raises(Conflict, match="stands between them"):
        editing.join_lines(actor=engineer, other_code="G1b", reason="", **seen("G1"))
    Asset.objects.filter(code="X").update(kind="manhole")
    editing.join_lines(actor=engineer, other_code="G1b", reason="", **seen("G1"))
    after = state()
    assert after.pop("X")["kind"] == "manhole"
    assert after.keys() == before.keys()
    assert (after["G1"]["from_code"], after["G1"]["to_code"]) == ("V1", "M")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"diameter_mm": 300}, "differ in diameter_mm"),
        ({"from_code": "H"}, "0 ends in common"),
        ({"owner_code": "heating_company"}, "differ in owner_code"),
    ],
)
def test_what_differs_is_not_joined(engineer: User, change: dict[str, Any], words: str) -> None:
    Asset.objects.filter(code="G2").update(**change)
    with pytest.raises(InvalidInput, match=words):
        editing.join_lines(actor=engineer, other_code="G2", reason="", **seen("G1"))


def test_a_third_line_keeps_two_apart(engineer: User) -> None:
    facts = AssetFacts(owner_code="heating_company")
    places = [places_of(asset("M"))[0], places_of(asset("H"))[0]]
    new = NewAsset(region_code=LICANG, code="W", kind="heat_main_supply", places=places, from_code="M", to_code="H", facts=facts)
    editing.create_asset(actor=engineer, new=new, reason="", now=NOW)
    with pytest.raises(Conflict, match="Lines end at M: W"):
        editing.join_lines(actor=engineer, other_code="G2", reason="", **seen("G1"))


def test_every_edit_is_taken_back_whole_and_once(engineer: User) -> None:
    before = state()
    split_g1(engineer)
    edit = AssetChange.objects.latest("made_at").edit
    take_back(actor=engineer, edit_id=edit, now=NOW)
    assert state() == before
    with pytest.raises(Conflict, match="taken back already"):
        take_back(actor=engineer, edit_id=edit, now=NOW)


def test_what_was_changed_since_is_not_taken_back(engineer: User) -> None:
    editing.change_asset(actor=engineer, facts=AssetFacts(name="one"), reason="", **seen("H"))
    edit = AssetChange.objects.get(asset_code="H").edit
    editing.change_asset(actor=engineer, facts=AssetFacts(name="two"), reason="", **seen("H"))
    with pytest.raises(Conflict, match="H has been changed since"):
        take_back(actor=engineer, edit_id=edit, now=NOW)


def test_a_removed_object_comes_back_as_it_was_with_its_id(engineer: User) -> None:
    before, old = state(), asset("H").pk
    with pytest.raises(InvalidInput, match="Say why"):
        editing.remove_asset(actor=engineer, reason=" ", **seen("H"))
    editing.remove_asset(actor=engineer, reason="filled in 2019", **seen("H"))
    assert not Asset.objects.filter(code="H").exists()
    take_back(actor=engineer, edit_id=AssetChange.objects.get(asset_code="H").edit, now=NOW)
    assert state() == before
    assert asset("H").pk == old


def test_where_a_line_ends_nothing_is_removed(engineer: User) -> None:
    with pytest.raises(Conflict, match="Lines end at M: G1, G2"):
        editing.remove_asset(actor=engineer, reason="gone", **seen("M"))


def test_two_who_edit_at_once_do_not_overwrite_each_other(engineer: User) -> None:
    old = seen("H")
    editing.change_asset(actor=engineer, facts=AssetFacts(name="one"), reason="", **old)
    with pytest.raises(Conflict, match="changed meanwhile"):
        editing.change_asset(actor=engineer, facts=AssetFacts(name="two"), reason="", **old)


def test_facts_of_a_valve(engineer: User) -> None:
    facts = AssetFacts(owner_code="gas_company", operable="no", last_checked=date(2026, 11, 1))
    editing.change_asset(actor=engineer, facts=facts, reason="stuck", **seen("V1"))
    assert asset("V1").properties["operable"] is False
    assert asset("V1").properties["last_checked"] == "2026-11-01"
    editing.change_asset(actor=engineer, facts=AssetFacts(owner_code="gas_company"), reason="", **seen("V1"))
    assert "operable" not in asset("V1").properties
    with pytest.raises(InvalidInput, match="no body nobody_knows"):
        editing.change_asset(actor=engineer, facts=AssetFacts(owner_code="nobody_knows"), reason="", **seen("V1"))


def test_a_desk_edits_what_is_its_own_bodys_and_nothing_else(desk: User) -> None:
    editing.change_asset(actor=desk, facts=AssetFacts(owner_code="gas_company", name="北阀"), reason="", **seen("V1"))
    with pytest.raises(NotAllowed, match="H is kept by"):
        editing.change_asset(actor=desk, facts=AssetFacts(name="x"), reason="", **seen("H"))
    with pytest.raises(NotAllowed):  # nor does it give away what is its own
        editing.change_asset(actor=desk, facts=AssetFacts(owner_code="heating_company"), reason="", **seen("V1"))
    assert asset("V1").owner_code == "gas_company"
    lon, lat = places_of(asset("H"))[0]
    foreign = NewAsset(
        region_code=LICANG, code="N", kind="manhole", places=[(lon, lat)], facts=AssetFacts(owner_code="heating_company")
    )
    with pytest.raises(NotAllowed):
        editing.create_asset(actor=desk, new=foreign, reason="", now=NOW)
    own = NewAsset(region_code=LICANG, code="N", kind="manhole", places=[(lon, lat)], facts=AssetFacts(owner_code="gas_company"))
    assert editing.create_asset(actor=desk, new=own, reason="", now=NOW).owner == asset("V1").owner
    with pytest.raises(NotAllowed):
        import_network(actor=desk, features=mains(), region_code=LICANG)


WRONG = {
    "a code that is taken": ({"code": "V1"}, Conflict, "There is an object V1"),
    "an unknown kind": ({"kind": "castle"}, InvalidInput, "There is no kind castle"),
    "a line of one place": ({"kind": "sewer"}, InvalidInput, "at least two"),
    "no code": ({"code": " "}, InvalidInput, "no property 'id'"),
    "nowhere on earth": ({"places": [(400.0, 0.0)]}, InvalidInput, "not degrees"),
    "no place": ({"places": []}, InvalidInput, "A point has one place"),
    "another region": ({"region_code": SHINAN}, NotAllowed, "You keep no networks"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_refused_leaves_nothing(engineer: User, name: str) -> None:
    change, error, words = WRONG[name]
    before, version = state(), version_of(LICANG)
    given: dict[str, Any] = {"region_code": LICANG, "code": "N", "kind": "manhole", "places": [(120.4, 36.2)], **change}
    with pytest.raises(error, match=words):
        editing.create_asset(actor=engineer, new=NewAsset(**given), reason="", now=NOW)
    assert (state(), version_of(LICANG)) == (before, version)
    assert not AssetChange.objects.exists()


def test_no_edit_while_an_import_runs(engineer: User) -> None:
    NetworkVersion.objects.filter(region_code=LICANG).update(importing_until=NOW.replace(year=2027))
    with pytest.raises(Conflict, match="An import"):
        editing.change_asset(actor=engineer, facts=AssetFacts(name="x"), reason="", **seen("H"))


def test_from_the_page_to_the_history_and_back(engineer: User) -> None:
    browser = signed_in(engineer)
    valve = asset("V1")
    page = browser.get(f"/lifelines/assets/{valve.pk}/edit/").content.decode()
    assert "1 line ends here" in page
    form = {"seen": mark(valve), "reason": "measured anew", "places": "120.4001,36.2001"}
    told = browser.post(f"/lifelines/assets/{valve.pk}/move/", form, follow=True).content.decode()
    assert "Moved, with what ends there." in told
    assert places_of(asset("G1"))[0] == pytest.approx((120.4001, 36.2001))
    listed = browser.get("/lifelines/changes/").content.decode()
    assert "measured anew" in listed
    assert "measured anew" in browser.get(f"/lifelines/assets/{valve.pk}/").content.decode()
    edit = AssetChange.objects.filter(asset_code="V1").latest("made_at").edit
    assert "Taken back." in browser.post(f"/lifelines/changes/{edit}/take-back/", follow=True).content.decode()
    assert values_of(asset("V1")) == values_of(valve)


def test_a_refused_form_keeps_what_was_typed(engineer: User) -> None:
    typed = {
        "region_code": LICANG,
        "code": "V1",
        "kind": "manhole",
        "places": "120.4,36.2",
        "name": "井",
        "owner_code": "gas_company",
    }
    answer = signed_in(engineer).post("/lifelines/assets/enter/", typed)
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "There is an object V1 already." in page
    assert "120.4,36.2" in page
    assert 'value="井"' in page


def test_programs_do_the_same(engineer: User) -> None:
    browser = signed_in(engineer)
    base = f"/api/v1/lifelines/assets/{asset('G1').pk}"
    body: dict[str, Any] = {"seen": browser.get(f"{base}/mark").json()["mark"], "reason": "by a program"}
    lon, lat = places_of(asset("G1"))[0]
    far = places_of(asset("M"))[0]
    cut = {"lon": (lon + far[0]) / 2, "lat": lat, "point_code": "X", "second_code": "G1b"}
    parts = browser.post(f"{base}/split", {**body, **cut}, content_type="application/json").json()
    assert [one["code"] for one in parts] == ["G1", "G1b"]
    changes = browser.get(f"{base}/changes").json()
    assert (changes[0]["act"], changes[0]["reason"]) == ("split", "by a program")
    back = browser.post(f"/api/v1/lifelines/network-edits/{changes[0]['edit']}/take-back", content_type="application/json")
    assert back.status_code == 200
    assert not Asset.objects.filter(code="G1b").exists()
    stale = browser.post(f"{base}/remove", {**body, "seen": "x"}, content_type="application/json")
    assert stale.status_code == 409


def test_what_others_refer_to_is_not_removed(engineer: User) -> None:
    Cover.objects.create(
        **{"kind": "digging", "what": "one", "region_code": LICANG, "asset": asset("H"), "begins_at": NOW},
        **{"ends_at": NOW.replace(year=2027), "author": engineer, "created_at": NOW},
    )
    with pytest.raises(Conflict, match="Of H others know: cover 1"):
        editing.remove_asset(actor=engineer, reason="gone", **seen("H"))
    assert asset("H")
