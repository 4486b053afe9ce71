"""What was entered on site, in words."""

from typing import TYPE_CHECKING, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, pgettext_lazy

from tocsin.fieldwork.shown import ActEntryOut
from tocsin.hazchem.permits.policy.permits import permit_policy
from tocsin.hazchem.permits.rules.field import PermitFieldAct, PermitVerdict
from tocsin.hazchem.permits.shown.names import in_words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tocsin.hazchem.permits.models import PermitEntry, WorkPermit

MOST_ENTRIES: Final = 30
FIELD_ACT_NAMES: Final[dict[PermitFieldAct, Promise]] = {
    PermitFieldAct.TICK: pgettext_lazy("on site", "measures ticked"),
    PermitFieldAct.TEST: pgettext_lazy("on site", "gas test"),
    PermitFieldAct.PHOTO: pgettext_lazy("on site", "photo"),
    PermitFieldAct.ROUND: pgettext_lazy("on site", "round"),
    PermitFieldAct.PAUSE: pgettext_lazy("on site", "pause"),
    PermitFieldAct.STOP: pgettext_lazy("on site", "stop"),
    PermitFieldAct.CLOSE: pgettext_lazy("on site", "closed"),
}
_BEHIND: Final = gettext_lazy("It came after the permit had gone on: it is kept and does nothing.")


class PermitFieldEntryOut(ActEntryOut):
    """What somebody entered on site; `at_place`: whether the code of the place was scanned there, null where none was."""

    at_place: bool | None


def conflict_of(verdict: str) -> str:
    """Why an entry does nothing; empty where it counts."""
    return str(_BEHIND) if verdict == PermitVerdict.BEHIND else ""


def measure_words(codes: "Iterable[str]") -> str:
    """Measures in the reader's language, by their codes; what the policy no longer knows is left out."""
    texts = {one.code: in_words(one) for one in permit_policy().measure}
    return "; ".join(texts[one] for one in codes if one in texts)


def describe_entry(entry: "PermitEntry") -> PermitFieldEntryOut:
    """What somebody entered; the actor is loaded."""
    name = FIELD_ACT_NAMES[PermitFieldAct(entry.act)]
    told = PermitFieldEntryOut.of(entry, name=name, conflict=conflict_of(entry.verdict), at_place=entry.at_place)
    if entry.act == PermitFieldAct.TICK:
        told.text = measure_words([*entry.data.get("done", ()), *entry.data.get("without", ())])
    return told


def newest_entries(permit: "WorkPermit") -> list[PermitFieldEntryOut]:
    """The last 30, the oldest first."""
    rows = permit.entries.select_related("actor").order_by("-version")[:MOST_ENTRIES]
    return [describe_entry(one) for one in reversed(rows)]
