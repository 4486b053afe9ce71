"""Words for zones, their rules and what was broken."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from tocsin.engine.positioning.rules import RuleKind
from tocsin.hazchem.positions.shown.words import KIND_NAMES
from tocsin.hazchem.zones.rules.zones import BreachKind, ZonePurpose

PURPOSE_NAMES: Final[dict[str, Promise]] = {
    ZonePurpose.ZONE: pgettext_lazy("purpose of a zone", "rules hold in it"),
    ZonePurpose.SITE: pgettext_lazy("purpose of a zone", "limit of the plant"),
    ZonePurpose.MUSTER: pgettext_lazy("purpose of a zone", "muster point"),
}
RULE_NAMES: Final[dict[str, Promise]] = {
    RuleKind.MOST_PERSONS: pgettext_lazy("rule of a zone", "most persons"),
    RuleKind.LEAST_PERSONS: pgettext_lazy("rule of a zone", "least persons"),
    RuleKind.ONLY_KINDS: pgettext_lazy("rule of a zone", "only these"),
    RuleKind.LONE_WORKER: pgettext_lazy("rule of a zone", "nobody alone for longer than (min)"),
    RuleKind.STILL: pgettext_lazy("rule of a zone", "nobody still for longer than (min)"),
    RuleKind.NO_VEHICLES: pgettext_lazy("rule of a zone", "no vehicles"),
    RuleKind.MOST_SPEED: pgettext_lazy("rule of a zone", "most km/h"),
}
BREACH_NAMES: Final[dict[str, Promise]] = {
    BreachKind.MOST_PERSONS: pgettext_lazy("breach", "too many people"),
    BreachKind.LEAST_PERSONS: pgettext_lazy("breach", "too few people"),
    BreachKind.ONLY_KINDS: pgettext_lazy("breach", "somebody who may not be there"),
    BreachKind.LONE_WORKER: pgettext_lazy("breach", "somebody alone"),
    BreachKind.STILL: pgettext_lazy("breach", "somebody does not move"),
    BreachKind.NO_VEHICLES: pgettext_lazy("breach", "a vehicle where none may be"),
    BreachKind.MOST_SPEED: pgettext_lazy("breach", "too fast"),
    BreachKind.SOS: pgettext_lazy("breach", "button pressed"),
    BreachKind.WATCHER_AWAY: pgettext_lazy("breach", "watcher away from the work"),
}


def rule_words(kind: str, limit: float, kinds: list[str]) -> str:
    """One rule in words."""
    if kind == RuleKind.ONLY_KINDS:
        return f"{RULE_NAMES[kind]}: {', '.join(str(KIND_NAMES[one]) for one in kinds)}"
    return str(RULE_NAMES[kind]) if kind == RuleKind.NO_VEHICLES else f"{RULE_NAMES[kind]}: {limit:g}"


def figure_words(kind: str, value: float, limit: float) -> str:
    """How far a breach went, empty where there is no figure."""
    told = {"value": f"{value:g}", "limit": f"{limit:g}"}
    match kind:
        case BreachKind.MOST_PERSONS:
            return _("%(value)s people, at most %(limit)s") % told
        case BreachKind.LEAST_PERSONS:
            return _("%(value)s people heard, at least %(limit)s") % told
        case BreachKind.LONE_WORKER | BreachKind.STILL:
            return _("for %(value)s min, at most %(limit)s") % told
        case BreachKind.MOST_SPEED:
            return _("%(value)s km/h, at most %(limit)s") % told
        case BreachKind.WATCHER_AWAY:
            return _("%(value)s m away, at most %(limit)s") % told
    return ""
