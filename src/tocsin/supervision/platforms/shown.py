"""Words for people about platforms: how each stands, and why something could not be taken."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from ninja import Field, Schema

from tocsin.jurisdiction.face import may
from tocsin.screens.waiting import Waiting, WaitingKind
from tocsin.screens.words import listed
from tocsin.supervision.evidence.shown import level_name, source_name
from tocsin.supervision.objects.rules import rights
from tocsin.supervision.platforms.policy import WrongTable
from tocsin.supervision.platforms.queries import platform_rows, settings_by_page
from tocsin.supervision.platforms.rules import Found, Standing, Step

if TYPE_CHECKING:
    from tocsin.federation.rules.outcomes import Reason
    from tocsin.screens.request import Actor
    from tocsin.supervision.evidence.models import EvidenceSender
    from tocsin.supervision.platforms.models import PlatformTable
    from tocsin.supervision.platforms.queries import PlatformRow
    from tocsin.supervision.platforms.rules import DryRun

STANDING_NAMES: Final[dict[Standing, Promise]] = {
    Standing.DEAD: pgettext_lazy("platform", "dead"),
    Standing.FAILING: pgettext_lazy("platform", "the last try failed"),
    Standing.LATE: pgettext_lazy("platform", "late"),
    Standing.WAITING: pgettext_lazy("platform", "nothing yet"),
    Standing.ALIVE: pgettext_lazy("platform", "alive"),
    Standing.PARTED: pgettext_lazy("platform", "no longer set up"),
}
WAY_NAMES: Final[dict[str, Promise]] = {
    "push": pgettext_lazy("way of a platform", "pushes (API)"),
    "pull": pgettext_lazy("way of a platform", "is asked (HTTP)"),
    "folder": pgettext_lazy("way of a platform", "files in a folder"),
    "bus": pgettext_lazy("way of a platform", "message bus"),
}
KIND_NAMES: Final[dict[str, Promise]] = {
    "evidence": pgettext_lazy("kind of records", "evidence of work"),
    "signs": pgettext_lazy("kind of records", "signs of people on post"),
    "weather": pgettext_lazy("kind of records", "weather of hours"),
}
FIELD_NAMES: Final[dict[str, Promise]] = {
    "firm": pgettext_lazy("field of a record", "firm"),
    "person": pgettext_lazy("field of a record", "person"),
    "at": pgettext_lazy("field of a record", "time"),
    "value": pgettext_lazy("field of a record", "value"),
    "source": pgettext_lazy("field of a record", "source"),
    "unit": pgettext_lazy("field of a record", "unit"),
    "origin": pgettext_lazy("field of a record", "origin"),
    "place": pgettext_lazy("field of a record", "station"),
    "irradiance": pgettext_lazy("field of a record", "irradiance"),
}
_BADGES: Final = {"red": "red", "yellow": "yellow", "green": "good", "grey": ""}
_STEP_BADGES: Final = {Found.GOOD: "good", Found.NOTE: "yellow", Found.WRONG: "red"}
_STEP_NAMES: Final[dict[Found, Promise]] = {
    Found.GOOD: pgettext_lazy("step of a trial", "good"),
    Found.NOTE: pgettext_lazy("step of a trial", "note"),
    Found.WRONG: pgettext_lazy("step of a trial", "wrong"),
}


class PlatformOut(Schema):
    """How a platform stands."""

    id: UUID
    name: str = Field(description="as in the settings")
    title: str
    platform: str
    level: str
    region_code: str
    way: str = Field(description="pull, folder, bus, or push")
    kind: str = Field(description="evidence, signs or weather")
    standing: str = Field(description=", ".join(STANDING_NAMES))
    standing_name: str
    colour: str = Field(description="green, yellow, red, or grey")
    silent_h: float = Field(description="hours since something new came")
    last_tried_at: datetime | None
    last_good_at: datetime | None
    newest_at: datetime | None = Field(description="the newest stamp")
    taken_24h: int
    known_24h: int
    refused_24h: int
    firms: int
    error: str = Field(description="why the last try failed; empty: it did not")

    @property
    def level_name(self) -> str:
        """The level in words."""
        return level_name(self.level)

    @property
    def way_name(self) -> str:
        """The way in words."""
        return str(WAY_NAMES[self.way]) if self.way in WAY_NAMES else self.way

    @property
    def kind_name(self) -> str:
        """What its records are, in words."""
        return str(KIND_NAMES[self.kind]) if self.kind in KIND_NAMES else self.kind

    @property
    def css(self) -> str:
        """How a page marks it."""
        return _BADGES[self.colour]


class PlatformLine(PlatformOut):
    """The same as pages show it: with the time of silence not rounded."""

    silent_s: float


class PlatformFirmOut(Schema):
    object_id: UUID
    name: str
    newest_at: datetime


class RefusedRowOut(Schema):
    row: str
    reason: str
    at: datetime


class PlatformDetailOut(PlatformOut):
    told_of: list[PlatformFirmOut]
    refused: list[RefusedRowOut] = Field(description="the newest ones, for who keeps platforms")


class SenderOut(Schema):
    """What one token may send."""

    token_id: UUID
    platform: str
    level: str
    level_name: str
    region_code: str
    sources: list[str]
    made_at: datetime
    made_by: str

    @property
    def source_names(self) -> list[str]:
        """The sources in words."""
        return [source_name(one) for one in self.sources]


def describe_sender(row: "EvidenceSender") -> SenderOut:
    """One bound token."""
    return SenderOut(
        token_id=row.token_id,
        platform=row.platform,
        level=row.level,
        level_name=level_name(row.level),
        region_code=row.region_code,
        sources=row.sources,
        made_at=row.made_at,
        made_by=str(row.made_by),
    )


class TrialStepOut(Schema):
    found: str = Field(description="good, note or wrong")
    words: str

    @property
    def found_name(self) -> str:
        """What was found, in words."""
        return str(_STEP_NAMES[Found(self.found)])

    @property
    def css(self) -> str:
        """How a page marks the step."""
        return _STEP_BADGES[Found(self.found)]


def describe_platform(row: "PlatformRow") -> PlatformLine:
    """One platform for lists."""
    state, settings = row.state, row.settings
    return PlatformLine(
        id=state.pk,
        name=state.name,
        title=(settings.name if settings else "") or state.platform,
        platform=state.platform,
        level=state.level,
        region_code=state.region_code,
        way=state.way,
        kind=state.kind,
        standing=row.verdict.standing.value,
        standing_name=str(STANDING_NAMES[row.verdict.standing]),
        colour=row.verdict.colour,
        silent_h=round(row.verdict.silent_h, 1),
        silent_s=row.verdict.silent_h * 3600.0,
        last_tried_at=state.last_tried_at,
        last_good_at=state.last_good_at,
        newest_at=state.newest_at,
        taken_24h=row.taken,
        known_24h=row.known,
        refused_24h=row.refused,
        firms=row.firms,
        error=words_of(state.last_error),
    )


def describe_refused(row: "PlatformRow") -> list[dict[str, str]]:
    """The newest rows that could not be taken, each with its reason."""
    return [{"row": one.get("row", ""), "at": one.get("at", ""), "reason": words_of(one)} for one in row.state.last_refused]


def describe_settings(row: "PlatformRow") -> list[tuple[str, str]]:
    """The settings as an operator wrote them, without a key: what stands in `url` before `?`, not the rest."""
    one = row.settings
    if one is None:
        return []
    late_h, dead_h = one.lateness
    told = {
        "url": one.url.partition("?")[0],
        "subject": f"platforms.{one.subject}" if one.subject else "",
        "form": one.form,
        "rows": one.rows,
        "every_s": f"{one.every_s:g}" if one.way != "bus" else "",
        "late_h": f"{late_h:g}",
        "dead_h": f"{dead_h:g}",
        "secret_env": one.secret_env,
    }
    fields = [(f"fields.{name}", source) for name, source in one.fields.items()]
    return [(name, value) for name, value in told.items() if value] + fields


def describe_step(step: Step) -> TrialStepOut:
    """One step of a trial."""
    return TrialStepOut(
        found=step.found.value,
        words=reason_words(step.reason),
    )


def reason_words(reason: "Reason") -> str:
    """A reason in the reader's language."""
    return words_of({"template": reason.template, "figures": reason.figures})


def words_of(told: Mapping[str, Any]) -> str:
    """A kept reason in the reader's language, with the file, row or message it is about; empty for none."""
    if not told.get("template"):
        return ""
    figures = told.get("figures", {})
    words = gettext(told["template"]) % figures
    place = figures.get("place", "")
    return f"{place}: {words}" if place else words


class TriedRecordOut(Schema):
    """A record as it would be taken, or why it would be refused."""

    position: int = Field(description="in the answer, counted from 1")
    written: str = Field(description="as the platform wrote it")
    fields: dict[str, str] = Field(description="as it is read")
    refused: str = Field(description="why it would not be taken, in the reader's language; empty: it would be")


class DryRunOut(Schema):
    """What a platform answers now; nothing of it is written."""

    rows: int
    good: int = Field(description="records that would be taken")
    sample: list[tuple[str, str]] = Field(description="paths of its first record, as fields name them, with their values")
    records: list[TriedRecordOut] = Field(description="up to twenty, those that would be refused first")
    problem: str = Field(description="why it could not be read, or what will go wrong; empty: nothing")
    beginning: str = Field(description="how an answer begins that could not be read")

    @property
    def bad(self) -> int:
        """Records that would be refused."""
        return self.rows - self.good


class PlatformTableOut(Schema):
    """A platform that was entered by page; its key is never told."""

    id: UUID
    name: str
    region_code: str
    way: str
    kind: str
    url: str = Field(description="without what stands behind `?`")
    fields: dict[str, str]
    has_key: bool
    inner: list[str] = Field(description="inner networks in which it may be asked, beside those of the policy")
    inner_reason: str
    is_on: bool
    problem: str = Field(description="why it can't be used; empty: it can")
    changed_at: datetime


def describe_dry_run(found: "DryRun") -> DryRunOut:
    """A dry run in the reader's language."""
    return DryRunOut(
        rows=found.rows,
        good=found.good,
        sample=found.sample,
        records=[
            TriedRecordOut(
                position=one.position + 1,
                written=one.written,
                fields=dict(one.fields),
                refused="" if one.refused is None else reason_words(one.refused),
            )
            for one in found.records
        ],
        problem="" if found.problem is None else reason_words(found.problem),
        beginning=found.beginning,
    )


def describe_table(table: "PlatformTable") -> PlatformTableOut:
    """One platform that was entered by page."""
    read = settings_by_page(table)
    good = None if isinstance(read, WrongTable) else read
    return PlatformTableOut(
        id=table.pk,
        name=table.name,
        region_code=table.region_code,
        way=good.way if good else "",
        kind=good.kind if good else "",
        url=good.url.partition("?")[0] if good else "",
        fields=dict(good.fields) if good else {},
        has_key=bool(table.sealed),
        inner=list(table.inner),
        inner_reason=table.inner_reason,
        is_on=table.is_on,
        problem=read.problem if isinstance(read, WrongTable) else "",
        changed_at=table.changed_at,
    )


def platforms_to_mend(user: "Actor", now: datetime) -> "list[PlatformRow]":
    """Platforms that fail, are late or dead, where the user keeps them."""
    ill = (Standing.DEAD, Standing.FAILING, Standing.LATE)
    rows = [one for one in platform_rows(user, now=now) if one.verdict.standing in ill]
    return [one for one in rows if may(user, rights.MANAGE, one.state.region_code)]


def _tell_platform(row: "PlatformRow") -> Waiting:
    about = listed(row.state.name, str(STANDING_NAMES[row.verdict.standing]))
    return Waiting(about, reverse("platform", args=[row.state.pk]), row.state.last_good_at or row.state.joined_at)


WAITING: Final = (
    WaitingKind(
        "platform",
        pgettext_lazy("what waits", "Platform to mend"),
        (rights.MANAGE,),
        found=platforms_to_mend,
        tell=_tell_platform,
    ),
)
