"""Random draws as the reader may see them, with what anybody needs to repeat one."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet

from tocsin.jurisdiction.areas.rules.codes import governing_prefix
from tocsin.jurisdiction.face import people_who_may, scope
from tocsin.supervision.inspections.models import Draw
from tocsin.supervision.inspections.policy.inspections import inspection_policy
from tocsin.supervision.inspections.rules.draws import Candidates, Drawn, Result, digest, digest_of, full_seed, repeat
from tocsin.supervision.objects.models import SupervisedObject
from tocsin.supervision.objects.queries.register import with_colour
from tocsin.supervision.objects.rules import rights
from tocsin.supervision.objects.rules.register import CodeColour

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person


def visible_draws(user: "Person") -> QuerySet[Draw]:
    """Draws of areas that the user may see, newest first."""
    return scope(Draw.objects.select_related("made_by"), user, rights.SEE)


def candidates_for(region_code: str, trades: Iterable[str]) -> Candidates:
    """Objects of the area and these trades (none: all) with the weight of their newest colour, and who may inspect there.

    Plain values, as they are frozen with a draw: `objects` [[id, weight, organisation]], `inspectors` [[id, organisation, []]].
    """
    objects = SupervisedObject.objects.filter(
        active=True,
        merged_into__isnull=True,
        kind__in=("enterprise", "site", "place"),
        region_code__startswith=governing_prefix(region_code),
    )
    trades = list(trades)
    if trades:
        objects = objects.filter(trade__in=trades)
    weights = inspection_policy().draw.weights
    coloured: QuerySet[Any, Any] = with_colour(objects)
    rows = coloured.order_by("pk").values_list("pk", "colour", "organisation_id")
    people = people_who_may(rights.INSPECT, region_code)
    return {
        "objects": [[str(pk), weights[CodeColour(colour or "grey")], str(body or "")] for pk, colour, body in rows.iterator()],
        "inspectors": [[str(one.pk), str(one.organisation_id or ""), []] for one in sorted(people, key=lambda one: str(one.pk))],
    }


def verify(draw: Draw) -> dict[str, bool]:
    """Whether what is published agrees: the seed with its commitment, the candidates with their hash, the result with both."""
    seed = full_seed(draw.seed, draw.terms.get("witness", ""))
    drawn = drawn_again(draw, seed) if draw.seed else []
    return {
        "commitment": bool(draw.seed) and digest(draw.seed) == draw.commitment,
        "candidates": digest_of(draw.candidates) == draw.candidates_sha256,
        "result": bool(draw.seed) and plain_result(drawn) == draw.result,
    }


def drawn_again(draw: Draw, seed: str) -> list[Drawn]:
    """What this seed, with the witness's words, draws from the frozen candidates by the terms of the draw."""
    return repeat(draw.candidates, int(draw.terms["count"]), seed, int(draw.terms.get("inspectors", 2)))


def plain_result(drawn: Iterable[Drawn]) -> Result:
    """A result as it is kept: `drawn` [[object, [inspectors]]] in the order drawn."""
    return {"drawn": [[one.object_id, list(one.inspector_ids)] for one in drawn]}
