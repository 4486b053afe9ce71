"""The board of colours by region and trade, an object's points over time, and one day with every line."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from tocsin.base.errors import NotAllowed
from tocsin.jurisdiction.areas.rules.codes import governing_prefix
from tocsin.jurisdiction.face import all_regions, may, may_anywhere
from tocsin.screens.budgets.requests import costly
from tocsin.screens.clock import current_time
from tocsin.screens.columns import headed
from tocsin.screens.forms import read_filters
from tocsin.screens.lists.page import list_file, list_page
from tocsin.screens.tables import as_csv, wants_csv
from tocsin.supervision.objects import shown as objects_shown
from tocsin.supervision.objects.models import SupervisedObject
from tocsin.supervision.objects.policy.register import reads_chinese, trade_name, trades
from tocsin.supervision.objects.queries import register
from tocsin.supervision.objects.rules import rights
from tocsin.supervision.points.queries import ledger as queries
from tocsin.supervision.points.queries.counted import records_of
from tocsin.supervision.points.queries.lift import lift_of
from tocsin.supervision.points.queries.rules import appeal_until, rules_for_today, rules_of_version
from tocsin.supervision.points.shown.acts import describe_appeal, describe_consequence, describe_event
from tocsin.supervision.points.shown.board import describe_board, describe_moved, describe_moves
from tocsin.supervision.points.shown.charts import scores, stacked
from tocsin.supervision.points.shown.counted import describe_records
from tocsin.supervision.points.shown.days import DayRevision, describe_day, describe_lines
from tocsin.supervision.points.shown.lift import describe_lift

DAYS_OF_BOARD, DAYS_OF_OBJECT, MOST_MOVED = 14, 60, 200
MOVED_COLUMNS = ("day", "code", "name", "region_name", "region_code", "trade_name", "before_name", "after_name", "score")
BOARD_COLUMNS = ("key", "name", "all", "green", "blue", "yellow", "red", "grey")
RECORD_COLUMNS = ("kind_name", "name", "at_told", "counted_name", "weight", "address")
DAY_COLUMNS = ("day", "score", "colour_name", "band_name", "feedback", "rule_version", "revision")


class DayConverter:
    """A day in an address: 2026-11-24."""

    regex = "[0-9]{4}-[0-9]{2}-[0-9]{2}"

    def to_python(self, value: str) -> date:
        """ValueError, so no match, for a day that is none."""
        return date.fromisoformat(value)

    def to_url(self, value: date | str) -> str:
        """The same text back."""
        return value if isinstance(value, str) else value.isoformat()


@dataclass(frozen=True)
class Filters:
    """What the board shows, of which day."""

    day: date | None = None
    region: str = ""
    trade: str = ""
    table: str = ""


@never_cache
@require_GET
@costly
def board(request: HttpRequest) -> HttpResponse:
    """The board; `table` gives regions, trades or moved objects as CSV. A firm's own people come to their own object."""
    if not may_anywhere(request.user, rights.SEE):
        return _own(request)
    until = queries.last_day()
    asked = read_filters(Filters, request.GET)
    day = asked.day or until
    codes = register.regions_of_objects(request.user)
    chosen = {"region": asked.region, "trade": asked.trade if asked.trade in trades() else ""}
    offered = _regions(codes)
    prefix = governing_prefix(chosen["region"]) if chosen["region"] in dict(offered) else ""
    context: dict[str, object] = {"chosen": {**chosen, "day": day}, "regions": offered, "trades": _trades(), "until": until}
    if day is not None:
        boards = queries.days_of_board(request.user, until=day, days=DAYS_OF_BOARD, region=prefix, trade=chosen["trade"])
        found = queries.board(request.user, day=day, region=prefix, trade=chosen["trade"])
        shown = describe_board(found, dict(offered))
        moved = queries.moved(request.user, day=day, region=prefix, trade=chosen["trade"])
        match asked.table:
            case "moved":
                return as_csv(
                    f"colours-moved-{day}", headed(*MOVED_COLUMNS), map(describe_moved, moved.iterator(chunk_size=2000))
                )
            case "regions" | "trades" as table:
                return as_csv(
                    f"colours-{table}-{day}", headed(*BOARD_COLUMNS), shown.regions if table == "regions" else shown.trades
                )
        context |= {
            "board": shown,
            "moves": describe_moves(queries.moves_of(request.user, day=day, region=prefix)),
            "moved": [describe_moved(row) for row in moved[:MOST_MOVED]],
            "chart": stacked(boards),
            "unscored": queries.unscored(request.user, day=day, region=prefix, trade=chosen["trade"]),
        }
    return render(request, "supervision/points/board.html", context)


@never_cache
@require_GET
def of_object(request: HttpRequest, object_id: UUID) -> HttpResponse:
    """One object: colour, days, what lifts it, facts, consequences, appeals; `format=csv` gives its days."""
    found = _visible(request, object_id)
    until = queries.last_day()
    rows = queries.days_of(found.pk, until=until, days=DAYS_OF_OBJECT) if until else []
    if wants_csv(request):
        return as_csv(f"points-{found.code}", headed(*DAY_COLUMNS), map(describe_day, rows))
    own = may(request.user, rights.OWN, found.region_code, (found.organisation_id,))
    now = current_time()
    rules = rules_for_today(found.region_code)
    context = {
        "found": found,
        "trade": trade_name(found.trade),
        "days": [describe_day(row) for row in rows],
        "newest": describe_day(rows[0]) if rows else None,
        "lines": describe_lines(rows[0], rules_of_version(rows[0].rule_version)) if rows else [],
        "chart": scores(rows),
        "lift": describe_lift(lift_of(found, now=now), rules, own=own),
        "events": [describe_event(one, rules) for one in queries.visible_events(request.user).filter(object=found)],
        "consequences": [
            describe_consequence(one, rules) for one in queries.visible_consequences(request.user).filter(object=found)[:30]
        ],
        "appeals": [describe_appeal(one, rules) for one in queries.visible_appeals(request.user).filter(object=found)],
        "own": own,
        "may_inspect": may(request.user, rights.INSPECT, found.region_code),
        "may_lead": may(request.user, rights.LEAD, found.region_code),
        "kinds": [(kind, zh if reads_chinese() else en) for kind, (zh, en) in rules.facts().items()],
        "today": timezone.localtime(now).date(),
    }
    return render(request, "supervision/points/object.html", context)


@never_cache
@require_GET
def day(request: HttpRequest, object_id: UUID, day: date) -> HttpResponse:
    """One day with its lines, their evidence and rule version, and every revision of it."""
    found = _visible(request, object_id)
    rows = queries.revisions_of(found.pk, day)
    if not rows:
        raise Http404(_("That day was not scored."))
    revisions = [
        DayRevision(**dict(describe_day(row)), lines=describe_lines(row, rules_of_version(row.rule_version))) for row in rows
    ]
    until = appeal_until(day, rules_for_today(found.region_code).appeals.within_working_days)
    again = queries.recompute(rows[-1])
    context = {
        "found": found,
        "one": revisions[-1],
        "earlier": revisions[:-1],
        "same": (again.score, again.colour, again.lines) == (rows[-1].score, rows[-1].colour, rows[-1].lines),
        "may_appeal": may(request.user, rights.OWN, found.region_code, (found.organisation_id,)),
        "appeal_until": until,
        "in_time": timezone.localtime(current_time()).date() <= until,
    }
    return render(request, "supervision/points/day.html", context)


@never_cache
@require_GET
def records(request: HttpRequest, object_id: UUID, day: date, code: str) -> HttpResponse:
    """The records that one line of a day counted, those that cost points first; `format=csv`."""
    found = _visible(request, object_id)
    row = queries.newest_revision(found.pk, day)
    lines = describe_lines(row, rules_of_version(row.rule_version)) if row else []
    line = next((one for one in lines if one.code == code), None)
    if row is None or line is None:
        raise Http404(_("That day was not scored."))
    own = may(request.user, rights.OWN, found.region_code, (found.organisation_id,))
    rows = describe_records(records_of(found, day, code, rules_of_version(row.rule_version)), own=own)
    context = {"found": found, "day": day, "line": line}
    return list_file(request, rows, f"points-{found.code}-{day}-{code}", headed(*RECORD_COLUMNS), lambda one: one) or list_page(
        request, rows, "supervision/points/records.html", part="", describe=lambda one: one, context=context
    )


def _own(request: HttpRequest) -> HttpResponse:
    own = list(register.own_objects(request.user)[:50])
    if not own:
        raise NotAllowed(_("Your roles do not show you colours."))
    if len(own) == 1:
        return redirect("points_of_object", own[0].pk)
    colours = register.colours_of([one.pk for one in own])
    rows = [
        {"found": one, "colour": (value := colours[one.pk].colour.value), "name": objects_shown.colour_name(value)} for one in own
    ]
    return render(request, "supervision/points/own.html", {"rows": rows})


def _visible(request: HttpRequest, object_id: UUID) -> SupervisedObject:
    return register.visible_objects(request.user).get(pk=object_id)


def _regions(codes: Sequence[str]) -> list[tuple[str, str]]:
    """The areas that have objects, each with the areas above it, by code."""
    above = {f"{code[:2]}0000" for code in codes} | {f"{code[:4]}00" for code in codes}
    return [(one.code, str(one)) for one in all_regions().filter(pk__in=set(codes) | above)]


def _trades() -> list[tuple[str, str]]:
    return sorted(((key, trade.name) for key, trade in trades().items()), key=lambda one: one[1])
