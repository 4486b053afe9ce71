"""Pages of people and rights: closed to strangers, in both languages, what is shown once is shown once."""

import re

import pytest
from django.test import Client
from django.urls import get_resolver, reverse

from tests.accounts import PASSWORD, PersonMaker
from tests.pages import words_of
from tests.people import LICANG, QINGDAO, YANTAI, signed_in
from tocsin.jurisdiction.bodies.models import Organisation
from tocsin.jurisdiction.people.models import User
from tocsin.jurisdiction.people.services import accounts as services
from tocsin.jurisdiction.people.services import start as services_start
from tocsin.jurisdiction.rights.models import Grant
from tocsin.records.audit.models import AuditEntry
from tocsin.records.audit.services import seal_entries

pytestmark = pytest.mark.django_db

OPEN = {
    "login",
    "login_passkey",
    "health",
    "set_language",
    "push_worker",
    "crew_worker",
    "crew_manifest",
    "firm_worker",
    "firm_manifest",
    "inspector_worker",
    "inspector_manifest",
    "base_map",
    "receipt_keys",
    "checker_manifest",
    "checker_worker",
    "hazard_figures",
    "hazard_figures_data",
    "hazard_figures_feed",
    "report_hazard",
    "report_hazard_firm",
    "report_hazard_manifest",
    "report_hazard_worker",
    "open_warnings",
    "open_warning_areas",
    "warning_feed",
    "warning_certificate",
    "warning_push_worker",
    "subscribe_warnings",
    "confirm_warnings",
    "end_warnings",
    "join_volunteers",
    "register_firm",
    "firm_status",
    "check_volunteer_record",
    "driver_deliveries",
    "driver_manifest",
    "driver_phone",
    "driver_worker",
    "helper_manifest",
    "helper_worker",
    "keeper_manifest",
    "keeper_worker",
    "permit_manifest",
    "permit_worker",
    "prevention_manifest",
    "prevention_worker",
    "knocker_manifest",
    "knocker_worker",
    "features",
    "features_api",
    "features_collections",
    "features_conformance",
    "sensorthings",
    "sensorthings_without_slash",
}


@pytest.mark.one_database
def test_every_page_but_the_open_ones_asks_to_sign_in() -> None:
    import uuid

    asked, client = 0, Client()
    for name, patterns in get_resolver().reverse_dict.lists():
        if not isinstance(name, str) or name in OPEN:
            continue
        for possibilities, _pattern, _defaults, _converters in patterns:
            path, parameters = possibilities[0]
            address = "/" + path % {one: uuid.uuid4() if one.endswith("_id") or one == "id" else "x" for one in parameters}
            answer = client.get(address)
            assert answer.status_code in (302, 401, 404, 405), f"{name} {address} answered {answer.status_code}"
            if answer.status_code == 302:
                assert answer.headers["Location"].startswith("/login/"), name
                asked += 1
    assert asked > 10


@pytest.mark.parametrize(("language", "word"), [("en", "Sign in"), ("zh-hans", "")])
def test_login_leads_to_where_one_was_going(make_person: PersonMaker, language: str, word: str) -> None:
    person = make_person("viewer", username="chen")
    client = Client(headers={"Accept-Language": language})
    page = client.get("/login/?next=/account/")
    assert word in page.content.decode()
    assert f'lang="{language}"' in page.content.decode()
    wrong = client.post("/login/", {"username": "chen", "password": "guess"})
    assert wrong.status_code == 403
    right = client.post("/login/", {"username": " Chen ", "password": PASSWORD, "next": "/account/"})
    assert right.headers["Location"] == "/account/"
    assert client.post("/logout/").headers["Location"] == "/login/"
    assert client.get("/account/").status_code == 302
    actions = AuditEntry.objects.filter(object_id=str(person.pk)).order_by("at").values_list("action", flat=True)
    assert list(actions)[-2:] == ["login.failed", "login.succeeded"]


@pytest.mark.parametrize("target", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)"])
def test_login_leads_nowhere_else(make_person: PersonMaker, target: str) -> None:
    make_person("viewer", username="chen")
    answer = Client().post("/login/", {"username": "chen", "password": PASSWORD, "next": target})
    assert answer.headers["Location"] == "/home/"


def test_login_brings_the_persons_language(make_person: PersonMaker) -> None:
    services.set_language(user=make_person("viewer", username="chen"), language="en")
    client = Client(headers={"Accept-Language": "zh-CN"})
    client.post("/login/", {"username": "chen", "password": PASSWORD})
    assert 'lang="en"' in client.get("/account/").content.decode()


def test_the_first_password_must_be_changed_before_anything(regions: None) -> None:
    password = services_start.ensure_first_administrator()
    client = Client(headers={"Accept-Language": "en"})
    client.post("/login/", {"username": "admin", "password": password})
    for address in ("/account/", "/people/", "/organisations/"):
        assert client.get(address).headers["Location"] == "/account/password/"
    assert client.get("/account/password/").status_code == 200
    change = {"old": password, "new": "seven bells at 5", "again": "seven bells at 6", "first": "1"}
    assert client.post("/account/password/", change).status_code == 400
    change["again"] = change["new"]
    assert client.post("/account/password/", change).headers["Location"] == "/"
    assert client.get("/people/").status_code == 200  # still signed in


def test_a_token_is_shown_once(make_person: PersonMaker) -> None:
    client = signed_in(make_person("duty_officer"))
    wishes = {"name": "wall", "days": "30", "scopes": ["alarms.see"], "proof": PASSWORD}
    for proof in ("", "guessed", "123456"):
        assert client.post("/account/tokens/", {**wishes, "proof": proof}).status_code == 400
    made = client.post("/account/tokens/", wishes).content.decode()
    secret = re.search(r"tocsin_[\w-]{43}", made)
    assert secret
    later = client.get("/account/").content.decode()
    assert secret.group() not in later
    assert "wall" in words_of(later)
    address = re.search(r"/account/tokens/[\w-]+/revoke/", later)
    assert address
    assert "wall" not in words_of(client.post(address.group(), follow=True).content)
    refused = client.post("/account/tokens/", {**wishes, "days": "x"})
    assert refused.status_code == 400
    assert 'value="wall"' in refused.content.decode()


def test_system_administrator_makes_accounts_and_gives_no_role(make_person: PersonMaker) -> None:
    system, security = make_person("system_administrator", QINGDAO), make_person("security_administrator", QINGDAO)
    organisation = services_start.ensure_organisations(LICANG)["gas_company"]
    client = signed_in(system)
    fields = {"username": "zhao", "name": "赵", "organisation": str(organisation.pk)}
    page = client.post("/people/create/", fields).content.decode()
    shown = re.search(r'class="secret">(\w{16})<', page)
    assert shown
    zhao = User.objects.get(username="zhao")
    assert zhao.check_password(shown.group(1))
    assert 'name="role"' not in page
    assert client.post("/people/create/", fields).status_code == 400
    give = reverse("grant_role", args=[zhao.pk])
    client.post(give, {"role": "viewer", "region": LICANG})
    assert not zhao.grants.exists()

    other = signed_in(security)
    assert 'name="role"' in other.get(reverse("person", args=[zhao.pk])).content.decode()
    other.post(give, {"role": "viewer", "region": YANTAI})
    assert not zhao.grants.exists()
    other.post(give, {"role": "viewer", "region": LICANG})
    grant = zhao.grants.get()
    other.post(reverse("revoke_role", args=[zhao.pk, grant.pk]))
    assert not zhao.grants.exists()


def test_accounts_are_closed_opened_and_given_new_passwords(make_person: PersonMaker) -> None:
    client, viewer = signed_in(make_person("system_administrator", QINGDAO)), make_person("viewer", LICANG)
    active = reverse("set_person_active", args=[viewer.pk])
    client.post(active)
    assert not User.objects.get(pk=viewer.pk).is_active
    client.post(active, {"active": "1"})
    assert User.objects.get(pk=viewer.pk).is_active
    page = client.post(reverse("reset_password", args=[viewer.pk])).content.decode()
    shown = re.search(r'class="secret">(\w{16})<', page)
    assert shown
    assert User.objects.get(pk=viewer.pk).check_password(shown.group(1))


def test_first_administrator_sees_the_one_role_to_give(regions: None) -> None:
    services_start.ensure_first_administrator()
    admin = User.objects.get(username="admin")
    User.objects.update(must_change_password=False)
    user, _password = services.create_person(actor=admin, username="li.jing")
    page = signed_in(admin).get(reverse("person", args=[user.pk])).content.decode()
    assert re.findall(r'<option value="(\w+)">[^0-9<]+</option>', page) == ["security_administrator"]


@pytest.mark.parametrize("address", ["/people/", "/records/audit/", "/people/create/"])
def test_pages_are_closed_to_who_lacks_the_permission(make_person: PersonMaker, address: str) -> None:
    client = signed_in(make_person("viewer"))
    answer = client.post(address) if "create" in address else client.get(address)
    assert answer.status_code == 403
    assert "permission" in answer.content.decode()


def test_pages_do_not_show_what_lies_elsewhere(make_person: PersonMaker) -> None:
    stranger, organisation = (
        make_person("viewer", YANTAI, username="far.away"),
        services_start.ensure_organisations(YANTAI)["telecom"],
    )
    client = signed_in(make_person("system_administrator", LICANG))
    assert "far.away" not in client.get("/people/").content.decode()
    for address in (reverse("person", args=[stranger.pk]), reverse("organisation", args=[organisation.pk])):
        assert client.get(address).status_code == 404
    assert client.post(reverse("set_person_active", args=[stranger.pk])).status_code == 404
    client.post(reverse("organisation", args=[organisation.pk]), {"name_zh": "x", "name_en": "x", "telephone": "1"})
    assert Organisation.objects.get(pk=organisation.pk).name_en == "Telecom company"


def test_telephone_numbers_are_entered(make_person: PersonMaker) -> None:
    client = signed_in(make_person("system_administrator", LICANG))
    gas = Organisation.objects.get(region_id=LICANG, code="gas_company")
    address = reverse("organisation", args=[gas.pk])
    fields = {"name_zh": gas.name_zh, "name_en": gas.name_en, "telephone": "0532-0000 0001"}
    assert "0532-0000 0001" in client.post(address, fields, follow=True).content.decode()
    bad = client.post(address, fields | {"telephone": "<call>"}, follow=True)
    assert "telephone number has digits" in bad.content.decode()
    new = {"code": "lifts", "region_code": LICANG, "name_zh": "电梯", "name_en": "Lift watch", "kind": "other", "telephone": ""}
    assert "Lift watch" in client.post("/organisations/register/", new, follow=True).content.decode()
    assert client.post("/organisations/register/", new).status_code == 400


def test_the_audit_administrator_reads_and_checks_the_trail(make_person: PersonMaker) -> None:
    auditor = make_person("audit_administrator", QINGDAO)
    make_person("viewer", YANTAI, username="far.away")
    client = signed_in(auditor)
    seal_entries()
    page = client.get("/records/audit/?action=role.").content.decode()
    assert "role.granted" in page
    assert "person.created" not in page
    assert "far.away" not in client.get("/records/audit/").content.decode()
    assert "chain is whole" in client.post("/records/audit/verify/").content.decode()
    AuditEntry.objects.filter(sequence=2).delete()
    assert "broken at entry 3" in client.post("/records/audit/verify/").content.decode()


def test_lists_need_few_queries(make_person: PersonMaker, django_assert_max_num_queries: object) -> None:
    client = signed_in(make_person("system_administrator", QINGDAO))
    for _number in range(6):
        make_person("viewer", LICANG)
    with django_assert_max_num_queries(12):  # type: ignore[operator]
        assert client.get("/people/").status_code == 200
    assert Grant.objects.count() == 7


def test_a_text_that_postgresql_cannot_hold_is_refused(make_person: PersonMaker) -> None:
    client = signed_in(make_person("system_administrator"))
    assert client.get("/people/?search=a%00b").status_code == 400
    assert client.post("/people/create/", {"username": "a\0b"}).status_code == 400
    assert client.get("/api/v1/jurisdiction/people?search=%00").status_code == 400
    address = "/api/v1/jurisdiction/people"
    assert client.post(address, {"username": "ab", "name": "\0"}, content_type="application/json").status_code == 400
