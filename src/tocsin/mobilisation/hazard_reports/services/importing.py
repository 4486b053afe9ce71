"""The standard's list of situations from a spreadsheet: every error is told by row and column; one proposes, another confirms."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, get_args
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from tocsin.base.errors import InvalidInput
from tocsin.base.sheets import read_foreign_table
from tocsin.base.tables import rows_below_headings
from tocsin.base.toml import write_toml
from tocsin.jurisdiction.face import require
from tocsin.mobilisation.hazard_reports.policy.reports import report_policy
from tocsin.mobilisation.hazard_reports.policy.routing import NAME, Band, RoutingPolicy, routing_policy
from tocsin.records.face import NewVersion, propose

if TYPE_CHECKING:
    from django.utils.functional import Promise

    from tocsin.jurisdiction.face import User

HEADINGS: Final[dict[str, tuple[str, ...]]] = {
    "code": ("编号", "情形编号", "代码"),
    "trade": ("行业领域", "行业"),
    "zh": ("情形", "举报情形", "奖励情形"),
    "en": ("英文", "英文情形"),
    "kind": ("类别", "举报类别"),
    "body": ("受理部门", "部门"),
    "band": ("档次", "奖励档次"),
}
COLUMN_WORDS: "Final[dict[str, Promise]]" = {
    "code": pgettext_lazy("list of situations", "code"),
    "trade": pgettext_lazy("list of situations", "trade"),
    "zh": pgettext_lazy("list of situations", "situation"),
    "en": pgettext_lazy("list of situations", "in English"),
    "kind": pgettext_lazy("list of situations", "kind"),
    "body": pgettext_lazy("list of situations", "body"),
    "band": pgettext_lazy("list of situations", "band"),
}
NEEDED: Final = ("code", "trade", "zh", "band")
MOST_ROWS: Final = 1000
MOST_BYTES: Final = 5_000_000
LONGEST: Final = 500
_BANDS: Final[dict[str, Band]] = {"1": "first", "2": "second", "3": "third", "4": "fourth"}
_BAND_WORDS: Final[dict[str, Band]] = {"第一档": "first", "第二档": "second", "第三档": "third", "第四档": "fourth"}


@dataclass(frozen=True)
class Slip:
    """What is wrong in one cell, and how to mend it."""

    row: int
    column: str
    column_words: str
    words: str


@dataclass(frozen=True)
class ListImport:
    """What became of a file: the draft that waits for a second person, or what is wrong with it; never both."""

    rows: int
    slips: tuple[Slip, ...]
    version_id: UUID | None = None
    lacking: int = 0
    """So many situations the standard has more than the file."""


def import_situations(*, actor: "User", content: bytes, source: str, region_code: str) -> ListImport:
    """All rows become one draft of the policy, or none where one is wrong. InvalidInput for what is no such table."""
    require(actor, "policy.edit", region_code)
    if not source.strip():
        raise InvalidInput(_("Say from which text the list was taken, and of which day."))
    cells = read_foreign_table(content, most_bytes=MOST_BYTES, most_rows=MOST_ROWS + 20, owner=actor.pk)
    rows = rows_below_headings(cells, HEADINGS, NEEDED)
    if not rows or len(rows) > MOST_ROWS:
        raise InvalidInput(
            _("The file has %(count)d situations; 1 to %(most)d are taken.") % {"count": len(rows), "most": MOST_ROWS}
        )
    policy = routing_policy()
    slips, found = _judge(rows, policy)
    if slips:
        return ListImport(len(rows), tuple(slips))
    return _propose(actor, found, source, region_code, policy)


@transaction.atomic
def _propose(actor: "User", found: list[dict[str, str]], source: str, region_code: str, policy: RoutingPolicy) -> ListImport:
    new = NewVersion(text=write_toml({"situation": found}), region_code=region_code, source=source.strip(), confidence="B")
    counts = Counter(row["band"] for row in found)
    shown: dict[str, object] = {"situations": f"{len(found)} / {policy.standard.situations}"}
    shown |= {band: f"{counts[band]} / {policy.standard.bands.get(band, 0)}" for band in get_args(Band)}
    made = propose(actor=actor, policy=NAME, new=new, shown=shown)
    return ListImport(len(found), (), made.pk, max(policy.standard.situations - len(found), 0))


def _judge(rows: Sequence[tuple[int, Mapping[str, str]]], policy: RoutingPolicy) -> tuple[list[Slip], list[dict[str, str]]]:
    slips: list[Slip] = []
    found: list[dict[str, str]] = []
    seen: dict[str, int] = {}
    for line, row in rows:
        cells = {column: " ".join(row.get(column, "").split()) for column in HEADINGS}
        told = {**cells, "trade": _trade(cells["trade"], policy), "kind": _kind(cells["kind"]), "band": _band(cells["band"])}
        trade = policy.trades.get(told["trade"])
        told["body"] = _body(cells["body"], policy) if cells["body"] else (trade.body if trade else "")
        wrong = _slips(cells, told, policy, seen)
        slips += [Slip(line, column, str(COLUMN_WORDS[column]), words) for column, words in wrong.items()]
        seen.setdefault(cells["code"], line)
        found.append({name: text for name, text in told.items() if text})
    return slips, found


def _slips(cells: Mapping[str, str], told: Mapping[str, str], policy: RoutingPolicy, seen: Mapping[str, int]) -> dict[str, str]:
    """What is wrong, by column."""
    wrong: dict[str, str] = {}
    if not cells["code"]:
        wrong["code"] = _("The code is missing: each situation has one of its own.")
    elif cells["code"] in seen:
        wrong["code"] = _("%(code)s stands in row %(row)d already.") % {"code": cells["code"], "row": seen[cells["code"]]}
    elif len(cells["code"]) > 60:
        wrong["code"] = _("A code has at most %(most)d signs.") % {"most": 60}
    if not cells["zh"]:
        wrong["zh"] = _("The words of the situation are missing.")
    elif len(cells["zh"]) > LONGEST:
        wrong["zh"] = _("The words have at most %(most)d signs.") % {"most": LONGEST}
    if not told["trade"]:
        wrong["trade"] = _unknown(cells["trade"], (one.zh for one in policy.trade))
    if cells["body"] and not told["body"]:
        wrong["body"] = _unknown(cells["body"], (one.zh for one in policy.body))
    if cells["kind"] and not told["kind"]:
        wrong["kind"] = _unknown(cells["kind"], (one.zh for one in report_policy().kind))
    if not told["band"]:
        wrong["band"] = _unknown(cells["band"], (*_BAND_WORDS, *_BANDS))
    return wrong


def _unknown(text: str, known: Iterable[str]) -> str:
    names = {"text": text or "–", "known": "、".join(known)}
    return _("“%(text)s” is not known here; known are %(known)s.") % names


def _trade(text: str, policy: RoutingPolicy) -> str:
    return next((one.key for one in policy.trade if text in (one.key, one.zh, one.en)), "")


def _body(text: str, policy: RoutingPolicy) -> str:
    return next((one.key for one in policy.body if text in (one.key, one.zh, one.en)), "")


def _kind(text: str) -> str:
    return next((one.key for one in report_policy().kind if text in (one.key, one.zh, one.en)), "")


def _band(text: str) -> str:
    return _BANDS.get(text) or _BAND_WORDS.get(text) or (text if text in get_args(Band) else "")
