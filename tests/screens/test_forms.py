"""A class or a function takes of a form what it declares, as values of that kind; else the reader is told what is wrong."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import IntEnum, StrEnum
from typing import Literal
from uuid import UUID

import pytest
from django.http import QueryDict
from django.utils import translation

from tocsin.screens.forms import FormRefused, Line, fields_of, read_filters, read_form, read_rows, read_value

ID = "01890a5d-ac96-774b-bcce-b302099a8057"


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


class Level(IntEnum):
    LOW = 1
    HIGH = 4


@dataclass(frozen=True, kw_only=True)
class Everything:
    text: str
    line: Line
    who: UUID | None
    people: list[UUID]
    count: int = 7
    ratio: float | None = None
    amount: Decimal | None = None
    day: date | None = None
    at: datetime | None = None
    agreed: bool = False
    colour: Colour | None = None
    level: Level | None = None
    way: Literal["up", "down"] = "up"


def test_a_full_form() -> None:
    form = QueryDict(
        f"text= a &line= b &who={ID}&people={ID}&people=&people={ID}&count= 12&ratio=0.5&amount=1.10"
        "&day=2026-11-27&at=2026-11-27T08:30"
        "&agreed=on&colour=blue&level=4&way=down&not_declared=1"
    )
    assert read_form(Everything, form) == Everything(
        text=" a ",
        line="b",
        who=UUID(ID),
        people=[UUID(ID), UUID(ID)],
        count=12,
        ratio=0.5,
        amount=Decimal("1.10"),
        day=date(2026, 11, 27),
        at=datetime(2026, 11, 27, 0, 30, tzinfo=UTC),
        agreed=True,
        colour=Colour.BLUE,
        level=Level.HIGH,
        way="down",
    )


@pytest.mark.parametrize("query", ["", "text=&line=&who=&people=&count=&ratio=&day=&at=&agreed=&colour=&level=&way="])
def test_an_empty_form_has_defaults(query: str) -> None:
    assert read_form(Everything, QueryDict(query)) == Everything(text="", line="", who=None, people=[])


REFUSED = {
    "no whole number": ("count=1.5", "count", "“1.5” is no whole number."),
    "a number beyond what a browser keeps": ("count=9007199254740993", "count", "“9007199254740993” is no whole number."),
    "no number": ("ratio=much", "ratio", "“much” is no number."),
    "no amount": ("amount=much", "amount", "“much” is no number."),
    "an endless amount": ("amount=Infinity", "amount", "“Infinity” is no number."),
    "not a number": ("ratio=nan", "ratio", "“nan” is no number."),
    "infinite": ("ratio=inf", "ratio", "“inf” is no number."),
    "a day that is none": ("day=2026-02-31", "day", "“2026-02-31” is no day."),
    "a day of another age": ("day=0001-01-01", "day", "“0001-01-01” is no day."),
    "no time": ("at=noon", "at", "“noon” is no time."),
    "no identity": ("who=me", "who", "“me” is none of the form's choices."),
    "no identity in a list": (f"people={ID}&people=me", "people", "“me” is none of the form's choices."),
    "no choice": ("colour=green", "colour", "“green” is none of the form's choices."),
    "no level": ("level=2", "level", "“2” is none of the form's choices."),
    "no literal": ("way=left", "way", "“left” is none of the form's choices."),
    "neither ticked nor not": ("agreed=perhaps", "agreed", "“perhaps” is none of the form's choices."),
}


@pytest.mark.parametrize(("query", "field", "words"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_read_is_refused(query: str, field: str, words: str) -> None:
    with translation.override("en"), pytest.raises(FormRefused) as refused:
        read_form(Everything, QueryDict(query))
    assert (refused.value.field, str(refused.value)) == (field, words)


def test_a_filter_that_cannot_be_read_has_its_default() -> None:
    query = QueryDict(f"text={'x' * 200}&count=many&ratio=nan&colour=green&who=me")
    assert read_filters(Everything, query) == Everything(text="x" * 100, line="", who=None, people=[])


def test_only_what_is_keyword_only_is_read() -> None:
    def act(actor: "Nobody", case_id: UUID, *, until: datetime, text: str = "–", with_: int = 0) -> None:  # type: ignore[name-defined]  # noqa: F821
        """Its first annotation exists for a type checker alone."""

    assert fields_of(act, QueryDict("actor=x&case_id=y&until=2026-01-01T00:00Z&text=t&with=3")) == {
        "until": datetime(2026, 1, 1, tzinfo=UTC),
        "text": "t",
        "with_": 3,
    }
    assert fields_of(act, QueryDict("until=2026-01-01T00:00Z&text=t"), given={"text": "set by the caller"}) == {
        "until": datetime(2026, 1, 1, tzinfo=UTC),
        "with_": 0,
    }
    with translation.override("en"), pytest.raises(FormRefused, match=r"A field of the form is missing: until\."):
        fields_of(act, QueryDict(""))


def test_a_field_of_two_kinds_is_a_mistake_of_the_program() -> None:
    def act(*, value: int | str) -> None: ...

    with pytest.raises(TypeError):
        fields_of(act, QueryDict("value=1"))


@dataclass(frozen=True)
class Piece:
    name: Line
    metres: float | None
    way: Literal["up", "down"]


def test_rows_of_a_table() -> None:
    form = QueryDict("name=a&metres=1&way=up&name= b &metres=&way=down")
    assert read_rows(Piece, form) == [Piece("a", 1.0, "up"), Piece("b", None, "down")]
    assert read_rows(Piece, form, most=1) == [Piece("a", 1.0, "up")]
    assert read_rows(Piece, QueryDict("")) == []
    with pytest.raises(FormRefused):
        read_rows(Piece, QueryDict("name=a&metres=1&way=up&name=b"))


def test_a_dataclass_among_the_fields() -> None:
    def lay(*, piece: Piece, count: int) -> None: ...

    assert fields_of(lay, QueryDict("name=a&metres=1&way=up&count=2")) == {"piece": Piece("a", 1.0, "up"), "count": 2}


def test_one_value() -> None:
    assert read_value(int, "1-minutes", "5") == 5
    with pytest.raises(FormRefused):
        read_value(int, "1-minutes", "five")
