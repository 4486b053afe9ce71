"""Words for electrical dangers, for which a firm gets tasks."""

from typing import TYPE_CHECKING, Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from tocsin.engine.work.danger import DangerKind, DangerVerdict

if TYPE_CHECKING:
    from collections.abc import Mapping


DANGER_NAMES: Final[dict[DangerKind, Promise]] = {
    DangerKind.OVERLOAD: _("overload"),
    DangerKind.IMBALANCE: _("three-phase imbalance"),
    DangerKind.RESIDUAL_CURRENT: _("residual current"),
    DangerKind.HOT_JOINT: _("hot joint"),
}


DANGER_VERDICTS: Final[dict[DangerVerdict, tuple[Promise, str]]] = {
    DangerVerdict.BEYOND: (_("beyond the limit"), "red"),
    DangerVerdict.NEARING: (_("nearing the limit"), "orange"),
    DangerVerdict.HIGH: (_("high"), "yellow"),
    DangerVerdict.NORMAL: (pgettext_lazy("danger", "normal"), "good"),
    DangerVerdict.UNKNOWN: (pgettext_lazy("danger", "cannot tell"), ""),
}


_DANGER_UNITS = {DangerKind.RESIDUAL_CURRENT: "mA", DangerKind.HOT_JOINT: "°C"}


def danger_told(evidence: "Mapping[str, Any]") -> str:
    """What a task about an electrical danger is about; empty for other tasks."""
    if "danger" not in evidence:
        return ""
    kind, verdict = DANGER_NAMES[DangerKind(evidence["danger"])], DANGER_VERDICTS[DangerVerdict(evidence["verdict"])][0]
    words = f"{evidence['point']} · {kind} · {verdict}"
    hours = evidence.get("hours")
    if hours:
        words += " · " + gettext("in %(hours)d h if it goes on so") % {"hours": max(1, round(hours))}
    return words
