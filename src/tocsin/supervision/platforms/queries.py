"""Platforms that tell of firms, as the reader may see them: how each stands and what it brought."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from tocsin.jurisdiction.face import may, may_anywhere, scope
from tocsin.supervision.evidence.models import EvidenceSender
from tocsin.supervision.objects.queries.register import visible_objects
from tocsin.supervision.objects.rules import rights
from tocsin.supervision.platforms.models import Connector, ConnectorFirm, PlatformTable
from tocsin.supervision.platforms.policy import Platform, Settings, WrongTable, read_table, settings_of_file, usual_lateness
from tocsin.supervision.platforms.rules import PlatformVerdict, verdict_on

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tocsin.jurisdiction.face import Person
    from tocsin.supervision.objects.models import SupervisedObject

DAY = timedelta(days=1)


@dataclass(frozen=True)
class PlatformRow:
    """One platform: its state, its settings where it has some, how it stands, what it brought in the last 24 hours, and how many
    firms it has told of that the reader sees.
    """

    state: Connector
    settings: Platform | None
    verdict: PlatformVerdict
    taken: int
    known: int
    refused: int
    firms: int


def platform_settings() -> Settings:
    """The platforms that are joined: those of the file, and those entered by page that are switched on. The file counts first."""
    by_file = settings_of_file()
    found, wrong = dict(by_file.found), list(by_file.wrong)
    for one in PlatformTable.objects.filter(is_on=True):
        read = settings_by_page(one)
        if isinstance(read, WrongTable):
            wrong.append(read)
        else:
            found.setdefault(one.name, read)
    return Settings(found, tuple(wrong))


def platforms() -> dict[str, Platform]:
    """The joined platforms by name."""
    return platform_settings().found


def settings_by_page(table: PlatformTable) -> Platform | WrongTable:
    """What was entered, with the inner networks that were named with it and those that the policy lets pages ask."""
    inner = [*usual_lateness().inner, *table.inner]
    return read_table(table.name, {**table.entered, "region": table.region_code, "private": inner})


def visible_tables(user: "Person") -> QuerySet[PlatformTable]:
    """Platforms entered by page in the areas whose register the user keeps."""
    return scope(PlatformTable.objects.select_related("changed_by"), user, rights.MANAGE)


def visible_connectors(user: "Person") -> QuerySet[Connector]:
    """Platforms of the areas in which the user sees supervised objects."""
    return scope(Connector.objects.all(), user, rights.SEE)


def visible_senders(user: "Person") -> QuerySet[EvidenceSender]:
    """Bound tokens of the regions whose register the user keeps."""
    return scope(EvidenceSender.objects.select_related("made_by"), user, rights.MANAGE)


def wrong_tables(user: "Person") -> list[WrongTable]:
    """What of the settings can't be used, for who keeps platforms: of their areas, and what belongs to none."""
    if not may_anywhere(user, rights.MANAGE):
        return []
    return [one for one in platform_settings().wrong if not one.region or may(user, rights.MANAGE, one.region)]


def platform_rows(user: "Person", *, now: datetime) -> list[PlatformRow]:
    """All platforms that the reader may see, the worst first."""
    rows = rows_of(user, visible_connectors(user), now=now)
    order = list(type(rows[0].verdict.standing)) if rows else []
    return sorted(rows, key=lambda one: (order.index(one.verdict.standing), one.state.name))


def rows_of(user: "Person", connectors: QuerySet[Connector], *, now: datetime) -> list[PlatformRow]:
    """These platforms with everything that is said of them, in three reads."""
    seen = visible_objects(user).values("pk")
    since = Q(hours__hour__gt=now - DAY)
    tallied = connectors.annotate(
        day_taken=Coalesce(Sum("hours__taken", filter=since), 0),
        day_known=Coalesce(Sum("hours__known", filter=since), 0),
        day_refused=Coalesce(Sum("hours__refused", filter=since), 0),
    )
    firms = ConnectorFirm.objects.filter(connector__in=connectors.values("pk"), object__in=seen).order_by()
    counts = dict(firms.values_list("connector").annotate(Count("pk")))
    known = platform_settings().found
    return [_row(one, known.get(one.name), counts.get(one.pk, 0), now) for one in tallied]


def _row(state: Connector, settings: Platform | None, firms: int, now: datetime) -> PlatformRow:
    usual = usual_lateness()
    late_h, dead_h = settings.lateness if settings else (usual.late_h, usual.dead_h)
    verdict = verdict_on(
        joined_at=state.joined_at,
        last_good_at=state.last_good_at,
        failed=bool(state.last_error),
        is_set_up=settings is not None or state.way == "push",
        late_h=late_h,
        dead_h=dead_h,
        now=now,
    )
    taken, known, refused = (int(getattr(state, f"day_{name}")) for name in ("taken", "known", "refused"))
    return PlatformRow(state, settings, verdict, taken, known, refused, firms)


def firms_of(user: "Person", state: Connector) -> "Iterable[tuple[SupervisedObject, datetime]]":
    """Firms of which it has told, as far as the reader sees them, the longest silent first; at most 2,000."""
    rows = ConnectorFirm.objects.filter(connector=state, object__in=visible_objects(user).values("pk"))
    return [(one.object, one.newest_at) for one in rows.select_related("object").order_by("newest_at")[:2000]]
