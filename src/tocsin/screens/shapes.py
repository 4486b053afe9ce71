"""Columns of answers that are read from a row and told in another form."""

from datetime import UTC, datetime
from typing import Annotated, Final, TypeVar

from pydantic import AwareDatetime, BeforeValidator, Field
from pydantic.json_schema import SkipJsonSchema

T = TypeVar("T")
EARLIEST: Final = datetime(1900, 1, 2, tzinfo=UTC)
LATEST: Final = datetime(2999, 12, 30, tzinfo=UTC)


def _name(thing: object) -> str | None:
    return None if thing is None else str(thing)


def _unless_empty(text: object) -> object:
    return text or None


Moment = Annotated[AwareDatetime, Field(ge=EARLIEST, le=LATEST)]  # one that every zone and database can write
Name = Annotated[str, BeforeValidator(str)]
NameOrNone = Annotated[str | None, BeforeValidator(_name)]
TextOrNone = Annotated[str | None, BeforeValidator(_unless_empty)]
OnPages = Annotated[T, SkipJsonSchema(), Field(exclude=True)]  # what a page says besides, and programs are not told
