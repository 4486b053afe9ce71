"""Settings of an area as one file: what comes out of one installation makes an empty one the same."""

import random
from collections.abc import Iterable
from datetime import UTC, date, datetime

import pytest
from django.core.management import call_command

from tests.languages import english as english
from tests.people import LICANG, QINGDAO, make_named_person, make_person
from tests.records.imports.files import given, judged_now, taken
from tests.usual_bodies import usual_bodies
from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.jurisdiction.areas.models import Region, Town
from tocsin.jurisdiction.areas.rules.codes import EVERYWHERE
from tocsin.jurisdiction.areas.services import ensure_regions, ensure_towns
from tocsin.jurisdiction.bodies.models import Duty, Organisation
from tocsin.jurisdiction.bodies.rules import Kind, NewDuty
from tocsin.jurisdiction.bodies.services import enter_area, enter_town, register_organisation, set_duties, set_superior
from tocsin.jurisdiction.list_views.models import SavedListView
from tocsin.jurisdiction.people.models import User
from tocsin.records.imports.rules import ImportVerdict
from tocsin.records.imports.services.taking import undo_file
from tocsin.records.setup.services.city.exporting import export_city
from tocsin.records.setup.services.city.running import import_city
from tocsin.records.versions.models import PolicyVersion
from tocsin.records.versions.services.versions import NewVersion, confirm_version, draft_version, set_mark, try_version

NOW = datetime(2026, 11, 30, 4, 0, tzinfo=UTC)


def administrators() -> tuple[User, User, User, User]:
    roles = ("system_administrator", "security_administrator", "rule_engineer", "supervisor")
    people = [make_named_person(f"first_{role}", role, region=EVERYWHERE) for role in roles]
    return people[0], people[1], people[2], people[3]


def district() -> None:
    """A district with all that a file carries."""
    system, security, engineer, second = administrators()
    del security
    bodies = usual_bodies(LICANG)
    enter_area(actor=system, code="370299", name_zh="新区", name_en="New area")
    enter_town(actor=system, code="370299001", name_zh="新街道")
    park = register_organisation(
        actor=system, code="park", region_code="370299", name_zh="园区", name_en="Park", kind="other", telephone="0532 1"
    )
    set_duties(
        actor=system,
        organisation_id=park.pk,
        duties=[
            NewDuty("owner", lifeline="gas", hours="1-5 08:00-17:00"),
            NewDuty("department", trade="chemicals", area_code="370299001", effective_from=date(2026, 1, 1)),
        ],
    )
    for username, body in (("li.jing", bodies["monitoring_centre"]), ("wang.wei", bodies["gas_company"])):
        make_named_person(username, "viewer", body, LICANG)
    owner = User.objects.get(username="li.jing")
    SavedListView.objects.create(
        owner=owner, organisation=owner.organisation, path="/alarms/", name="Red", query="level=4", changed_at=NOW
    )
    for region, text in ((EVERYWHERE, "beyond_level = true"), (LICANG, "beyond_level = false")):
        new = NewVersion(text=text, region_code=region, source="order 12", confidence="B", reason="to see")
        row = try_version(actor=engineer, version_id=draft_version(actor=engineer, policy="command.escalation", new=new).pk)
        confirm_version(actor=second, version_id=row.pk)


SIGNS = ("园区", 'says "gas"', "back\\slash", "tab and 'quote'", "[body]", "# no comment", "é𠮷", "a = 1")
"""Parts of names that mean something in TOML, or are longer in UTF-8 than they look."""
HOURS = ("", "1-5 08:00-17:00", "6-7 00:00-08:00")
DAYS = (None, date(2026, 1, 1), date(2027, 12, 31))
LISTS = ("/alarms/", "/cases/", "/objects/")
CARRIED_ROLES = ("viewer", "duty_officer", "shift_leader", "analyst", "supervisor", "store_keeper", "data_steward")


def full_of_rows(seed: int) -> None:
    """A city with areas, bodies, duties, people, roles and views of every kind, drawn by the seed."""
    system, draw = administrators()[0], random.Random(seed)
    areas = [LICANG, QINGDAO, *(f"3702{number}" for number in range(90, 94))]
    for number, code in enumerate(areas[2:]):
        enter_area(actor=system, code=code, name_zh=f"新区{number}", name_en=draw.choice(SIGNS))
        enter_town(actor=system, code=f"{code}00{number}", name_zh=f"{draw.choice(SIGNS)}{number}")
    enter_town(actor=system, code="370213001", name_zh="renamed")
    bodies: list[Organisation] = []
    for number in range(30):
        code = f"body_{number // 3}"  # the same in several areas
        region = draw.choice([one for one in areas if all((one, code) != (each.region_id, each.code) for each in bodies)])
        above = [one for one in bodies if one.region_id in (region, QINGDAO)]
        made = register_organisation(
            actor=system,
            code=code,
            region_code=region,
            name_zh=f"{draw.choice(SIGNS)} {number}",
            name_en=f"{number} {draw.choice(SIGNS)}",
            kind=draw.choice(list(Kind)).value,
            telephone=draw.choice(("", f"0532 8{number:07}")),
            has_desk=draw.random() < 0.5,
        )
        if above and draw.random() < 0.7:
            set_superior(actor=system, organisation_id=made.pk, superior_id=draw.choice(above).pk)
        bodies = [*(one for one in bodies if one.pk != made.pk), Organisation.objects.get(pk=made.pk)]
    for body in bodies:
        set_duties(actor=system, organisation_id=body.pk, duties=[_duty(draw, body) for _ in range(draw.randrange(4))])
    for number, body in enumerate(bodies):
        role, region = draw.choice(CARRIED_ROLES), draw.choice([body.region_id, LICANG])
        person = make_named_person(f"person.{number}", role, body, region, name=f"{draw.choice(SIGNS)}{number}")
        if draw.random() < 0.5:
            query = f"level={draw.randrange(1, 5)}&q={draw.choice(('泄漏', 'a%26b', 'x+y'))}"
            SavedListView.objects.create(
                owner=person,
                organisation=body,
                path=draw.choice(LISTS),
                name=f"{number} {draw.choice(SIGNS)}",
                query=query,
                changed_at=NOW,
            )


def _duty(draw: random.Random, body: Organisation) -> NewDuty:
    subject = draw.choice(({}, {"lifeline": "gas"}, {"lifeline": "heat"}, {"trade": "chemicals"}))
    since, until = draw.choice(((None, None), (DAYS[1], None), (DAYS[1], DAYS[2]), (None, DAYS[2])))
    area = draw.choice(("", f"{body.region_id}00{draw.randrange(1, 9)}"))
    kind = draw.choice(list(Kind)).value
    return NewDuty(kind, area_code=area, hours=draw.choice(HOURS), effective_from=since, effective_to=until, **subject)


def exported() -> str:
    actor = User.objects.get(username="first_system_administrator")
    return export_city(actor=actor, region_code=QINGDAO, with_people=True, now=datetime.now(UTC))


@pytest.mark.django_db(transaction=True)
def test_a_city_full_of_rows_comes_back_row_by_row(english: None) -> None:
    """Rows, not words of the file: whatever the file says, what is read back is what was there."""
    ensure_regions()
    ensure_towns()
    full_of_rows(7)
    first, before = exported(), rows_of_a_city()
    assert {name: len(rows) > 9 for name, rows in before.items() if name not in ("areas", "towns")} == dict.fromkeys(
        ("bodies", "duties", "people", "roles", "views"), True
    )
    call_command("flush", interactive=False, verbosity=0)
    set_mark()
    ensure_regions()
    ensure_towns()
    system, security, engineer, second = administrators()
    told = import_city(
        actors=[system, security, engineer],
        second=second,
        look=False,
        content=first.encode(),
        file_name="city.toml",
        region_code="",
        now=NOW,
    )
    assert not told.wrong, "\n".join(one for one in told.lines if ": new " not in one)
    after = rows_of_a_city()
    for name, rows in before.items():
        assert after[name] == rows, name
    assert exported() == first


def rows_of_a_city() -> dict[str, list[tuple[object, ...]]]:
    """What a file carries, as the database has it."""
    bodies = Organisation.objects.values_list(
        "region_id", "code", "kind", "name_zh", "name_en", "telephone", "has_desk", "superior__region_id", "superior__code"
    )
    duties = Duty.objects.values_list(
        *("organisation__region_id", "organisation__code", "kind", "lifeline", "trade", "area_code", "hours"),
        *("effective_from", "effective_to"),
    )
    people = User.objects.filter(organisation__isnull=False)
    return {
        "areas": _sorted(Region.objects.filter(code__startswith="37029").values_list("code", "name_zh", "name_en")),
        "towns": _sorted(Town.objects.filter(pk__startswith="3702").values_list("code", "name_zh")),
        "bodies": _sorted(bodies),
        "duties": _sorted(duties),
        "people": _sorted(people.values_list("username", "name", "organisation__region_id", "organisation__code")),
        "roles": _sorted(people.values_list("username", "grants__role", "grants__region_code")),
        "views": _sorted(
            SavedListView.objects.values_list("organisation__region_id", "organisation__code", "path", "name", "query")
        ),
    }


def _sorted(rows: Iterable[tuple[object, ...]]) -> list[tuple[object, ...]]:
    return sorted(rows, key=lambda one: tuple(map(str, one)))


@pytest.mark.django_db(transaction=True)
def test_an_export_makes_an_empty_installation_the_same(english: None) -> None:
    ensure_regions()
    ensure_towns()
    district()
    first = exported()
    for words in ('username = "li.jing"', 'lifeline = "gas"', "beyond_level = true", 'query = "level=4"', 'code = "370299"'):
        assert words in first
    call_command("flush", interactive=False, verbosity=0)
    set_mark()
    ensure_regions()
    ensure_towns()
    system, security, engineer, second = administrators()
    content = first.encode()
    common = {"content": content, "file_name": "city.toml", "region_code": "", "now": NOW}
    looked = import_city(actors=[system], second=None, look=True, **common)
    assert not looked.wrong and any("new body" in line for line in looked.lines)
    assert not Organisation.objects.exists(), "to look writes nothing"
    told = import_city(actors=[system, security, engineer], second=second, look=False, **common)
    assert not told.wrong, told.lines
    assert exported() == first
    again = import_city(actors=[system, security, engineer], second=second, look=False, **common)
    assert again.lines == [], "the same file again changes nothing"


@pytest.mark.django_db
def test_each_row_is_judged_and_each_writes_what_is_theirs(regions: None, english: None) -> None:
    usual_bodies(LICANG)
    system = make_person("system_administrator", LICANG)
    text = (
        'format = 1\nregion = "370213"\n'
        '[[body]]\ncode = "gas_company"\nname_zh = "燃气集团"\nkind = "owner"\n'
        '[[body]]\ncode = "x"\nname_zh = "X"\nkind = "palace"\nsuperior = "nobody"\n'
        '[[duty]]\nbody = "nobody"\nkind = "owner"\nhours = "sometimes"\n'
        '[[person]]\nusername = "NO"\nname = "x"\nbody = "gas_company"\n'
        '[[role]]\nusername = "nobody"\nrole = "viewer"\n'
        '[[view]]\nbody = "gas_company"\npath = "/nowhere/"\nname = "x"\n'
        '[[policy]]\npolicy = "command.nothing"\ntext = "a = 1"\n'
    )
    made = given(system, "city", text, region=LICANG, now=NOW, name="city.toml")
    rows = judged_now(made, NOW)
    assert [row.verdict.value for row in rows] == ["changed", "wrong", "wrong", "wrong", "left", "wrong", "left"]
    told = {(row.cells["section"], one.column) for row in rows for one in row.problems}
    assert told >= {("body", "kind"), ("body", "superior"), ("duty", "body"), ("person", "username"), ("view", "path")}
    before = Organisation.objects.get(code="gas_company", region_id=LICANG).name_zh
    taken(made, NOW, leave_wrong=True)
    assert Organisation.objects.get(code="gas_company", region_id=LICANG).name_zh == "燃气集团"
    undo_file(actor=system, import_id=made.pk, now=NOW)
    assert Organisation.objects.get(code="gas_company", region_id=LICANG).name_zh == before
    with pytest.raises(InvalidInput, match="palace"):
        given(system, "city", text + "[[palace]]\n", region=LICANG, now=NOW, name="city.toml")
    with pytest.raises(NotAllowed):
        export_city(actor=make_person("viewer", LICANG), region_code=LICANG, with_people=False, now=NOW)


@pytest.mark.django_db
def test_confirmed_policy_keeps_a_file_from_being_undone(regions: None, english: None) -> None:
    engineer, second = make_person("rule_engineer", LICANG), make_person("supervisor", LICANG)
    text = 'format = 1\nregion = "370213"\n[[policy]]\npolicy = "command.escalation"\ntext = "beyond_level = true"\n'
    text += 'region = "370213"\n'
    made = taken(given(engineer, "city", text, region=LICANG, now=NOW, name="city.toml"), NOW)
    assert [row.verdict for row in judged_now(made, NOW)] == [ImportVerdict.NEW]
    confirm_version(actor=second, version_id=PolicyVersion.objects.get().pk)
    with pytest.raises(Conflict, match=r"command\.escalation"):
        undo_file(actor=engineer, import_id=made.pk, now=NOW)
