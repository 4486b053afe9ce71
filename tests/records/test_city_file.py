"""Settings of an area as one file: what comes out of one installation makes an empty one the same."""

from datetime import UTC, date, datetime

import pytest
from django.core.management import call_command

from tests.languages import english as english
from tests.people import LICANG, QINGDAO, make_named_person, make_person
from tests.records.imports.files import given, judged_now, taken
from tests.usual_bodies import usual_bodies
from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.jurisdiction.areas.rules.codes import EVERYWHERE
from tocsin.jurisdiction.areas.services import ensure_regions
from tocsin.jurisdiction.bodies.models import Organisation
from tocsin.jurisdiction.bodies.rules import NewDuty
from tocsin.jurisdiction.bodies.services import enter_area, register_organisation, set_duties
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


def exported() -> str:
    actor = User.objects.get(username="first_system_administrator")
    return export_city(actor=actor, region_code=QINGDAO, with_people=True, now=datetime.now(UTC))


@pytest.mark.django_db(transaction=True)
def test_an_export_makes_an_empty_installation_the_same(english: None) -> None:
    ensure_regions()
    district()
    first = exported()
    for words in ('username = "li.jing"', 'lifeline = "gas"', "beyond_level = true", 'query = "level=4"', 'code = "370299"'):
        assert words in first
    call_command("flush", interactive=False, verbosity=0)
    set_mark()
    ensure_regions()
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
