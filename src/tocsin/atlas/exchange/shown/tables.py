"""Pages of features for people, and the frame of a document of features for programs."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

import polars as pl
from django.utils.timezone import localtime
from django.utils.translation import pgettext

from tocsin.atlas.exchange.queries.pages import FeaturePage
from tocsin.atlas.exchange.rules.collections import KEY, FeatureCollection, Field, FieldKind
from tocsin.atlas.exchange.rules.questions import Question
from tocsin.atlas.exchange.shown.documents import Link, next_address
from tocsin.atlas.exchange.shown.files import FORMS, most_at_once
from tocsin.screens.clock import current_time

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person

OF_A_PAGE = 50


def for_people(question: Question) -> Question:
    """The same question with as many features as a page for people shows."""
    return replace(question, limit=OF_A_PAGE)


def feature_collection(features: Sequence[str], links: Sequence[Link], matched: int) -> str:
    """The GeoJSON of a page."""
    told = json.dumps(
        {
            "type": "FeatureCollection",
            "timeStamp": current_time().strftime("%Y-%m-%dT%H:%M:%SZ"),
            "numberMatched": matched,
            "numberReturned": len(features),
            "links": list(links),
        },
        ensure_ascii=False,
        separators=(",", ":"),
    )
    return f'{told[:-1]},"features":[{",".join(features)}]}}'


def feature_with_links(feature: str, links: Sequence[Link]) -> str:
    """The GeoJSON of one feature."""
    told = json.dumps(list(links), separators=(",", ":"))
    return f'{feature[:-1]},"links":{told}}}'


@dataclass(frozen=True)
class Download:
    """The whole selection in one form: `address` where it is written at once, else `selection` for the file that is asked for."""

    form: str
    address: str
    selection: str


def describe_page(
    collection: FeatureCollection, question: Question, page: FeaturePage, here: str, person: "Person"
) -> dict[str, Any]:
    """A page of features as a table."""
    known = {one.name: one for one in collection.fields}
    fields = [known[name] for name in question.properties]
    chosen = {name: value for name, value in question.asked.items() if name not in ("limit", "f", "crs")}
    return {
        "collection": collection,
        "fields": fields,
        "rows": [_row(row, fields) for row in page.rows.iter_rows(named=True)],
        "matched": page.matched,
        "next": next_address(here, {**question.asked, "f": "html"}, page.after) if page.after else "",
        "asked": question.asked,
        "json": f"{here}?{urlencode({**question.asked, 'f': 'json'})}",
        "downloads": downloads_of(here, chosen, page.matched, person),
        "example": example_of(collection),
    }


def describe_item(collection: FeatureCollection, question: Question, rows: pl.DataFrame, here: str) -> dict[str, Any]:
    """One feature as a list of its properties."""
    row = rows.row(0, named=True)
    key = str(row[KEY])
    return {
        "collection": collection,
        "key": key,
        "values": [(one, _words(row[one.name])) for one in collection.fields if one.name in question.properties],
        "place": None if row["_west"] is None else [row["_west"], row["_south"], row["_east"], row["_north"]],
        "json": f"{here}/{quote(key, safe='')}?f=json",
    }


def downloads_of(here: str, chosen: Mapping[str, str], matched: int, person: "Person") -> list[Download]:
    """A whole selection as a file, in each form. `here`: the address of the features."""
    below = here.removesuffix("/items")
    return [
        Download(
            name,
            f"{below}/download?{urlencode({**chosen, 'form': name})}" if matched <= most_at_once(person, form) else "",
            urlencode(chosen),
        )
        for name, form in FORMS.items()
    ]


def example_of(collection: FeatureCollection) -> str:
    """A filter that this collection understands."""
    examples = {
        FieldKind.TEXT: "{} LIKE 'a%'",
        FieldKind.INTEGER: "{} > 1",
        FieldKind.NUMBER: "{} > 1",
        FieldKind.BOOLEAN: "{} = TRUE",
        FieldKind.DATE: "{} > DATE('2026-01-01')",
        FieldKind.TIMESTAMP: "{} > TIMESTAMP('2026-01-01T00:00:00Z')",
    }
    first = next(iter(collection.fields), None)
    return "" if first is None else examples[first.kind].format(first.name)


def _row(row: dict[str, Any], fields: Sequence[Field]) -> dict[str, Any]:
    return {"key": row[KEY], "values": [(one, _words(row[one.name])) for one in fields]}


def _words(value: Any) -> str:
    """A value for people: times by the clock of here."""
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return pgettext("field", "yes") if value else pgettext("field", "no")
    if isinstance(value, datetime):
        return localtime(value).strftime("%Y-%m-%d %H:%M")
    return str(value)
