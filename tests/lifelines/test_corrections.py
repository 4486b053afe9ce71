"""What a crew says is otherwise on site goes to the owner, changes the register by one press, and the answer comes back."""

from datetime import UTC, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.languages import english as english
from tests.lifelines.mains import asset
from tests.people import LICANG, SHINAN, make_person, signed_in
from tests.pictures import picture
from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.jurisdiction.people.models import User
from tocsin.lifelines.models import Asset, AssetChange, NetworkCorrection
from tocsin.lifelines.queries.edits import corrections_to_answer, places_of
from tocsin.lifelines.rules.edits import CORRECTION, CorrectionKind
from tocsin.lifelines.services.corrections import NewCorrection, accept, propose, refuse
from tocsin.lifelines.services.taking_back import take_back
from tocsin.notices.messages.models import Notice

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 30, 2, 0, tzinfo=UTC)


@pytest.fixture
def crew(town: None) -> User:
    return make_person("utility_crew", LICANG, organisation="heating_company")


def proposed(crew: User, kind: CorrectionKind, code: str = "V1", **given: float) -> NetworkCorrection:
    new = NewCorrection(kind=kind, text="on site", region_code=LICANG, asset_id=asset(code).pk if code else None, **given)
    return propose(actor=crew, new=new, now=NOW)


def test_the_owner_is_told_answers_with_one_press_and_the_answer_comes_back(crew: User, desk: User) -> None:
    one = proposed(crew, CorrectionKind.STATE)
    told = Notice.objects.get(purpose=CORRECTION)
    assert told.organisation == desk.organisation
    assert [row.pk for row in corrections_to_answer(desk)] == [one.pk]
    accept(actor=desk, correction_id=one.pk, answer="thanks", now=NOW)
    assert asset("V1").properties["operable"] is False
    assert list(corrections_to_answer(desk)) == []
    back = Notice.objects.filter(purpose=CORRECTION, person=crew).get()
    assert (back.figures["act"], back.figures["answer"]) == ("accepted", "thanks")
    one.refresh_from_db()
    assert one.edit is not None
    take_back(actor=desk, edit_id=one.edit, now=NOW)
    assert "operable" not in asset("V1").properties


def test_a_point_goes_where_the_crew_found_it_and_an_object_that_is_gone_goes(crew: User, desk: User, engineer: User) -> None:
    lon, lat = places_of(asset("V1"))[0]
    one = proposed(crew, CorrectionKind.PLACE, lon=lon + 0.0001, lat=lat)
    assert "9 m" in signed_in(desk).get(f"/lifelines/corrections/{one.pk}/").content.decode()
    accept(actor=desk, correction_id=one.pk, answer="", now=NOW)
    assert places_of(asset("G1"))[0] == pytest.approx((lon + 0.0001, lat))
    gone = proposed(crew, CorrectionKind.GONE, "H")
    accept(actor=engineer, correction_id=gone.pk, answer="", now=NOW)
    assert not Asset.objects.filter(code="H").exists()
    gone.refresh_from_db()
    assert (gone.state, gone.asset, gone.asset_code) == ("accepted", None, "H")


def test_what_can_not_go_stays_open(crew: User, engineer: User) -> None:
    one = proposed(crew, CorrectionKind.GONE, "M")
    with pytest.raises(Conflict, match="Lines end at M"):
        accept(actor=engineer, correction_id=one.pk, answer="", now=NOW)
    one.refresh_from_db()
    assert one.state == "open"
    assert one.asset == asset("M")


def test_who_does_not_own_it_does_not_answer_and_nobody_answers_twice(crew: User, desk: User) -> None:
    one = proposed(crew, CorrectionKind.FACTS, "H")
    with pytest.raises(NotAllowed):
        accept(actor=desk, correction_id=one.pk, answer="", now=NOW)
    own = proposed(crew, CorrectionKind.FACTS, "V1")
    with pytest.raises(InvalidInput, match="Say why not"):
        refuse(actor=desk, correction_id=own.pk, answer=" ", now=NOW)
    refuse(actor=desk, correction_id=own.pk, answer="it is right", now=NOW)
    with pytest.raises(Conflict, match="answered already"):
        accept(actor=desk, correction_id=own.pk, answer="", now=NOW)
    assert not AssetChange.objects.exists()


def test_what_is_missing_is_said(crew: User) -> None:
    with pytest.raises(InvalidInput, match="Say where it is"):
        proposed(crew, CorrectionKind.MISSING, "")
    with pytest.raises(InvalidInput, match="Say where it is"):
        proposed(crew, CorrectionKind.PLACE)
    with pytest.raises(InvalidInput, match="Name the object"):
        proposed(crew, CorrectionKind.STATE, "")
    stranger = make_person("viewer", SHINAN)
    with pytest.raises(Asset.DoesNotExist):
        proposed(stranger, CorrectionKind.STATE)
    with pytest.raises(NotAllowed):
        proposed(stranger, CorrectionKind.MISSING, "", lon=120.4, lat=36.2)


def test_by_page_with_a_photo(crew: User, desk: User) -> None:
    browser = signed_in(crew)
    page = browser.get(f"/lifelines/corrections/new/?asset={asset('V1').pk}").content.decode()
    assert "Stuck or broken" in page
    assert "Is missing in the register" not in page
    photo = SimpleUploadedFile("valve.jpg", picture(), "image/jpeg")
    form = {"kind": "state", "text": "stuck", "asset_id": str(asset("V1").pk), "region_code": LICANG, "photo": photo}
    shown = browser.post("/lifelines/corrections/propose/", form, follow=True).content.decode()
    assert "The owner is told." in shown
    assert "/records/attachments/" in shown
    one = NetworkCorrection.objects.get()
    owner = signed_in(desk)
    assert "The register is changed at once" in owner.get(f"/lifelines/corrections/{one.pk}/").content.decode()
    assert "stuck" in owner.get("/waiting/").content.decode()
    told = owner.post(f"/lifelines/corrections/{one.pk}/accept/", {"answer": ""}, follow=True).content.decode()
    assert "Accepted; who proposed it is told." in told
    assert "stuck" in browser.get("/lifelines/corrections/?state=answered").content.decode()


def test_programs_propose_and_answer(crew: User, engineer: User) -> None:
    body = {"kind": "missing", "text": "a valve", "region_code": LICANG, "lon": 120.4, "lat": 36.2}
    one = signed_in(crew).post("/api/v1/lifelines/corrections", body, content_type="application/json").json()
    assert (one["state"], one["asset_id"]) == ("open", None)
    keeper = signed_in(engineer)
    assert keeper.get("/api/v1/lifelines/corrections").json()["total"] == 1
    url = f"/api/v1/lifelines/corrections/{one['id']}"
    assert keeper.post(f"{url}/refuse", {"answer": "no"}, content_type="application/json").json()["state"] == "refused"
    assert keeper.post(f"{url}/accept", {"answer": ""}, content_type="application/json").status_code == 409
