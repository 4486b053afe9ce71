"""The register: who comes in by which way, who reads which part of it, who leaves without a trace."""

from datetime import date, timedelta

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from tests.mobilisation.volunteers.people import MAKE, NOW
from tests.people import LICANG, SHINAN, make_person, signed_in
from tocsin.base.errors import Conflict, InvalidInput
from tocsin.jurisdiction.contacts.models import ContactPoint
from tocsin.jurisdiction.people.models import User
from tocsin.mobilisation.volunteers.models import Volunteer
from tocsin.mobilisation.volunteers.policy import volunteers_policy
from tocsin.mobilisation.volunteers.queries.register import own_entry, skills_that_count, visible_volunteers
from tocsin.mobilisation.volunteers.rules.register import Admission, Kind, Standing, blurred, certificate_counts, judge_admission
from tocsin.mobilisation.volunteers.services import own, register
from tocsin.mobilisation.volunteers.shown.register import describe_volunteer
from tocsin.notices.messages.models import Notice
from tocsin.notices.messages.shown import text_of
from tocsin.records.audit.models import AuditEntry

API = "/api/v1/mobilisation/volunteers"


@pytest.mark.parametrize(
    ("standing", "consents", "reachable", "expected"),
    [
        (Standing.APPLIED, True, True, Admission.ADMITTED),
        (Standing.REFUSED, True, True, Admission.ADMITTED),
        (Standing.APPLIED, False, True, Admission.NO_CONSENT),
        (Standing.APPLIED, True, False, Admission.NO_CONTACT),
        (Standing.CONFIRMED, True, True, Admission.NOT_ASKED),
        (Standing.INVITED, True, True, Admission.NOT_ASKED),
    ],
)
def test_admission(standing: Standing, consents: bool, reachable: bool, expected: Admission) -> None:
    assert judge_admission(standing, consents=consents, reachable=reachable) is expected


@pytest.mark.parametrize(
    ("needed", "number", "valid_until", "expected"),
    [
        (False, "", None, True),
        (True, "", None, False),
        (True, "A1", None, False),
        (True, "A1", date(2026, 11, 28), True),
        (True, "A1", date(2026, 11, 27), False),
        (False, "A1", date(2026, 11, 27), False),
    ],
)
def test_expired_certificates_do_not_count(needed: bool, number: str, valid_until: date | None, expected: bool) -> None:
    day = date(2026, 11, 28)
    assert certificate_counts(needed=needed, number=number, valid_until=valid_until, day=day) is expected


@given(st.floats(73, 135), st.floats(18, 53), st.sampled_from([0.01, 0.02, 0.05]))
def test_a_blurred_home_tells_its_cell_alone(lon: float, lat: float, cell: float) -> None:
    shown = blurred(lon, lat, cell)
    assert abs(shown[0] - lon) <= cell / 2 + 1e-6
    assert abs(shown[1] - lat) <= cell / 2 + 1e-6
    assert blurred(*shown, cell) == shown


@pytest.mark.django_db
def test_somebody_registers_and_is_taken_in(keeper: User, english: None) -> None:
    client = Client(headers={"accept-language": "en"})
    page = client.get("/volunteers/join/")
    assert str(keeper.organisation) in page.content.decode()
    form = {
        "name": "Li Hua",
        "kind": "person",
        "body": keeper.organisation_id,
        "username": "li.hua",
        "password": "a lantern for 7 ships",
        "telephone": "13900001111",
        "lon": "120.4312",
        "lat": "36.1625",
    }
    refused = client.post("/volunteers/join/", form)
    assert refused.status_code == 400  # without the consent nothing is kept
    assert not Volunteer.objects.exists()
    assert client.post("/volunteers/join/", {**form, "agreed": "yes"}).status_code == 302
    made = Volunteer.objects.get()
    assert (made.standing, made.consent_version) == ("applied", volunteers_policy().consent.version)
    told = Notice.objects.get(purpose="volunteer_desk")
    assert told.organisation == keeper.organisation
    assert "Li Hua wants to help" in text_of(told)
    officer = signed_in(keeper)
    assert "Li Hua" in officer.get("/waiting/").content.decode()
    with pytest.raises(Conflict):  # the number is not confirmed
        register.admit(actor=keeper, volunteer_id=made.pk, now=NOW)
    ContactPoint.objects.filter(user=made.user).update(confirmed_at=NOW)
    assert officer.post(f"{API}/{made.pk}/admit").json()["standing"] == "confirmed"
    assert "you may be called" in text_of(Notice.objects.get(purpose="volunteer_news", person=made.user))
    with pytest.raises(Conflict):
        register.admit(actor=keeper, volunteer_id=made.pk, now=NOW)


@pytest.mark.django_db
def test_several_who_applied_are_taken_in_at_once(make_volunteer: MAKE, keeper: User, english: None) -> None:
    ready, silent = (make_volunteer(one, standing="applied") for one in ("Li", "Wang"))
    there = make_volunteer("Zhao")
    ContactPoint.objects.filter(user=silent.user).update(confirmed_at=None)
    officer = signed_in(keeper)
    assert officer.get("/volunteers/").content.decode().count('name="row"') == 2, "who is in already is not offered"
    asked = {"path": "/volunteers/", "query": "page=1", "act": "admit", "row": [str(one.pk) for one in (ready, silent, there)]}
    told = officer.post("/account/list-acts/", asked, follow=True).content.decode()
    assert "Done for 1 row" in told and "Not for 2" in told
    standing = dict(Volunteer.objects.values_list("pk", "standing"))
    assert [standing[one.pk] for one in (ready, silent, there)] == ["confirmed", "applied", "confirmed"]


@pytest.mark.django_db
def test_an_invited_one_counts_from_the_consent_on(keeper: User) -> None:
    page = signed_in(keeper).post("/volunteers/invite/", {"name": "Blue Sky", "kind": "team"})
    made = Volunteer.objects.select_related("user").get()
    assert made.user.username in page.content.decode()
    assert made.standing == "invited"
    assert made.user.must_change_password
    with pytest.raises(Conflict):
        own.consent(actor=made.user, version="of another year", now=NOW)
    own.consent(actor=made.user, version=volunteers_policy().consent.version, now=NOW)
    made.refresh_from_db()
    assert (made.standing, made.consent_at) == ("confirmed", NOW)


@pytest.mark.django_db
def test_homes_are_exact_for_who_may_call_alone(make_volunteer: MAKE, keeper: User) -> None:
    made = make_volunteer("Li", lon=120.4312, lat=36.1625, place="7 Shiniushan Road")
    caller = signed_in(make_person("duty_officer", LICANG))
    told = caller.get(f"{API}/{made.pk}").json()
    assert (told["lon"], told["blurred"], bool(told["numbers"])) == (120.4312, False, True)
    assert signed_in(keeper).get(f"{API}/{made.pk}").json()["lon"] == 120.4312
    shown = describe_volunteer(visible_volunteers(keeper).get(), exact=False, day=NOW.date())
    assert (shown.lon, shown.lat, shown.place, shown.numbers, shown.blurred) == (120.43, 36.17, "", [], True)
    for stranger in (make_person("duty_officer", SHINAN), make_person("unit_desk", LICANG, organisation="heating_company")):
        assert signed_in(stranger).get(f"{API}/{made.pk}").status_code == 404
    assert signed_in(make_person("viewer", LICANG)).get("/volunteers/").status_code == 403


@pytest.mark.django_db
def test_a_volunteer_keeps_their_own_entry(make_volunteer: MAKE) -> None:
    made, other = make_volunteer("Li", skills=()), make_volunteer("Wang")
    mine = signed_in(made.user)
    assert mine.get("/volunteers/me/").status_code == 200
    assert mine.get("/volunteers/").status_code == 403
    assert mine.get(f"{API}/{other.pk}").status_code == 404
    assert mine.delete(f"{API}/me/abilities/{other.abilities.get().pk}").status_code == 404
    with pytest.raises(InvalidInput):  # a certificate is needed
        own.set_ability(actor=made.user, code="diving")
    told = mine.post(
        f"{API}/me/abilities",
        {"code": "diving", "certificate": "D-7", "valid_until": "2026-12-01", "quantity": 2},
        content_type="application/json",
    ).json()
    assert [(one["code"], one["counts"]) for one in told["abilities"]] == [("diving", True)]
    entry = own_entry(made.user)
    assert entry
    assert skills_that_count(entry, date(2026, 12, 1)) == {"diving": 2}
    assert skills_that_count(entry, date(2026, 12, 2)) == {}
    mine.post("/volunteers/me/pause/", {"paused": "yes"})
    made.refresh_from_db()
    assert made.standing == "paused"
    place = {"name": "Li", "kind": Kind.PERSON, "lat": 36.0, "place": ""}
    with pytest.raises(InvalidInput):
        own.change_own(actor=made.user, lon=None, **place)  # type: ignore[arg-type]


@pytest.mark.django_db
def test_who_leaves_is_forgotten_at_once(make_volunteer: MAKE) -> None:
    made = make_volunteer("Li", place="7 Shiniushan Road")
    mine = signed_in(made.user)
    Volunteer.objects.filter(pk=made.pk).update(reserved_for=made.pk)
    with pytest.raises(Conflict):  # first home
        own.leave(actor=made.user, now=NOW)
    Volunteer.objects.filter(pk=made.pk).update(reserved_for=None)
    mine.post("/volunteers/me/leave/", {"sure": "yes"})
    made.refresh_from_db()
    user = User.objects.get(pk=made.user_id)
    assert (made.standing, made.name, made.place, made.lon, made.abilities.count()) == ("left", "", "", None, 0)
    assert (user.is_active, user.name, user.contact_points.count(), user.grants.count()) == (False, "", 0, 0)
    assert AuditEntry.objects.filter(action="volunteer.left").exists()
    assert mine.get("/volunteers/me/").status_code == 302


@pytest.mark.django_db
def test_a_refusal_has_a_reason_and_is_no_end(make_volunteer: MAKE, keeper: User, english: None) -> None:
    made = make_volunteer("Li", standing="applied")
    with pytest.raises(InvalidInput):
        register.refuse(actor=keeper, volunteer_id=made.pk, reason=" ", now=NOW)
    register.refuse(actor=keeper, volunteer_id=made.pk, reason="too far away", now=NOW)
    assert "too far away" in text_of(Notice.objects.get(purpose="volunteer_news"))
    own.apply_again(actor=made.user, now=NOW + timedelta(days=1))
    made.refresh_from_db()
    assert made.standing == "applied"
