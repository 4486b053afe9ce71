"""Legal documents of other systems: rows, numbers, what comes in once."""

import json
from decimal import Decimal
from typing import Any

import pytest

from tests.languages import english as english
from tests.people import YANTAI, make_named_person
from tests.supervision.firms import make_object
from tests.supervision.visits import finds
from tests.supervision.visits import firm as firm
from tests.supervision.visits import inspection as inspection
from tests.supervision.visits import pair as pair
from tocsin.jurisdiction.people.models import User
from tocsin.supervision.inspections.models import Inspection, LegalDocument, Penalty
from tocsin.supervision.inspections.rules.legal import read_row
from tocsin.supervision.inspections.services.legal import exported, import_documents

ROWS: list[tuple[str, dict[str, Any], str]] = [
    ("no number", {"number": ""}, "number is missing"),
    ("a kind that is none", {"kind": "letter"}, "kind 'letter'"),
    ("no day", {"date": "24.11.2026"}, "no day"),
    ("no object", {"object_code": ""}, "name the object"),
    ("no money", {"amount_yuan": "much"}, "no number"),
    ("neither yes nor no", {"severe": "perhaps"}, "severe"),
    ("a penalty of no kind", {"kind": "penalty_decision"}, "penalty_kind"),
    ("an unknown column", {"colour": "red"}, "colour"),
]


ROW = {"number": "1", "kind": "other", "date": "2026-11-24", "object_code": "QC-TEST-000"}


@pytest.mark.parametrize(("name", "change", "words"), ROWS, ids=[one[0] for one in ROWS])
def test_a_row_tells_what_is_wrong_with_it(name: str, change: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        read_row({**ROW, **change})


def test_a_number_is_its_authoritys_own(inspection: Inspection, pair: tuple[User, User]) -> None:
    far, there = make_object("Far works", region_code=YANTAI), make_named_person("far", "inspector", region=YANTAI)
    decision = {**ROW, "number": "1", "kind": "penalty_decision", "penalty_kind": "fine"}
    taken = json.dumps([{**decision, "object_code": far.code}]).encode()
    assert import_documents(actor=there, content=taken).written == 1
    own = import_documents(actor=pair[0], content=json.dumps([decision]).encode())
    assert (own.written, own.errors) == (1, ())
    assert Penalty.objects.filter(document_number="1").count() == 2


def test_documents_come_in_once_and_wrong_rows_are_told(inspection: Inspection, pair: tuple[User, User]) -> None:
    finding = finds(inspection, pair[0])
    decision = {
        **ROW,
        "number": "罚1",
        "kind": "penalty_decision",
        "penalty_kind": "fine",
        "amount_yuan": "30000",
        "severe": "是",
    }
    rows = [
        ROW,
        {**decision, "finding_number": finding.number},
        {**ROW, "number": "2", "object_code": "QC-NONE"},
        {"number": "3"},
    ]
    content = json.dumps({"documents": rows}).encode()
    report = import_documents(actor=pair[0], content=content)
    assert (report.written, report.known, len(report.errors)) == (2, 0, 2)
    assert report.errors[0].startswith("row 3")
    again = import_documents(actor=pair[0], content=content)
    assert (again.written, again.known, len(again.errors)) == (0, 2, 2)
    penalty = Penalty.objects.get()
    assert (penalty.severe, penalty.amount_yuan, penalty.finding) == (True, Decimal("30000.00"), finding)
    table = "number,kind,date,object_code\n4,other,2026-11-24,QC-TEST-000\n".encode("gb18030")
    assert import_documents(actor=pair[0], content=table).written == 1
    out = exported(LegalDocument.objects.get(number="罚1"))
    assert (out["finding_number"], out["object_code"], out["date"]) == (finding.number, "QC-TEST-000", "2026-11-24")
