"""Sentences that the console's scripts show, in the reader's language."""

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from tocsin.screens.words import LEVEL_NAMES
from tocsin.sensing.face import chart_texts, health_names
from tocsin.warning.alarms.shown.cases import alarm_cases
from tocsin.warning.alarms.shown.sentences import STATE_NAMES
from tocsin.warning.causes.policy.causes import shipped_words
from tocsin.warning.causes.shown.labels import cause_kind

_LEVELS = ("none", "blue", "yellow", "orange", "red")


def console_texts() -> dict[str, str]:
    """For web/src: keys as `text("…")` names them."""
    return {
        "live": _("Live"),
        "stale": _("No connection: what you see may be out of date"),
        "feed_news": _("New alarms: {count}"),
        "feed_case": _("Case {number}"),
        "flapping": _("flapping"),
        "because_of": _("because of {thing}"),
        "flood": _("Alarm flood: {count} in {minutes} min"),
        "drill_mark": _("【DRILL】"),
        "points_many": pgettext("points of a map", "{count} here"),
        "points_failed": _("A layer of the map could not be loaded."),
        "feed_cause": _("Possible cause: {cause}"),
        "distance_m": _("{metres} m"),
        "next_cordon": _("advised: keep clear {metres} m"),
        "alarm_gone": _("This alarm is no longer there, or your rights do not reach it."),
        **chart_texts(),
        "table_sensors": _("{shown} of {total}"),
        **{f"level_{name}": str(LEVEL_NAMES[level]) for level, name in enumerate(_LEVELS)},
        **{f"state_{state}": str(name) for state, name in STATE_NAMES.items()},
        **{f"case_{state}": str(name) for state, name in alarm_cases().state_names.items()},
        **{f"health_{name}": words for name, words in health_names().items()},
        **{f"kind_{kind}": cause_kind(kind) for kind in shipped_words().kinds},
        **{f"owner_{owner}": words.in_language(get_language() or "zh") for owner, words in shipped_words().owners.items()},
    }
