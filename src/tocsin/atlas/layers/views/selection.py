"""What lies in a shape that was drawn: how many by layer, and the rows as a table."""

from dataclasses import dataclass
from typing import Any

import shapely
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from tocsin.atlas.layers.queries.selection import Chosen, asked_in, select, shape_asked
from tocsin.atlas.layers.rules.selection import Question, area_km2
from tocsin.atlas.layers.shown.selection import PAGE_ROWS, columns_of, people_in, rows_told, table_of
from tocsin.base.documents import decode_json
from tocsin.base.errors import InvalidInput, Refusal
from tocsin.screens.budgets.requests import charged
from tocsin.screens.clock import current_time
from tocsin.screens.forms import read_form
from tocsin.screens.tables import as_csv

MOST_BYTES = 100_000
MOST_EXPORTED = 100_000


@dataclass(frozen=True)
class Told:
    """The form that keeps a table: the question as the page's script asks it."""

    question: str = ""


@never_cache
@require_POST
@charged
def choose(request: HttpRequest) -> HttpResponse:
    """The area that was meant, and how many rows of each layer lie in it."""
    try:
        question = _question(request.body)
        shape = shape_asked(request.user, question)
    except InvalidInput as error:
        return _refused(error)
    found = select(request.user, shape, question.layers, asked_in(question))
    told: dict[str, Any] = {
        "geometry": shapely.geometry.mapping(shapely.set_precision(shape, 1e-6)),
        "area_km2": round(area_km2(shape), 3),
        "exposed": people_in(request.user, shape, asked_in(question).at or current_time()),
        "counts": [{"name": one.name, "words": one.words, "count": len(one.places)} for one in found],
    }
    return JsonResponse(told)


@never_cache
@require_POST
@charged
def rows(request: HttpRequest) -> HttpResponse:
    """A page of the rows of one layer that lie in the area."""
    try:
        question = _question(request.body)
        chosen = _chosen(request, question)
    except InvalidInput as error:
        return _refused(error)
    places = rows_told(chosen, question.sort)
    first = (question.page - 1) * PAGE_ROWS
    part = places[first : first + PAGE_ROWS]
    return JsonResponse(
        {
            "columns": columns_of(chosen),
            "rows": list(table_of(chosen, part)),
            "urls": [chosen.rows.urls[place] for place in part],
            "total": len(places),
            "pages": max(1, -(-len(places) // PAGE_ROWS)),
        },
        json_dumps_params={"default": str},
    )


@never_cache
@require_POST
@charged
def table(request: HttpRequest) -> HttpResponse:
    """The same rows, all of them, as a file."""
    question = _question(read_form(Told, request.POST).question.encode())
    chosen = _chosen(request, question)
    places = rows_told(chosen, question.sort)[:MOST_EXPORTED]
    return as_csv(f"map-{chosen.name}", columns_of(chosen), table_of(chosen, places))


def _question(body: bytes) -> Question:
    return decode_json(body, Question, most_bytes=MOST_BYTES)


def _chosen(request: HttpRequest, question: Question) -> Chosen:
    shape = shape_asked(request.user, question)
    found = select(request.user, shape, [question.layer], asked_in(question))
    if not found:
        raise InvalidInput("there is no layer %(layer)s of yours", layer=repr(question.layer[:60]))
    return found[0]


def _refused(error: Refusal) -> HttpResponse:
    return JsonResponse({"detail": str(error)}, status=400)
