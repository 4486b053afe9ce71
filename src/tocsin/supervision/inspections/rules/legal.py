"""Rows of legal documents as the law-enforcement system gives and takes them: `docs/inspections.md` tells the columns."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Final

KINDS: Final = (
    "inspection_record",  # 现场检查记录
    "rectification_order",  # 责令限期整改指令书
    "recheck_opinion",  # 整改复查意见书
    "case_filing",  # 立案审批表
    "penalty_notice",  # 行政处罚告知书
    "penalty_decision",  # 行政处罚决定书
    "stop_order",  # 现场处理措施决定书
    "other",
)
SERVED_KINDS: Final = KINDS[:3] + KINDS[4:7]
"""What is served on a firm, and readable for it; a filing and what has no kind stay with the authority."""

COLUMNS: Final = (
    *("number", "kind", "date", "object_code", "credit_code", "finding_number", "inspection_number", "title"),
    *("penalty_kind", "amount_yuan", "severe"),
)
NEEDED: Final = ("number", "kind", "date")
_YES: Final = ("1", "yes", "true", "是")
_NO: Final = ("", "0", "no", "false", "否")


@dataclass(frozen=True)
class DocumentRow:
    """One document that was read. `penalty_kind` is empty for what is no penalty."""

    number: str
    kind: str
    day: date
    object_code: str
    credit_code: str
    finding_number: str
    inspection_number: str
    title: str
    penalty_kind: str
    amount_yuan: Decimal | None
    severe: bool


def read_row(given: Mapping[str, object]) -> DocumentRow:
    """A row; ValueError with one sentence for each thing that is wrong, joined by "; "."""
    row = {name: str(given.get(name) if given.get(name) is not None else "").strip() for name in COLUMNS}
    wrong = [f"unknown column {name}" for name in given if name not in COLUMNS]
    wrong += [f"{name} is missing" for name in NEEDED if not row[name]]
    if row["kind"] and row["kind"] not in KINDS:
        wrong.append(f"kind {row['kind']!r} is none of {', '.join(KINDS)}")
    if not (row["object_code"] or row["credit_code"] or row["finding_number"] or row["inspection_number"]):
        wrong.append("name the object by object_code, credit_code, finding_number or inspection_number")
    if len(row["number"]) > 120 or len(row["title"]) > 300 or len(row["penalty_kind"]) > 40:
        wrong.append("a text is too long: number 120, title 300, penalty_kind 40")
    day, amount = date.min, None
    try:
        day = date.fromisoformat(row["date"])
    except ValueError:
        wrong += [f"date {row['date']!r} is no day (YYYY-MM-DD)"] if row["date"] else []
    if row["amount_yuan"]:
        try:
            amount = Decimal(row["amount_yuan"]).quantize(Decimal("0.01"))
            wrong += ["amount_yuan is no amount of money"] if not 0 <= amount < 10**12 else []
        except InvalidOperation:
            wrong.append(f"amount_yuan {row['amount_yuan']!r} is no number")
    if row["severe"].lower() not in (*_YES, *_NO):
        wrong.append(f"severe {row['severe']!r} is neither yes nor no")
    if row["kind"] == "penalty_decision" and not row["penalty_kind"]:
        wrong.append("a penalty_decision needs penalty_kind")
    if row["penalty_kind"] and row["kind"] != "penalty_decision":
        wrong.append("penalty_kind belongs to a penalty_decision")
    if wrong:
        raise ValueError("; ".join(wrong))
    names = ("number", "kind", "object_code", "credit_code", "finding_number", "inspection_number", "title", "penalty_kind")
    texts = {name: row[name] for name in names}
    return DocumentRow(**texts, day=day, amount_yuan=amount, severe=row["severe"].lower() in _YES)
