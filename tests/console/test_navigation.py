"""What stands in the bar and what is folded under headings, for each kind of work."""

import re
from html import unescape

import pytest

from tests.languages import english as english
from tests.people import LICANG, make_person, signed_in
from tocsin.jurisdiction.areas.rules.codes import EVERYWHERE
from tocsin.jurisdiction.rights.rules import GRANTABLE, PERMISSIONS_OF_ROLE, Permission, Role
from tocsin.portal.navigation import IN_THE_BAR, NAVIGATION, address
from tocsin.screens.readiness import OF_THE_INSTALLATION

pytestmark = pytest.mark.django_db


def bar_of(role: str, organisation: str = "", region: str = LICANG) -> tuple[list[str], dict[str, list[str]]]:
    """Words in the bar, and those in the fold by their heading, as that role's account page has them."""
    page = signed_in(make_person(role, region, organisation=organisation)).get("/account/").content.decode()
    bar, _mark, fold = (
        page.partition('<nav aria-label="Main">')[2].partition("</nav>")[0].partition('<details class="menu more">')
    )
    headings = {}
    for section in fold.split("<section>")[1:]:
        (heading,) = re.findall(r"<h2>(.*?)</h2>", section)
        headings[unescape(heading)] = labels(section)
    return labels(bar), headings


def labels(text: str) -> list[str]:
    return [unescape(one) for one in re.findall(r"</svg>\s*<span>(.*?)</span>", text)]


@pytest.mark.parametrize(
    ("role", "bar"),
    [
        ("duty_officer", ["What waits", "Console", "Alarms", "Cases", "Map", "Duty desk"]),
        ("report_officer", ["What waits", "Reports by the public", "Rewards"]),
        ("inspector", ["What waits", "Supervision", "Supervised objects", "Colours", "Work status", "Duty on post"]),
        ("cashier", ["Pay out rewards"]),
        ("volunteer", ["My help"]),
    ],
)
def test_their_own_work_stands_in_the_bar(role: str, bar: list[str]) -> None:
    shown, _more = bar_of(role)
    assert [one for one in shown if one in bar] == bar and len(shown) <= IN_THE_BAR


def test_the_rest_is_folded_under_headings() -> None:
    shown, more = bar_of("duty_officer")
    assert more["The public"] == ["Public warnings", "Volunteers"]
    assert "Alarms" not in more["Alarms and cases"] and "Reports upward" in more["Alarms and cases"]
    every = [*shown, *(one for entries in more.values() for one in entries)]
    assert len(every) == len(set(every))


def test_whatever_a_role_may_open_is_reached_once() -> None:
    known = {entry[0]: str(entry[1]) for heading in NAVIGATION for entry in heading.entries}
    assert len(set(known.values())) == len(known), "two entries of one name lead to different pages"
    reached: set[str] = set()
    for role in GRANTABLE:
        shown, more = bar_of(role, "emergency_bureau")
        reached |= {*shown, *(one for entries in more.values() for one in entries)}
    assert set(known.values()) - reached == {known[name] for name in OF_THE_INSTALLATION}, (
        "of an area, so not of the installation"
    )
    shown, more = bar_of("system_administrator", region=EVERYWHERE)
    reached |= {*shown, *(one for entries in more.values() for one in entries)}
    assert reached >= set(known.values())


def narrowest_role(permission: Permission) -> Role:
    """That of the roles with the permission that has fewest others."""
    holding = [one for one in GRANTABLE if permission in PERMISSIONS_OF_ROLE[one]]
    return min(holding, key=lambda one: (len(PERMISSIONS_OF_ROLE[one]), one))


@pytest.mark.one_database
def test_no_entry_leads_where_its_reader_is_refused() -> None:
    """Each entry is opened by somebody of one district who holds little more than its permission."""
    asked = {(narrowest_role(permission), name) for heading in NAVIGATION for name, _words, _icon, permission in heading.entries}
    refused = []
    for role in sorted({role for role, _name in asked}):
        browser = signed_in(make_person(role, organisation="emergency_bureau"))
        offered = set(re.findall(r'href="(/[^"#?]*)"', browser.get("/account/").content.decode().partition("<main")[0]))
        wanted = {address(name) for one, name in asked if one == role and name != "own_volunteer"}  # needs a volunteer's account
        refused += [(role, one) for one in sorted(wanted & offered) if browser.get(one).status_code == 403]
        assert wanted - offered <= {address(name) for name in OF_THE_INSTALLATION}, role
    assert not refused


@pytest.mark.parametrize("path", ["/supplies/", "/supplies/items/", "/supplies/requisitions/"])
def test_one_entry_is_the_page_of_the_reader(path: str) -> None:
    page = signed_in(make_person("supplies_head")).get(path).content.decode()
    here = re.findall(r'<a\s+href="([^"]*)"\s+aria-current="page"', page)
    assert here == [path]
