"""Random draws as the reader may see them, with what anybody needs to repeat one."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import QuerySet

from tocsin.jurisdiction.areas.rules.codes import governing_prefix
from tocsin.jurisdiction.face import people_by_id, people_who_may, regions_within, scope
from tocsin.supervision.inspections.models import Draw
from tocsin.supervision.inspections.policy.inspections import inspection_policy
from tocsin.supervision.inspections.rules.draws import (
    Candidates,
    Drawn,
    Result,
    digest,
    digest_of,
    digest_of_terms,
    digest_of_words,
    full_seed,
    repeat,
)
from tocsin.supervision.objects.models import SupervisedObject
from tocsin.supervision.objects.queries.register import with_colour
from tocsin.supervision.objects.rules import rights
from tocsin.supervision.objects.rules.register import CodeColour

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person, User


def visible_draws(user: "Person") -> QuerySet[Draw]:
    """Draws of areas that the user may see, newest first."""
    return scope(Draw.objects.select_related("made_by", "witness"), user, rights.SEE)


def candidates_for(region_code: str, trades: Iterable[str], without: Collection[UUID] = ()) -> Candidates:
    """Objects of the area and these trades (none: all) with the weight of their newest colour, and who may inspect there, but for
    those who are taken out.

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
    people = [one for one in people_who_may(rights.INSPECT, region_code) if one.pk not in without]
    return {
        "objects": [[str(pk), weights[CodeColour(colour or "grey")], str(body or "")] for pk, colour, body in rows.iterator()],
        "inspectors": [[str(one.pk), str(one.organisation_id or ""), []] for one in sorted(people, key=lambda one: str(one.pk))],
    }


@dataclass(frozen=True)
class Named:
    """A candidate by name: an object with its weight, an inspector with the body, or why somebody was taken out."""

    name: str
    told: str


@dataclass(frozen=True)
class NamedCandidates:
    """Who may be drawn, by name, and who was taken out before. `left_out`: how many objects are not listed here."""

    objects: list[Named]
    inspectors: list[Named]
    without: list[Named]
    left_out: int = 0


def named_candidates(draw: Draw, *, most: int = 500) -> NamedCandidates:
    """The frozen candidates as people read them."""
    frozen: list[Any] = draw.candidates.get("objects", [])
    objects = SupervisedObject.objects.in_bulk([UUID(one[0]) for one in frozen[:most]])
    people = people_by_id([UUID(str(one[0])) for one in draw.candidates.get("inspectors", [])])
    out: list[Any] = draw.terms.get("without", [])
    gone = people_by_id([UUID(one[0]) for one in out])
    return NamedCandidates(
        objects=[Named(objects[UUID(one[0])].name, f"{one[1]:g}") for one in frozen[:most] if UUID(one[0]) in objects],
        inspectors=[Named(str(one), str(one.organisation or "")) for one in sorted(people.values(), key=str)],
        without=[Named(str(gone[UUID(one[0])]), one[1]) for one in out if UUID(one[0]) in gone],
        left_out=max(0, len(frozen) - most),
    )


def names_of_drawn(draw: Draw) -> list[Named]:
    """The drawn objects by name, in the order drawn, each with how many inspectors it has."""
    drawn: list[Any] = draw.result.get("drawn", [])
    objects = SupervisedObject.objects.in_bulk([UUID(one[0]) for one in drawn])
    return [Named(objects[UUID(one[0])].name, str(len(one[1]))) for one in drawn if UUID(one[0]) in objects]


def verify(draw: Draw) -> dict[str, bool]:
    """Whether what is published agrees: the seed with its commitment, the candidates with their hash, the result with both."""
    seed = full_seed(draw.seed, draw.terms.get("witness", ""))
    drawn = drawn_again(draw, seed) if draw.seed else []
    agrees = {
        "commitment": bool(draw.seed) and digest(draw.seed) == draw.commitment,
        "candidates": digest_of(draw.candidates) == draw.candidates_sha256,
        "result": bool(draw.seed) and plain_result(drawn) == draw.result,
    }
    if draw.terms_sha256:
        agrees["terms"] = digest_of_terms(draw.terms) == draw.terms_sha256
        agrees["witness"] = digest_of_words(str(draw.pk), draw.terms.get("witness", "")) == draw.witness_sha256
    return agrees


def witnesses_for(user: "Person") -> list["User"]:
    """Others who see supervision where the user leads: of whom a witness may be."""
    regions = [one.code for one in regions_within(user, rights.LEAD)]
    found = {one.pk: one for code in regions for one in people_who_may(rights.SEE, code) if one.pk != user.pk}
    return sorted(found.values(), key=str)


@dataclass(frozen=True)
class Tally:
    """How many draws of the same area were published up to this one, and how many of them were never drawn."""

    published: int
    abandoned: int


def tally_of(draw: Draw) -> Tally:
    """Who publishes again and again until a result pleases is seen by everybody."""
    earlier = Draw.objects.filter(region_code=draw.region_code, made_at__lte=draw.made_at)
    return Tally(earlier.count(), earlier.filter(drawn_at__isnull=True).exclude(pk=draw.pk).count())


def draws_to_witness(user: "Person", now: datetime) -> QuerySet[Draw]:
    """Draws that wait for this person's words, to be committed or to be said, the oldest first."""
    return visible_draws(user).filter(witness_id=user.pk, drawn_at__isnull=True).order_by("made_at")


def drawn_again(draw: Draw, seed: str) -> list[Drawn]:
    """What this seed, with the witness's words, draws from the frozen candidates by the terms of the draw."""
    return repeat(draw.candidates, int(draw.terms["count"]), seed, int(draw.terms.get("inspectors", 2)))


def plain_result(drawn: Iterable[Drawn]) -> Result:
    """A result as it is kept: `drawn` [[object, [inspectors]]] in the order drawn."""
    return {"drawn": [[one.object_id, list(one.inspector_ids)] for one in drawn]}
