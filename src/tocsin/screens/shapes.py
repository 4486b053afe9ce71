"""Columns of answers that are read from a row and told in another form."""

from typing import Annotated, TypeVar

from pydantic import BeforeValidator, Field
from pydantic.json_schema import SkipJsonSchema

T = TypeVar("T")


def _name(thing: object) -> str | None:
    return None if thing is None else str(thing)


def _unless_empty(text: object) -> object:
    return text or None


Name = Annotated[str, BeforeValidator(str)]
NameOrNone = Annotated[str | None, BeforeValidator(_name)]
TextOrNone = Annotated[str | None, BeforeValidator(_unless_empty)]
OnPages = Annotated[T, SkipJsonSchema(), Field(exclude=True)]  # what a page says besides, and programs are not told
