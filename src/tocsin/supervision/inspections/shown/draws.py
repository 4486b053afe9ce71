"""Random draws and signs of gaming as people and programs read them."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import pgettext_lazy
from ninja import Field, Schema

from tocsin.supervision.inspections.models import Draw, GamingSign
from tocsin.supervision.inspections.queries.draws import tally_of
from tocsin.supervision.inspections.rules.gaming import GamingKind, GamingState

GAMING_NAMES = {
    GamingKind.BULK: pgettext_lazy("sign of gaming", "many tasks ticked off within minutes, late at night"),
    GamingKind.SAME_PHOTO: pgettext_lazy("sign of gaming", "the same photo as before"),
    GamingKind.IMPOSSIBLE_TRAVEL: pgettext_lazy("sign of gaming", "two places that nobody reaches in that time"),
}
GAMING_STATE_NAMES = {
    GamingState.OPEN: pgettext_lazy("state of a sign", "waits for a person"),
    GamingState.CONFIRMED: pgettext_lazy("state of a sign", "confirmed"),
    GamingState.DISMISSED: pgettext_lazy("state of a sign", "dismissed"),
}


class DrawOut(Schema):
    """A random draw (双随机)."""

    id: UUID
    name: str
    region_code: str
    made_at: datetime
    made_by: str
    commitment: str = Field(
        description="SHA-256 of the seed, published before the draw; empty until the witness's words are committed"
    )
    terms_sha256: str = Field(description="SHA-256 of the terms but `without` and `witness`, published first")
    witness_sha256: str = Field(description="SHA-256 of id|words of the witness, published before the seed is made")
    witnessed_by: str
    published: int = Field(description="draws of this area up to this one")
    abandoned: int = Field(description="those of them that were never drawn")
    candidates_sha256: str = Field(description="SHA-256 of the candidates, published before the draw")
    seed: str = Field(description="published with the result, empty before")
    drawn_at: datetime | None
    terms: dict[str, object] = Field(description="trades, count, weights by colour, what the witness said")
    objects: int
    inspectors: int
    drawn: int


class DrawDetailOut(DrawOut):
    candidates: dict[str, object] = Field(
        description="objects [[id, weight, organisation]], inspectors [[id, organisation, [barred]]]"
    )
    result: dict[str, object] = Field(description="drawn [[object, [inspectors]]], in the order drawn")
    verified: dict[str, bool] = Field(description="whether seed, candidates and result agree with what was published")


class GamingSignOut(Schema):
    """Something that looks like gaming."""

    id: UUID
    object_id: UUID
    object_name: str
    kind: str = Field(description="bulk, same_photo or impossible_travel")
    kind_name: str
    at: datetime
    evidence: dict[str, object]
    state: str = Field(description="open, confirmed or dismissed")
    state_name: str
    decided_at: datetime | None
    decided_by: str
    words: str


def describe_draw(draw: Draw) -> DrawOut:
    """One draw; the seed is empty until it is made."""
    tally = tally_of(draw)
    return DrawOut(
        id=draw.pk,
        name=draw.name,
        region_code=draw.region_code,
        made_at=draw.made_at,
        made_by=str(draw.made_by),
        commitment=draw.commitment,
        terms_sha256=draw.terms_sha256,
        witness_sha256=draw.witness_sha256,
        witnessed_by=str(draw.witness or ""),
        published=tally.published,
        abandoned=tally.abandoned,
        candidates_sha256=draw.candidates_sha256,
        seed=draw.seed,
        drawn_at=draw.drawn_at,
        terms=draw.terms,
        objects=len(draw.candidates.get("objects", ())),
        inspectors=len(draw.candidates.get("inspectors", ())),
        drawn=len(draw.result.get("drawn", ())),
    )


def describe_sign(gaming_sign: GamingSign) -> GamingSignOut:
    """One sign of gaming; its relations are loaded."""
    return GamingSignOut(
        id=gaming_sign.pk,
        object_id=gaming_sign.object_id,
        object_name=gaming_sign.object.name,
        kind=gaming_sign.kind,
        kind_name=str(GAMING_NAMES[GamingKind(gaming_sign.kind)]),
        at=gaming_sign.at,
        evidence=gaming_sign.evidence,
        state=gaming_sign.state,
        state_name=str(GAMING_STATE_NAMES[GamingState(gaming_sign.state)]),
        decided_at=gaming_sign.decided_at,
        decided_by=str(gaming_sign.decided_by or "") if gaming_sign.decided_by_id else "",
        words=gaming_sign.words,
    )
