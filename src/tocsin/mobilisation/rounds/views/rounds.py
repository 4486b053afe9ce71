"""Towns that read too little of a warning: who knocks there, what came of each door, who needs help; a form for each town."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tocsin.jurisdiction.face import may, may_anywhere
from tocsin.mobilisation.public_warnings.queries import reach, warnings
from tocsin.mobilisation.public_warnings.rules.states import DRAFT
from tocsin.mobilisation.public_warnings.services import rounds as services
from tocsin.mobilisation.public_warnings.shown.warnings import describe_warning, texts_for_reader
from tocsin.mobilisation.rounds.models import Door, Walk
from tocsin.mobilisation.rounds.queries.walks import is_over, newest_of, visible_doors, walkers_for
from tocsin.mobilisation.rounds.rules.doors import RESULTS
from tocsin.mobilisation.rounds.services import helping, needs, walks
from tocsin.mobilisation.rounds.shown.doors import ACT_NAMES, describe_rounds
from tocsin.screens.acts import Act, act, perform_and_tell
from tocsin.screens.clock import current_time
from tocsin.screens.forms import Line
from tocsin.screens.request import Actor, actor_of


@never_cache
@require_GET
def rounds(request: HttpRequest, warning_id: UUID) -> HttpResponse:
    """The silent towns of one warning: those to be done first."""
    found = warnings.visible_warnings(request.user).get(pk=warning_id)
    rows = list(reach.visible_rounds(request.user).filter(warning=found).order_by("done_at", "town_code"))
    may_enter = may(request.user, DRAFT, found.region_code)
    newest = newest_of(found)
    over = is_over(newest, current_time())
    walkers = {row.region_code: walkers_for(row) for row in rows} if may_enter and not over else {}
    context = {
        "warning": describe_warning(found),
        "texts": texts_for_reader(newest),
        "rounds": [(one, walkers.get(one.region_code, [])) for one in describe_rounds(rows)],
        "may_enter": may_enter,
        "over": over,
        "may_call": may(request.user, "volunteers.call", found.region_code),
        "results": [(one.value, ACT_NAMES[one]) for one in RESULTS],
        "may_live": may_anywhere(request.user, "alarms.see"),
        "page_texts": {
            "case_writing": _("There is news here. It is shown when you have sent or emptied what you are writing."),
        },
    }
    part = "#live" if request.headers.get("HX-Request") else ""
    return render(request, f"mobilisation/rounds/rounds.html{part}", context)


def _back(request: HttpRequest, round_id: UUID) -> HttpResponse:
    row = reach.visible_rounds(request.user).get(pk=round_id)
    return redirect_to_town(row.warning_id, row.town_code)


def redirect_to_town(warning_id: UUID, town_code: str) -> HttpResponse:
    """The town on the page of its warning."""
    answer = redirect("door_rounds", warning_id)
    answer["Location"] += f"#town-{town_code}"
    return answer


@act("public_warning")
def ask_volunteers(request: HttpRequest, warning_id: UUID, *, town: str) -> HttpResponse:
    """A need for people who knock, where the warning holds or in one silent town; its page follows, where people are called."""
    made = needs.need_for_warning(actor=actor_of(request), warning_id=warning_id, town_code=town, now=current_time())
    return redirect("volunteer_need", made.number)


@act(_back)
def finish(request: HttpRequest, round_id: UUID, *, doors: int, people: int, words: str) -> str:
    """What came of it."""
    services.finish_round(actor=actor_of(request), round_id=round_id, doors=doors, people=people, words=words, now=current_time())
    return _("The result is kept.")


@act(_back)
def give(request: HttpRequest, round_id: UUID, *, walker: UUID, stretch: Line, doors: str) -> str:
    """Doors are given to somebody."""
    walks.give_doors(
        actor=actor_of(request), round_id=round_id, walker_id=walker, stretch=stretch, doors=doors, now=current_time()
    )
    return _("The doors are given, and whoever walks is told.")


def _back_of_walk(request: HttpRequest, walk_id: UUID) -> HttpResponse:
    return _back(request, Walk.objects.get(pk=walk_id, round__in=reach.visible_rounds(request.user).values("pk")).round_id)


@act(_back_of_walk)
def take_back(request: HttpRequest, walk_id: UUID) -> str:
    """Somebody need not go on."""
    walks.take_back_walk(actor=actor_of(request), walk_id=walk_id, now=current_time())
    return _("Taken back, and told.")


def _settle(actor: Actor, door: Door, *, result: str) -> str:
    helping.settle_door(actor=actor, door_id=door.pk, result=result, now=current_time())
    return _("Settled.")


def _case(actor: Actor, door: Door) -> str:
    helping.want_case(actor=actor, door_id=door.pk, now=current_time())
    return _("The duty desk gets a case of it within seconds.")


def _helped(actor: Actor, door: Door, *, words: Line) -> str:
    helping.end_help(actor=actor, door_id=door.pk, words=words, now=current_time())
    return _("Kept.")


def _need(actor: Actor, door: Door) -> HttpResponse:
    made = needs.need_for_door(actor=actor, door_id=door.pk, now=current_time())
    return redirect("volunteer_need", made.number)


ACTS: dict[str, Act] = {"settle": _settle, "case": _case, "need": _need, "helped": _helped}


@require_POST
def act_on_door(request: HttpRequest, door_id: UUID, name: str) -> HttpResponse:
    """Settles it, gets the duty desk a case, or says that they were helped."""
    door = visible_doors(request.user).get(pk=door_id)
    attempt = perform_and_tell(request, ACTS, name, actor_of(request), door)
    if isinstance(attempt.answer, HttpResponse):
        return attempt.answer
    return redirect_to_town(door.round.warning_id, door.round.town_code)
