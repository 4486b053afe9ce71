"""How one is told: one's contact points, which of them in which order at which level, quiet hours, the language."""

import re
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from tocsin.jurisdiction.contacts.models import ContactPoint, ContactPreference, contact_kinds
from tocsin.jurisdiction.contacts.queries import points as queries
from tocsin.jurisdiction.contacts.rules import Choice, ChoiceReason
from tocsin.jurisdiction.contacts.services import confirming
from tocsin.jurisdiction.contacts.services import points as services
from tocsin.screens.acts import act
from tocsin.screens.clock import current_time
from tocsin.screens.forms import Line
from tocsin.screens.request import actor_of

if TYPE_CHECKING:
    from collections.abc import Iterable

CHOICES = (gettext_lazy("first"), gettext_lazy("then"), gettext_lazy("at last"))
_ONE_SPAN = re.compile(r"\d\d:\d\d-\d\d:\d\d")


@require_GET
def own_notices(request: HttpRequest) -> HttpResponse:
    """My notices: how I am told of what."""
    user = actor_of(request)
    points = list(user.contact_points.all())
    preference = ContactPreference.objects.filter(user=user).first()
    chosen: dict[str, list[str]] = preference.kinds if preference else {}
    quiet = preference.quiet_hours if preference else ""
    one_span = _ONE_SPAN.fullmatch(quiet) is not None
    context = {
        "points": points,
        "kinds": {code: kind.words for code, kind in contact_kinds().items()},
        "choices": [(level, _selects(chosen.get(level, []), {one.kind for one in points})) for level in services.LEVELS],
        "quiet_from": quiet[:5] if one_span else "",
        "quiet_until": quiet[6:] if one_span else "",
        "quiet_hours": "" if one_span else quiet,
        "is_quiet": bool(quiet),
        "foreseen": [
            (one.level.name.lower(), _words(one.awake), _words(one.quiet if one.awake.points and one.quiet else one.awake))
            for one in queries.foreseen_ways(user, current_time())
        ],
    }
    return render(request, "jurisdiction/contacts/own_notices.html", context)


@act("own_notices", alone=True)
def add_own_contact(request: HttpRequest, *, kind: str, address: str, order: int = 1, hours: Line) -> str:
    """One way more to reach me."""
    user = actor_of(request)
    made = services.add_contact_point(actor=user, user_id=user.pk, kind=kind, address=address, order=order, hours=hours)
    return _("Saved.") if made.confirmed_at else _("A code is on its way there: type it in below, then it counts.")


@act("own_notices", alone=True)
def ask_code(request: HttpRequest, contact_point_id: UUID) -> str:
    """A new code, where none arrived."""
    confirming.ask_code(user=actor_of(request), contact_point_id=contact_point_id)
    return _("A code is on its way there: type it in below, then it counts.")


@act("own_notices", alone=True)
def confirm_own_contact(request: HttpRequest, contact_point_id: UUID, *, code: Line) -> str:
    """The code came back."""
    confirming.confirm_contact_point(user=actor_of(request), contact_point_id=contact_point_id, code=code)
    return _("Confirmed: you are reached there from now on.")


@act("own_notices", alone=True)
def remove_own_contact(request: HttpRequest, contact_point_id: UUID) -> str:
    """One way less."""
    user = actor_of(request)
    point = ContactPoint.objects.get(pk=contact_point_id, user=user)
    services.remove_contact_point(actor=user, contact_point_id=point.pk)
    return _("Saved.")


@act("own_notices", alone=True)
def prefer_contacts(request: HttpRequest, *, quiet_from: str, quiet_until: str, quiet_hours: Line) -> str:
    """Which channels in which order at which level, and when it is quiet: one time every day, or hours of the week in words."""
    kinds = {level: [kind for kind in request.POST.getlist(f"kinds_{level}") if kind] for level in services.LEVELS}
    quiet = quiet_hours or (f"{quiet_from}-{quiet_until}" if quiet_from or quiet_until else "")
    services.prefer_contacts(user=actor_of(request), kinds=kinds, quiet_hours=quiet)
    return _("Saved.")


def _selects(chosen: list[str], known: set[str]) -> list[tuple[Any, list[tuple[str, Any, bool]]]]:
    """The choices of one level in their order, each with what may be chosen: what the person has, and what is chosen already."""
    words = {code: kind.words for code, kind in contact_kinds().items()} | {"screen": _("screen alone")}
    offered = [kind for kind in words if kind in known | set(chosen) | {"screen"}]
    return [
        (name, [(kind, words[kind], chosen[number : number + 1] == [kind]) for kind in offered])
        for number, name in enumerate(CHOICES)
    ]


def _words(choice: Choice) -> str:
    """What would be used, all at once or one after the other; the screen shows everything and is not named beside others."""
    if choice.reason is ChoiceReason.QUIET:
        return _("when the quiet hours are over")
    kinds = contact_kinds()
    names: Iterable[Any] = dict.fromkeys(kinds[point.kind].words for point in choice.points if point.kind in kinds)
    joint = " + " if choice.reason is ChoiceReason.URGENT else " → "
    return joint.join(str(name) for name in names) or _("screen alone")
