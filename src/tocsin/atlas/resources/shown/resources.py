"""Resources and their deliveries as people and programs read them."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, ngettext, pgettext_lazy
from ninja import Field, Schema

from tocsin.atlas.resources.models import Contract, Delivery, Resource
from tocsin.atlas.resources.policy.resources import resource_policy
from tocsin.atlas.resources.queries.resources import contract_of
from tocsin.atlas.resources.queries.sight import masks_of
from tocsin.atlas.resources.rules.ages import Freshness, Patience, freshness_of
from tocsin.atlas.resources.rules.levels import Shared, SharingLevel, Stage
from tocsin.atlas.resources.rules.sight import Sight
from tocsin.atlas.resources.shown.findings import UNTOLD_WORDS, finding_words, problem_words
from tocsin.engine.deliveries.contract import Kind
from tocsin.engine.deliveries.masks import Mask
from tocsin.engine.deliveries.verdicts import Verdict

LEVEL_NAMES: Final[dict[SharingLevel, Promise]] = {
    SharingLevel.PUBLIC: pgettext_lazy("level of a resource", "public"),
    SharingLevel.INNER: pgettext_lazy("level of a resource", "inner"),
    SharingLevel.RESTRICTED: pgettext_lazy("level of a resource", "restricted"),
}
VERDICT_NAMES: Final[dict[Verdict, Promise]] = {
    Verdict.AS_AGREED: pgettext_lazy("delivery", "as agreed"),
    Verdict.WIDENED: pgettext_lazy("delivery", "widened"),
    Verdict.NARROWED: pgettext_lazy("delivery", "narrowed"),
    Verdict.BROKEN: pgettext_lazy("delivery", "broken"),
}
STAGE_NAMES: Final[dict[Stage, Promise]] = {
    Stage.ARRIVED: pgettext_lazy("delivery", "being read"),
    Stage.LANDED: pgettext_lazy("delivery", "served"),
    Stage.SET_ASIDE: pgettext_lazy("delivery", "set aside"),
    Stage.PROPOSED: pgettext_lazy("delivery", "waits for a second person"),
    Stage.DROPPED: pgettext_lazy("delivery", "dropped"),
}
WAY_NAMES: Final[dict[Shared, Promise]] = {
    Shared.UPLOAD: pgettext_lazy("way of a delivery", "upload"),
    Shared.COMMAND: pgettext_lazy("way of a delivery", "command"),
    Shared.CONNECTOR: pgettext_lazy("way of a delivery", "connector"),
}
FRESHNESS_NAMES: Final[dict[Freshness, Promise]] = {
    Freshness.FRESH: pgettext_lazy("age of a resource", "in time"),
    Freshness.LATE: pgettext_lazy("age of a resource", "late"),
    Freshness.DEAD: pgettext_lazy("age of a resource", "dead"),
    Freshness.NO_CYCLE: pgettext_lazy("age of a resource", "no cycle"),
    Freshness.EMPTY: pgettext_lazy("age of a resource", "nothing yet"),
}
KIND_NAMES: Final[dict[Kind, Promise]] = {
    Kind.TEXT: pgettext_lazy("kind of a column", "text"),
    Kind.WHOLE: pgettext_lazy("kind of a column", "whole number"),
    Kind.NUMBER: pgettext_lazy("kind of a column", "number"),
    Kind.YES_NO: pgettext_lazy("kind of a column", "yes or no"),
    Kind.DAY: pgettext_lazy("kind of a column", "day"),
    Kind.MOMENT: pgettext_lazy("kind of a column", "time"),
}
MASK_NAMES: Final[dict[Mask, Promise]] = {
    Mask.ALL: pgettext_lazy("mask of a column", "masked"),
    Mask.ENDS: pgettext_lazy("mask of a column", "masked but for its ends"),
    Mask.NAME: pgettext_lazy("mask of a column", "masked but for the first character"),
}
VERDICT_BADGES: Final = {"as_agreed": "good", "widened": "blue", "narrowed": "yellow", "broken": "red", "": ""}
FRESHNESS_BADGES: Final = {"fresh": "good", "late": "yellow", "dead": "red", "no_cycle": "", "empty": ""}

_DAYS_FROM_H: Final = 48


def in_language(zh: str, en: str) -> str:
    """The name in the reader's language, the Chinese one where there is no other."""
    return zh if (get_language() or "").startswith("zh") or not en else en


class DataResourceOut(Schema):
    """A resource of a department."""

    id: UUID
    slug: str
    name: str = Field(description="in the reader's language")
    name_zh: str
    name_en: str
    theme: str
    description: str
    region_code: str
    owner_id: UUID
    owner: str
    contact: str
    telephone: str
    legal_basis: str
    level: str = Field(description="public, inner, restricted")
    level_name: str
    licence: str
    cycle_h: float | None = Field(description="hours between two deliveries; null: whenever something changes")
    source: str
    confidence: str
    active: bool
    rows: int
    delivered_at: datetime | None = Field(description="when the rows that are served landed")
    freshness: str = Field(description="fresh, late, dead, no_cycle, empty")
    freshness_name: str
    coordinate_system: str
    box: tuple[float, float, float, float] | None = Field(description="west, south, east, north")
    contract: int | None = Field(description="number of the contract that holds")
    has_undecided: bool = Field(default=False, description="in a list: a delivery is set aside and nobody has decided")

    @property
    def css(self) -> str:
        """How a page marks its age."""
        return FRESHNESS_BADGES[self.freshness]

    @property
    def cycle_words(self) -> str:
        """The cycle in words: hours below two days, else days."""
        if self.cycle_h is None:
            return gettext("when it changes")
        if self.cycle_h < _DAYS_FROM_H:
            return ngettext("%(count)g hour", "%(count)g hours", int(self.cycle_h)) % {"count": round(self.cycle_h, 2)}
        return ngettext("%(count)g day", "%(count)g days", int(self.cycle_h / 24)) % {"count": round(self.cycle_h / 24, 1)}


class DeliveryFindingOut(Schema):
    """One thing that differs from the contract or from the delivery before."""

    code: str
    verdict: str
    column: str
    figures: dict[str, Any]
    words: str = Field(description="in the reader's language")

    @property
    def css(self) -> str:
        """How a page marks it."""
        return VERDICT_BADGES[self.verdict]


class DeliveryOut(Schema):
    """A file that came."""

    id: UUID
    at: datetime
    by: str
    way: str
    way_name: str
    file_name: str
    layer: str
    size: int
    digest: str
    stage: str
    stage_name: str
    verdict: str
    verdict_name: str
    problem: str = Field(description="why it can't be read; empty: it could")
    findings: list[DeliveryFindingOut]
    untold: list[str]
    rows: int | None
    contract: int | None
    version: int | None = Field(description="of the table in Delta Lake")
    landed_at: datetime | None
    reason: str
    proposed_by: str

    @property
    def css(self) -> str:
        """How a page marks the verdict."""
        return "red" if self.problem else VERDICT_BADGES[self.verdict]

    @property
    def state_words(self) -> str:
        """Verdict and state in words."""
        return " · ".join(filter(None, (self.verdict_name, self.problem, self.stage_name)))

    @property
    def undecided(self) -> bool:
        """Whether somebody has to decide."""
        return self.stage in ("set_aside", "proposed")


class ResourceColumnOut(Schema):
    """A column as the contract promises it."""

    name: str
    kind: str
    kind_name: str
    also: list[str]
    unit: str
    key: bool
    required: bool
    values: list[str]
    mask: str = Field(description="how others than keepers see it: all, ends, name; empty: whole")
    mask_name: str


class ResourceDetailOut(DataResourceOut):
    """A resource with its columns: all that its contract promises, or those that an agreement opens."""

    columns: list[ResourceColumnOut]
    agreement_id: UUID | None = Field(
        None, description="the sharing agreement by which alone you read it; only what it opens is told"
    )


def patience() -> Patience:
    """How long one waits for a delivery, by the policy in force."""
    late = resource_policy().late
    return Patience(late.grace, late.dead_cycles)


def describe_resource(one: Resource, now: datetime) -> DataResourceOut:
    """One resource; owner and contract are joined for a list."""
    freshness = freshness_of(one.delivered_at, one.cycle_h, patience(), now)
    return DataResourceOut(
        id=one.pk,
        slug=one.slug,
        name=in_language(one.name_zh, one.name_en),
        name_zh=one.name_zh,
        name_en=one.name_en,
        theme=one.theme,
        description=one.description,
        region_code=one.region_code,
        owner_id=one.owner_id,
        owner=str(one.owner),
        contact=one.contact,
        telephone=one.telephone,
        legal_basis=one.legal_basis,
        level=one.level,
        level_name=str(LEVEL_NAMES[SharingLevel(one.level)]),
        licence=one.licence,
        cycle_h=one.cycle_h,
        source=one.source,
        confidence=one.confidence,
        active=one.active,
        rows=one.rows,
        delivered_at=one.delivered_at,
        freshness=freshness.value,
        freshness_name=str(FRESHNESS_NAMES[freshness]),
        coordinate_system=datum_of(one.contract),
        box=box_of(one),
        contract=one.contract.number if one.contract else None,
        has_undecided=getattr(one, "has_undecided", False),
    )


def box_of(one: Resource) -> tuple[float, float, float, float] | None:
    """West, south, east and north of its rows; None where no row has a place."""
    if one.west is None or one.south is None or one.east is None or one.north is None:
        return None
    return one.west, one.south, one.east, one.north


def datum_of(contract: Contract | None) -> str:
    """The coordinate system of what is delivered; what is served is CGCS2000 always."""
    agreed = contract_of(contract)
    return agreed.datum.value if agreed is not None and (agreed.shapes or agreed.longitude) else ""


def describe_delivery(one: Delivery) -> DeliveryOut:
    """One delivery."""
    return DeliveryOut(
        id=one.pk,
        at=one.at,
        by=str(one.by),
        way=one.way,
        way_name=str(WAY_NAMES[Shared(one.way)]),
        file_name=one.file_name,
        layer=one.layer,
        size=one.size,
        digest=one.digest,
        stage=one.stage,
        stage_name=str(STAGE_NAMES[Stage(one.stage)]),
        verdict=one.verdict,
        verdict_name=str(VERDICT_NAMES[Verdict(one.verdict)]) if one.verdict else "",
        problem=problem_words(one.problem),
        findings=[DeliveryFindingOut(**told, words=finding_words(told)) for told in one.findings],
        untold=[str(UNTOLD_WORDS[name]) for name in one.untold if name in UNTOLD_WORDS],
        rows=one.rows,
        contract=one.contract.number if one.contract else None,
        version=one.version,
        landed_at=one.landed_at,
        reason=one.reason,
        proposed_by=str(one.proposed_by) if one.proposed_by else "",
    )


def describe_columns(contract: Contract | None, sight: Sight | None = None) -> list[ResourceColumnOut]:
    """The columns that a contract promises; with a `sight` those that it shows, masked as it masks them."""
    agreed = contract_of(contract)
    if agreed is None:
        return []
    masks = {one.name: one.mask for one in agreed.columns} if sight is None else masks_of(agreed, sight)
    return [
        ResourceColumnOut(
            name=one.name,
            kind=one.kind.value,
            kind_name=str(KIND_NAMES[one.kind]),
            also=list(one.also),
            unit=one.unit,
            key=one.name in agreed.key,
            required=one.required,
            values=[] if sight is not None and masks.get(one.name) else sorted(one.values)[:50],
            mask=mask.value if mask else "",
            mask_name=str(MASK_NAMES[mask]) if mask else "",
        )
        for one in agreed.columns
        if sight is None or sight.columns is None or one.name in sight.columns
        for mask in (masks.get(one.name),)
    ]


RESOURCE_COLUMNS: Final = (
    *("slug", "name_zh", "name_en", "theme", "owner", "region_code", "level", "licence", "cycle_h", "contact", "telephone"),
    *("legal_basis", "coordinate_system", "rows", "delivered_at", "freshness", "source", "confidence"),
)
