"""Rights as tables and properties."""

import re
from collections.abc import Collection
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.base.ids import deterministic_id
from tocsin.jurisdiction.areas.rules.codes import EVERYWHERE, governing_prefix, governs
from tocsin.jurisdiction.rights.models import PERMISSION_NAMES
from tocsin.jurisdiction.rights.rules import (
    ADMINISTRATORS,
    COMMON_KNOWLEDGE,
    GRANTABLE,
    OF_AN_ORGANISATION,
    PERMISSIONS,
    PERMISSIONS_OF_ROLE,
    GrantVerdict,
    Held,
    Permission,
    Reach,
    Role,
    judge_grant,
    may_manage_person,
    may_reset_password,
    may_see,
    reach,
)

DOCUMENT = Path(__file__).resolve().parent.parent.parent / "docs" / "rights.md"

DIGITS = st.text("0123456789", min_size=2, max_size=2).filter(lambda pair: pair != "00")
COUNTIES = st.tuples(DIGITS, DIGITS, DIGITS).map("".join)


def test_the_table_in_the_documents_is_the_table_in_force() -> None:
    rows = re.findall(r"^\| `([a-z.]+)` \|(.+)\|$", DOCUMENT.read_text(encoding="utf-8"), flags=re.M)
    assert [name for name, _cells in rows] == list(PERMISSIONS)
    for name, cells in rows:
        marks = [cell.strip() == "●" for cell in cells.split("|")]
        held = [name in PERMISSIONS_OF_ROLE[role] for role in Role]
        assert marks == held, name


def test_every_role_has_permissions_and_every_permission_a_person() -> None:
    assert set(PERMISSIONS_OF_ROLE) == set(Role)
    assert set(PERMISSIONS) == set().union(*(PERMISSIONS_OF_ROLE[role] for role in GRANTABLE))


def test_no_two_administrators_share_a_power_over_rights() -> None:
    powers = {"people.manage", "roles.grant", "audit.see"}
    assert {len(powers & PERMISSIONS_OF_ROLE[role]) for role in ADMINISTRATORS} == {1}


@pytest.mark.parametrize(
    ("held", "seen", "expected"),
    [
        ("370200", "370213", True),
        ("370200", "370200", True),
        ("370200", "370213001", True),
        ("370200", "370300", False),
        ("370200", "370000", False),
        ("370000", "371700", True),
        ("371000", "371002", True),
        ("371000", "370102", False),
        ("370213", "370202", False),
        ("370213", "37021", False),
        (EVERYWHERE, "370213", True),
        (EVERYWHERE, "", True),
        ("370213", "", False),
        ("", "370213", False),
    ],
)
def test_a_viewer_sees_the_region_and_what_lies_below(held: str, seen: str, expected: bool) -> None:
    assert may_see([Held(Role.VIEWER, held)], "alarms.see", seen) is expected


@given(county=COUNTIES, other=COUNTIES)
def test_a_city_governs_its_counties_and_no_other_citys(county: str, other: str) -> None:
    city = county[:4] + "00"
    assert governs(city, county)
    assert governs(city, other) is (other[:4] == county[:4])


@given(st.lists(COUNTIES, max_size=6), COUNTIES, st.sampled_from(PERMISSIONS))
def test_reach_answers_as_the_grants_do_one_by_one(regions: list[str], seen: str, permission: str) -> None:
    held = [Held(Role.VIEWER, region) for region in regions] + [Held(Role.VIEWER, region[:4] + "00") for region in regions[:2]]
    slowly = permission in PERMISSIONS_OF_ROLE[Role.VIEWER] and any(governs(one.region_code, seen) for one in held)
    assert may_see(held, permission, seen) is slowly  # type: ignore[arg-type]  # hypothesis loses the literal
    found = reach(held, permission)  # type: ignore[arg-type]
    assert not any(one != other and other.includes(one) for one in found for other in found)


def test_reach_drops_what_a_wider_grant_holds() -> None:
    held = [Held(Role.VIEWER, "370213"), Held(Role.ANALYST, "370200"), Held(Role.VIEWER, "370602")]
    assert reach(held, "alarms.see") == (Reach("3702"), Reach("370602"))
    assert reach(held, "alarms.handle") == (Reach("3702"),)
    assert reach(held, "audit.see") == ()
    assert governing_prefix(EVERYWHERE) == ""


GAS, HEATING = deterministic_id("organisation", "gas"), deterministic_id("organisation", "heating")
DESK, CREW = Role.UNIT_DESK, Role.UTILITY_CREW


@pytest.mark.parametrize(
    ("name", "held", "permission", "region", "organisations", "expected"),
    [
        ("an order to one's own body", Held(DESK, "370200", GAS), "orders.work", "370213", (GAS,), True),
        ("one of several bodies", Held(CREW, "370213", GAS), "orders.work", "370213", (HEATING, GAS), True),
        ("an order to another body", Held(DESK, "370200", GAS), "orders.work", "370213", (HEATING,), False),
        ("one's own body in another city", Held(DESK, "370200", GAS), "orders.work", "370602", (GAS,), False),
        ("a row of no body", Held(DESK, "370200", GAS), "orders.work", "370213", (), False),
        ("a row whose body is unknown", Held(DESK, "370200", GAS), "orders.work", "370213", (None,), False),
        ("somebody of no body", Held(DESK, EVERYWHERE), "orders.work", "370213", (None,), False),
        ("one's own roster", Held(DESK, "370213", GAS), "rosters.manage", "370213", (GAS,), True),
        ("not another's roster", Held(DESK, "370213", GAS), "rosters.manage", "370213", (HEATING,), False),
        ("a crew plans no roster", Held(CREW, "370213", GAS), "rosters.manage", "370213", (GAS,), False),
        ("common knowledge of others", Held(CREW, "370213", GAS), "assets.see", "370213", (HEATING,), True),
        ("common knowledge only where one is", Held(CREW, "370213", GAS), "assets.see", "370202", (GAS,), False),
        ("no alarm", Held(DESK, "370213", GAS), "alarms.see", "370213", (GAS,), False),
        ("the centre sees every body's", Held(Role.SHIFT_LEADER, "370213", GAS), "rosters.manage", "370213", (HEATING,), True),
        ("and those of none", Held(Role.SHIFT_LEADER, "370213", GAS), "rosters.manage", "370213", (), True),
    ],
)
def test_an_organisations_people_reach_what_is_its_own(
    name: str, held: Held, permission: Permission, region: str, organisations: Collection[UUID | None], expected: bool
) -> None:
    assert may_see([held], permission, region, organisations) is expected, name


@given(
    st.lists(st.tuples(st.sampled_from(Role), COUNTIES, st.sampled_from((GAS, HEATING, None))), max_size=6),
    st.sampled_from(PERMISSIONS),
    COUNTIES,
    st.sets(st.sampled_from((GAS, HEATING, None))),
)
def test_reach_is_the_sum_of_what_is_held(
    grants: list[tuple[Role, str, UUID | None]], permission: Permission, region: str, organisations: set[UUID | None]
) -> None:
    def holds(role: Role, code: str, body: UUID | None) -> bool:
        own = role not in OF_AN_ORGANISATION or permission in COMMON_KNOWLEDGE or (body is not None and body in organisations)
        return permission in PERMISSIONS_OF_ROLE[role] and governs(code, region) and own

    together = may_see([Held(*one) for one in grants], permission, region, organisations)
    assert together is any(holds(*one) for one in grants)


def test_reach_within_ones_own_body_is_dropped_where_all_is_reached() -> None:
    held = [Held(DESK, "370213", GAS), Held(Role.SYSTEM_ADMINISTRATOR, "370200", GAS), Held(DESK, "370602", GAS)]
    assert reach(held, "rosters.manage") == (Reach("3702"), Reach("370602", GAS))
    assert reach(held, "orders.work") == (Reach("370213", GAS), Reach("370602", GAS))


def test_an_unknown_permission_is_an_error_and_not_a_no() -> None:
    with pytest.raises(ValueError, match="no permission"):
        may_see([Held(Role.VIEWER, EVERYWHERE)], "alarms.seen", "370213")  # type: ignore[arg-type]  # on purpose


SYSTEM, SECURITY, AUDIT = Role.SYSTEM_ADMINISTRATOR, Role.SECURITY_ADMINISTRATOR, Role.AUDIT_ADMINISTRATOR


@pytest.mark.parametrize(
    ("name", "actor", "oneself", "already", "role", "region", "known", "expected"),
    [
        ("security gives", SECURITY, False, [], Role.VIEWER, "370213", True, GrantVerdict.GRANTED),
        ("not beyond the region", SECURITY, False, [], Role.VIEWER, "370300", True, GrantVerdict.NOT_ALLOWED),
        ("not above the region", SECURITY, False, [], Role.VIEWER, "370000", True, GrantVerdict.NOT_ALLOWED),
        ("not to oneself", SECURITY, True, [SECURITY], Role.VIEWER, "370213", True, GrantVerdict.ONESELF),
        ("system gives no role", SYSTEM, False, [], Role.VIEWER, "370213", True, GrantVerdict.NOT_ALLOWED),
        ("system names the first security", SYSTEM, False, [], SECURITY, "370200", False, GrantVerdict.GRANTED),
        ("but not a second", SYSTEM, False, [], SECURITY, "370200", True, GrantVerdict.NOT_ALLOWED),
        ("nor oneself", SYSTEM, True, [SYSTEM], SECURITY, "370200", False, GrantVerdict.ONESELF),
        ("nor the auditor", SYSTEM, False, [], AUDIT, "370200", False, GrantVerdict.NOT_ALLOWED),
        ("audit gives nothing", AUDIT, False, [], Role.VIEWER, "370213", True, GrantVerdict.NOT_ALLOWED),
        ("system and audit apart", SECURITY, False, [SYSTEM], AUDIT, "370213", True, GrantVerdict.TWO_ADMINISTRATORS),
        ("audit and security apart", SECURITY, False, [AUDIT], SECURITY, "370213", True, GrantVerdict.TWO_ADMINISTRATORS),
        ("the same in two regions", SECURITY, False, [AUDIT], AUDIT, "370213", True, GrantVerdict.GRANTED),
        ("administrator and duty officer", SECURITY, False, [SYSTEM], Role.DUTY_OFFICER, "370213", True, GrantVerdict.GRANTED),
        ("the machine's role", SECURITY, False, [], Role.AUTOMATION, "370213", True, GrantVerdict.NOT_GRANTABLE),
        ("a body's role to nobody's", SECURITY, False, [], Role.UNIT_DESK, "370213", True, GrantVerdict.NO_ORGANISATION),
    ],
)
def test_who_gives_which_role(
    name: str, actor: Role, oneself: bool, already: list[Role], role: Role, region: str, known: bool, expected: GrantVerdict
) -> None:
    verdict = judge_grant(
        [Held(actor, "370200")],
        oneself=oneself,
        already=already,
        role=role,
        region_code=region,
        organisation_id=None,
        security_administrator_known=known,
    )
    assert verdict is expected, name


@pytest.mark.parametrize(
    ("name", "actor", "person", "manage", "reset"),
    [
        ("a duty officer below", Held(SYSTEM, "370200"), [Held(Role.DUTY_OFFICER, "370213")], True, True),
        ("a duty officer of another city too", Held(SYSTEM, "370200"), [Held(Role.DUTY_OFFICER, "370300")], False, False),
        ("nobody yet", Held(SYSTEM, "370200"), [], True, True),
        ("an administrator is not the system's", Held(SYSTEM, "370200"), [Held(AUDIT, "370213")], False, False),
        ("but may be closed by security", Held(SECURITY, "370200"), [Held(AUDIT, "370213")], True, False),
        ("security makes no other accounts", Held(SECURITY, "370200"), [Held(Role.VIEWER, "370213")], False, False),
        ("the command line may all", Held(Role.AUTOMATION, EVERYWHERE), [Held(AUDIT, "370213")], True, True),
    ],
)
def test_who_manages_whom(name: str, actor: Held, person: list[Held], manage: bool, reset: bool) -> None:
    arguments = {"oneself": False, "region_code": "370213", "held": person}
    assert may_manage_person([actor], **arguments) is manage, name  # type: ignore[arg-type]  # one dict for two calls
    assert may_reset_password([actor], **arguments) is reset, name  # type: ignore[arg-type]
    assert not may_manage_person([actor], oneself=True, region_code="370213", held=[actor])


def test_every_permission_has_words() -> None:
    """The account page names all that a token may carry."""
    assert set(PERMISSION_NAMES) == set(PERMISSIONS)
