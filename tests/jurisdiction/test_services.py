"""Acts upon rights: who may, what is left behind, what is refused."""

from datetime import timedelta
from functools import partial

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from tests.accounts import PASSWORD, PersonMaker
from tests.people import LICANG, QINGDAO, SHINAN, YANTAI
from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.base.policy import read_policy
from tocsin.bus.services import in_one_transaction
from tocsin.jurisdiction.areas import services as areas_services
from tocsin.jurisdiction.areas.models import Region, Town
from tocsin.jurisdiction.areas.rules.codes import EVERYWHERE
from tocsin.jurisdiction.bodies import queries as bodies_queries
from tocsin.jurisdiction.bodies import services as bodies_services
from tocsin.jurisdiction.bodies.models import Duty, Organisation
from tocsin.jurisdiction.people import queries as people_queries
from tocsin.jurisdiction.people.models import ApiToken, User
from tocsin.jurisdiction.people.policy import Policy
from tocsin.jurisdiction.people.services import (
    accounts as services,
)
from tocsin.jurisdiction.people.services import (
    grants as services_grants,
)
from tocsin.jurisdiction.people.services import (
    start as services_start,
)
from tocsin.jurisdiction.people.services import (
    system as services_system,
)
from tocsin.jurisdiction.people.services import (
    tokens as services_tokens,
)
from tocsin.jurisdiction.people.services.accounts import create_person
from tocsin.jurisdiction.people.services.browsers import Source
from tocsin.jurisdiction.people.services.system import system_actor
from tocsin.jurisdiction.rights import events, queries
from tocsin.jurisdiction.rights import services as rights_services
from tocsin.jurisdiction.rights.models import Grant
from tocsin.records.audit.models import AuditEntry

HERE = Source("127.0.0.1")

pytestmark = pytest.mark.django_db


def actions() -> list[str]:
    return list(AuditEntry.objects.order_by("at").values_list("action", flat=True))


def test_regions_are_loaded_once_and_names_stay() -> None:
    Town.objects.all().delete()
    Region.objects.all().delete()
    assert (areas_services.ensure_regions(), areas_services.ensure_towns()) == (169, 1853)
    Region.objects.filter(pk=LICANG).update(name_en="Renamed")
    Town.objects.filter(pk="370213001").update(name_zh="改名街道")
    assert (areas_services.ensure_regions(), areas_services.ensure_towns()) == (0, 0)
    assert Town.objects.get(pk="370213001").name_zh == "改名街道"
    assert Region.objects.get(pk=LICANG).name_en == "Renamed"
    assert Region.objects.filter(level="county").exclude(kind="functional zone").count() == 136


def test_first_start_makes_one_administrator_with_a_one_time_password(regions: None) -> None:
    password = services_start.ensure_first_administrator()
    assert password
    assert services_start.ensure_first_administrator() is None
    admin = User.objects.get(username="admin")
    assert admin.check_password(password)
    assert admin.must_change_password
    assert queries.region_prefixes(admin, "people.manage") == ("",)
    assert not queries.may_anywhere(admin, "audit.see")
    assert actions() == ["person.created", "role.granted"]


def test_first_start_names_the_security_administrator_and_nobody_else(regions: None) -> None:
    services_start.ensure_first_administrator()
    admin = User.objects.get(username="admin")
    first, _password = services.create_person(actor=admin, username="li.jing")
    second, _password = services.create_person(actor=admin, username="wang.fang")
    with pytest.raises(NotAllowed):
        services_grants.grant_role(actor=admin, user=second, role="audit_administrator", region_code=EVERYWHERE)
    services_grants.grant_role(actor=admin, user=first, role="security_administrator", region_code=EVERYWHERE)
    with pytest.raises(NotAllowed):
        services_grants.grant_role(actor=admin, user=second, role="security_administrator", region_code=EVERYWHERE)
    services_grants.grant_role(actor=first, user=second, role="audit_administrator", region_code=EVERYWHERE)
    with pytest.raises(Conflict):
        services_grants.grant_role(actor=first, user=second, role="system_administrator", region_code=LICANG)


def test_a_closed_security_administrator_does_not_open_the_way_to_a_new_one(make_person: PersonMaker) -> None:
    system, security = make_person("system_administrator", QINGDAO), make_person("security_administrator", QINGDAO)
    User.objects.filter(pk=security.pk).update(is_active=False)
    with pytest.raises(NotAllowed):
        services_grants.grant_role(actor=system, user=make_person(), role="security_administrator", region_code=LICANG)


def test_the_last_administrator_of_a_kind_stays(make_person: PersonMaker) -> None:
    one, other = make_person("security_administrator", QINGDAO), make_person("security_administrator", QINGDAO)
    services_grants.revoke_role(actor=one, grant_id=Grant.objects.get(user=other).pk)
    with pytest.raises(NotAllowed, match="own"):
        services_grants.revoke_role(actor=one, grant_id=Grant.objects.get(user=one).pk)
    with pytest.raises(Conflict, match="last"):
        services_grants.revoke_role(actor=services_system.system_actor(), grant_id=Grant.objects.get(user=one).pk)


@pytest.mark.parametrize("role", ["system_administrator", "security_administrator", "audit_administrator"])
def test_the_last_administrator_of_a_kind_is_not_closed_either(make_person: PersonMaker, role: str) -> None:
    machine = services_system.system_actor()
    last = make_person(role, QINGDAO)
    security = last if role == "security_administrator" else make_person("security_administrator", QINGDAO)
    with pytest.raises(Conflict, match="last"):
        services.disable_person(actor=machine if last == security else security, user_id=last.pk)
    other = make_person(role, QINGDAO)
    services.disable_person(actor=machine, user_id=last.pk)
    with pytest.raises(Conflict, match="last"):
        services.disable_person(actor=machine, user_id=other.pk)


def test_rights_end_with_the_grant_and_with_the_account(make_person: PersonMaker) -> None:
    security, duty = make_person("security_administrator", QINGDAO), make_person("duty_officer", LICANG)
    assert queries.may(duty, "alarms.handle", LICANG)
    assert not queries.may(duty, "alarms.handle", SHINAN)
    services.disable_person(actor=services_system.system_actor(), user_id=duty.pk)
    assert queries.held_by(User.objects.get(pk=duty.pk)) == ()
    services.enable_person(actor=services_system.system_actor(), user_id=duty.pk)
    services_grants.revoke_role(actor=security, grant_id=Grant.objects.get(user=duty).pk)
    assert not queries.may_anywhere(User.objects.get(pk=duty.pk), "alarms.see")


def test_what_is_not_granted_is_refused(make_person: PersonMaker) -> None:
    nobody, viewer = make_person(), make_person("viewer", LICANG)
    for permission in ("alarms.see", "audit.see", "people.manage"):
        with pytest.raises(NotAllowed):
            rights_services.require(nobody, permission, LICANG)
    rights_services.require(viewer, "alarms.see", LICANG)
    with pytest.raises(NotAllowed, match=r"alarms\.see.*370200"):
        rights_services.require(viewer, "alarms.see", QINGDAO)
    with pytest.raises(NotAllowed):
        services.create_person(actor=viewer, username="friend")


def test_scope_cuts_rows_and_people_to_the_region(make_person: PersonMaker) -> None:
    licang, qingdao = make_person("system_administrator", LICANG), make_person("system_administrator", QINGDAO)
    make_person("viewer", YANTAI)
    assert set(bodies_queries.visible_organisations(licang).values_list("region_id", flat=True)) == {LICANG}
    assert set(bodies_queries.visible_organisations(qingdao).values_list("region_id", flat=True)) == {LICANG, QINGDAO}
    assert set(people_queries.visible_people(licang)) == {licang}
    assert set(people_queries.visible_people(qingdao)) == {licang, qingdao}
    assert not people_queries.visible_people(make_person("viewer", QINGDAO)).exists()


def test_a_person_of_a_wider_region_is_out_of_reach(make_person: PersonMaker) -> None:
    county, citizen = make_person("system_administrator", LICANG), make_person("viewer", LICANG)
    services_grants.grant_role(actor=services_system.system_actor(), user=citizen, role="analyst", region_code=QINGDAO)
    with pytest.raises(NotAllowed):
        services.reset_password(actor=county, user_id=citizen.pk)
    with pytest.raises(NotAllowed):
        services.disable_person(actor=county, user_id=citizen.pk)
    with pytest.raises(NotAllowed):
        services.disable_person(actor=county, user_id=services_system.system_actor().pk)


def test_organisations_have_no_invented_numbers_and_keep_those_entered(regions: None) -> None:
    bodies = services_start.ensure_organisations(LICANG)
    assert {one.telephone for one in bodies.values()} == {"", "119", "122"}  # national numbers
    assert "government_duty_room" in bodies
    actor = services_system.system_actor()
    gas = bodies["gas_company"]
    bodies_services.edit_organisation(
        actor=actor, organisation_id=gas.pk, name_zh=gas.name_zh, name_en=gas.name_en, telephone="0532 0000 0001"
    )
    assert services_start.ensure_organisations(LICANG)["gas_company"].telephone == "0532 0000 0001"
    with pytest.raises(InvalidInput):
        bodies_services.edit_organisation(actor=actor, organisation_id=gas.pk, name_zh="", name_en="x", telephone="")
    with pytest.raises(Conflict):
        bodies_services.register_organisation(
            actor=actor, code="gas_company", region_code=LICANG, name_zh="气", name_en="Gas", kind="owner"
        )


def test_the_narrowest_body_that_governs_a_place_answers_for_it(regions: None) -> None:
    services_start.ensure_organisations(QINGDAO)
    assert bodies_queries.organisation_by_code("gas_company", LICANG).region_id == QINGDAO  # type: ignore[union-attr]
    services_start.ensure_organisations(LICANG)
    assert bodies_queries.organisation_by_code("gas_company", LICANG).region_id == LICANG  # type: ignore[union-attr]
    assert bodies_queries.organisation_by_code("gas_company", YANTAI) is None


def test_a_token_is_narrower_than_its_person_and_has_an_end(make_person: PersonMaker) -> None:
    duty, now = make_person("duty_officer", LICANG), timezone.now()
    token, secret = services_tokens.create_token(
        user=duty, name="wall display", scopes=("alarms.see", "audit.see"), now=now, days=2
    )
    assert secret not in str(ApiToken.objects.values())
    person = services_tokens.person_of_token(secret=secret, now=now)
    assert person == duty
    assert person is not None
    assert queries.region_prefixes(person, "alarms.see") == (LICANG,)
    assert not queries.may_anywhere(person, "alarms.handle")  # not in the scopes
    assert not queries.may_anywhere(person, "audit.see")  # in the scopes, not the person's
    with pytest.raises(NotAllowed, match="sign in"):
        services_tokens.create_token(user=person, name="child", scopes=("alarms.see",), now=now)
    token.refresh_from_db()
    assert token.last_used_at == now
    assert services_tokens.person_of_token(secret=secret, now=now + timedelta(days=2)) is None
    assert services_tokens.person_of_token(secret=secret + "x", now=now) is None
    services.disable_person(actor=services_system.system_actor(), user_id=duty.pk)
    assert services_tokens.person_of_token(secret=secret, now=now) is None


@pytest.mark.parametrize(
    ("name", "scopes", "days"), [("", ("alarms.see",), 1), ("x", (), 1), ("x", ("all",), 1), ("x", ("alarms.see",), 366)]
)
def test_a_token_needs_name_scope_and_end(make_person: PersonMaker, name: str, scopes: tuple[str, ...], days: int) -> None:
    with pytest.raises(InvalidInput):
        services_tokens.create_token(user=make_person("viewer"), name=name, scopes=scopes, now=timezone.now(), days=days)  # type: ignore[arg-type]


def test_tokens_are_ended_by_their_person_only(make_person: PersonMaker) -> None:
    mine, now = make_person("viewer"), timezone.now()
    token, secret = services_tokens.create_token(user=mine, name="x", scopes=("alarms.see",), now=now)
    with pytest.raises(ApiToken.DoesNotExist):
        services_tokens.revoke_token(user=make_person("viewer"), token_id=token.pk)
    services_tokens.revoke_token(user=mine, token_id=token.pk)
    assert services_tokens.person_of_token(secret=secret, now=now) is None


def test_own_password_needs_the_present_one_and_strength(make_person: PersonMaker) -> None:
    person = make_person("viewer")
    with pytest.raises(InvalidInput, match="present"):
        services.change_own_password(user=person, old="guess", new="another lantern 9", source=HERE, now=timezone.now())
    with pytest.raises(InvalidInput):
        services.change_own_password(user=person, old=PASSWORD, new="password12", source=HERE, now=timezone.now())
    services.change_own_password(user=person, old=PASSWORD, new="another lantern 9", source=HERE, now=timezone.now())
    assert User.objects.get(pk=person.pk).check_password("another lantern 9")


def test_command_line_makes_people_and_leads_administrators_back(regions: None, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("create_person", "li.jing", "--role", "security_administrator", "--region", QINGDAO)
    password = capsys.readouterr().out.split()[-1]
    person = User.objects.get(username="li.jing")
    assert person.check_password(password)
    call_command("reset_password", "li.jing")
    person.refresh_from_db()
    assert person.check_password(capsys.readouterr().out.split()[-1])
    assert person.must_change_password
    with pytest.raises(CommandError, match="taken"):
        call_command("create_person", "li.jing", "--role", "viewer")
    with pytest.raises(CommandError):
        call_command("reset_password", "system")


def test_nothing_about_rights_changes_unwritten(make_person: PersonMaker, monkeypatch: pytest.MonkeyPatch) -> None:
    viewer = make_person("viewer")
    monkeypatch.setattr(events, "_keepers", [])
    with pytest.raises(RuntimeError, match="audit"):
        services_tokens.create_token(user=viewer, name="x", scopes=("alarms.see",), now=timezone.now())
    assert not ApiToken.objects.exists()


def test_secrets_stay_out_of_the_audit_trail(make_person: PersonMaker) -> None:
    person, now = make_person("viewer"), timezone.now()
    _token, secret = services_tokens.create_token(user=person, name="x", scopes=("alarms.see",), now=now)
    one_time = services.reset_password(actor=services_system.system_actor(), user_id=person.pk)
    written = str(list(AuditEntry.objects.values()))
    assert secret not in written
    assert one_time not in written
    assert PASSWORD not in written


def test_policy_refuses_unknown_keys() -> None:
    with pytest.raises(ValueError, match=r"here\.toml.*lagin"):
        read_policy(b"[lagin]\n", Policy, "here.toml")


def test_organisations_speak_the_readers_language(regions: None) -> None:
    from django.utils import translation

    services_start.ensure_organisations(LICANG)
    gas = Organisation.objects.select_related("region").get(code="gas_company")
    with translation.override("en"):
        assert (str(gas), str(gas.region)) == ("Gas company", "Licang District")
    with translation.override("zh-hans"):
        assert (str(gas), str(gas.region)) == ("燃气公司", "李沧区")


def test_a_desk_reaches_the_rows_of_its_body_and_each_once(make_person: PersonMaker) -> None:
    desk, leader = make_person("unit_desk", LICANG, organisation="gas_company"), make_person("shift_leader", LICANG)
    gas = desk.organisation
    assert gas is not None
    Duty.objects.bulk_create(
        [Duty(organisation=gas, kind="owner", lifeline=name, area_code=LICANG) for name in ("gas", "heating")]
    )
    bodies = Organisation.objects.all()

    def reached(user: User, field: str | None) -> list[Organisation]:
        return list(queries.scope(bodies, user, "rosters.manage", "region__code", field))

    assert reached(desk, "pk") == [gas]
    assert reached(desk, "duties__organisation") == [gas]
    assert reached(desk, None) == []
    assert reached(leader, "pk") == reached(leader, None) == list(bodies.filter(region_id=LICANG))
    assert gas in bodies_queries.visible_organisations(desk)  # with its neighbours: common knowledge
    assert bodies_queries.visible_organisations(desk).count() == bodies.filter(region_id=LICANG).count()
    assert queries.may(desk, "orders.work", LICANG, (gas.pk,))
    assert not queries.may(desk, "orders.work", LICANG)


def test_a_token_of_one_body_is_narrower_than_its_person(make_person: PersonMaker) -> None:
    leader = make_person("shift_leader", LICANG)
    gas = services_start.ensure_organisations(LICANG)["gas_company"]
    now = timezone.now()
    _token, secret = services_tokens.create_token(
        user=leader, name="gas", scopes=("rosters.manage", "assets.see"), now=now, organisation_id=gas.pk
    )
    program = services_tokens.person_of_token(secret=secret, now=now)
    assert program is not None
    assert queries.may(program, "rosters.manage", LICANG, (gas.pk,))
    assert not queries.may(program, "rosters.manage", LICANG)
    assert queries.may(program, "assets.see", LICANG)
    assert not queries.may(program, "cases.see", LICANG, (gas.pk,))
    with pytest.raises(InvalidInput, match="no such organisation"):
        services_tokens.create_token(user=leader, name="x", scopes=("assets.see",), now=timezone.now(), organisation_id=leader.pk)


def test_a_password_is_hashed_before_the_transaction(regions: None) -> None:
    """Whoever makes an account within a transaction of the product would hold the only writer for half a second."""
    make = partial(create_person, actor=system_actor(), username="chen")
    with pytest.raises(AssertionError, match="with a transaction open"):
        in_one_transaction(make)
    assert make()[0].username == "chen"
