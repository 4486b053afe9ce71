"""Alert, updates and cancels of one service may come in any order, also those that hold elsewhere: the end is the same."""

from dataclasses import replace
from datetime import timedelta
from itertools import permutations

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.mobilisation.incoming_warnings.services import NOW, service, take
from tests.mobilisation.public_warnings.messages import rain
from tests.people import make_person
from tocsin.jurisdiction.people.models import User
from tocsin.mobilisation.incoming_warnings.models import IncomingMessage, IncomingWarning
from tocsin.mobilisation.public_warnings.rules.cap.message import Alert, Area, MsgType, Named, Reference
from tocsin.mobilisation.public_warnings.rules.cap.writing import as_bytes, write_alert

pytestmark = pytest.mark.django_db
LICANG = Area("李沧区", geocodes=(Named("GB/T 2260", "370213"),))
SHINAN = Area("市南区", geocodes=(Named("GB/T 2260", "370202"),))
YANTAI = Area("烟台", geocodes=(Named("GB/T 2260", "370602"),))
AREAS = {"here": LICANG, "next": SHINAN, "elsewhere": YANTAI}


@pytest.fixture
def keeper() -> User:
    return make_person("system_administrator", "370200")


def message(number: int, kind: str, names: list[Alert], area: str = "here", *, over: bool = False) -> Alert:
    """The numbered message, sent so many minutes after the first; `over`: its end has passed."""
    first = rain()
    expires = first.sent + timedelta(minutes=2) if over else first.sent + timedelta(hours=6)
    onset = None if over else first.sent
    info = replace(first.infos[0], headline=f"{number} {area}", areas=(AREAS[area],), onset=onset, expires=expires)
    return replace(
        first,
        identifier=f"m{number}",
        sent=first.sent + timedelta(seconds=number),
        msg_type=MsgType(kind),
        infos=() if kind == "Cancel" else (info,),
        references=tuple(Reference(one.sender, one.identifier, one.sent) for one in names),
    )


@st.composite
def stories(draw: st.DrawFn) -> tuple[list[Alert], list[int]]:
    """Up to five messages, each naming some of those before it, and another order in which they come."""
    told: list[Alert] = []
    for number in range(draw(st.integers(2, 5))):
        named = (
            draw(st.lists(st.sampled_from(told), min_size=1, max_size=2, unique_by=lambda one: one.identifier)) if told else []
        )
        kind = draw(st.sampled_from(["Update", "Update", "Cancel"])) if named else "Alert"
        over = kind == "Update" and draw(st.booleans()) and draw(st.booleans())
        told.append(message(number, kind, named, draw(st.sampled_from(sorted(AREAS))), over=over))
    return told, draw(st.permutations(range(len(told))))


def end_of(keeper: User, told: list[Alert]) -> list[tuple[object, ...]]:
    """What stands once all have come: warnings with messages, by these, with state, words, place and who may see them."""
    with transaction.atomic():
        of = service(keeper, takes_unsigned=True, certificates="", region_code="370200", regions=["370213", "370202"])
        for one in told:
            take(of, as_bytes(write_alert(one)), NOW)
        found: list[tuple[object, ...]] = [
            (
                sorted(warning.messages.values_list("identifier", flat=True)),
                warning.state,
                warning.texts,
                warning.shape,
                warning.level,
                warning.expires_at,
                sorted(warning.warned_counties.values_list("region_code", flat=True)),
            )
            for warning in IncomingWarning.objects.filter(service=of, messages__isnull=False).distinct()
        ]
        in_force = IncomingWarning.objects.filter(service=of, messages=None, state="in_force").count()
        found.append((sorted(IncomingMessage.objects.filter(service=of).values_list("identifier", "state")), in_force))
        transaction.set_rollback(True)
    return sorted(found, key=str)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(story=stories())
def test_any_order_of_messages_ends_alike(keeper: User, story: tuple[list[Alert], list[int]]) -> None:
    told, order = story
    assert end_of(keeper, [told[number] for number in order]) == end_of(keeper, told)


def states(keeper: User, told: list[Alert]) -> set[str]:
    of = service(keeper, takes_unsigned=True, certificates="", region_code="370200", regions=["370213", "370202"])
    for one in told:
        take(of, as_bytes(write_alert(one)), NOW)
    return set(IncomingWarning.objects.filter(service=of).values_list("state", flat=True))


ALERT = message(0, "Alert", [])
ENDS = [
    ("an update that holds elsewhere", message(1, "Update", [ALERT], "elsewhere"), "cancelled"),
    ("an update that was over when it came", message(1, "Update", [ALERT], over=True), "expired"),
    ("a cancel", message(1, "Cancel", [ALERT]), "cancelled"),
]


@pytest.mark.parametrize(("last", "state"), [row[1:] for row in ENDS], ids=[row[0] for row in ENDS])
def test_what_comes_before_its_alert_ends_it_when_it_comes(keeper: User, last: Alert, state: str) -> None:
    assert states(keeper, [last]) == set(), "it waits"
    for order in permutations((ALERT, last)):
        assert states(keeper, list(order)) == {state}


def test_what_links_two_warnings_makes_them_one_that_says_what_the_newest_says(keeper: User) -> None:
    between = message(1, "Update", [ALERT], "next")
    newest = message(2, "Update", [between])
    of = service(keeper, takes_unsigned=True, certificates="", region_code="370200", regions=["370213", "370202"])
    for one in (ALERT, newest, between):
        take(of, as_bytes(write_alert(one)), NOW)
    standing = IncomingWarning.objects.get(state="in_force")
    assert standing.texts["zh"]["headline"] == "2 here"
    assert standing.messages.count() == 3
