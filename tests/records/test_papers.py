"""Papers: what a value says stands on the page and does nothing else; the frame, the drill's mark, the same bytes again."""

import hashlib
import os
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime
from typing import Any

import msgspec
import pypdfium2
import pytest
from django.utils import translation

from tests.budgets import quickest_s
from tocsin.base.errors import InvalidInput, Unavailable
from tocsin.records.papers.policy import PressPolicy
from tocsin.records.papers.services.press import Press
from tocsin.records.papers.services.printing import names_of_papers, print_paper

PRINTED_AT = datetime(2026, 11, 24, 5, 5, tzinfo=UTC)


def notice(**changes: Any) -> dict[str, Any]:
    return {
        "title": "处置通知单",
        "number": "370213-20261124-0007",
        "printed_at": PRINTED_AT,
        "must_not": {"title": "禁止事项", "rows": ["严禁盲目下井"]},
        "addressed_to": [["主送单位", "青岛燃气"], ["协办单位", ["青岛热力", "李沧区城管局"]]],
        "matter": {
            "title": "事项",
            "level": {"name": "red", "text": "一级"},
            "facts": [["地点", "十梅庵路"]],
            "why": "甲烷 58 %LEL",
        },
        "tasks": {"title": "任务", "head": ["任务", "时限"], "rows": [["到场", "05:30"]]},
        "mind": [],
        "map": None,
        "reply": "电话",
        "signatures": [{"role": "签发", "name": "值班员", "at": "05:03"}, {"role": "签收", "name": "", "at": ""}],
    } | changes


def pages(document: bytes) -> list[str]:
    return [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(document)]


def printed(values: dict[str, Any], *, language: str = "zh-hans", drill: bool = False) -> bytes:
    return print_paper("disposal_notice", values, language=language, drill=drill)


HOSTILE = {
    "code": '#panic("stop") #import "/records/papers/house.typ": * #read("/etc/passwd")',
    "markup": "*bold* _slanted_ `raw` = Title $x^2$ <label> @reference // gone",
    "escapes": "\\u{41} \\ \" ' } ] ) ``` /* */",
    "web": "</svg><script>alert(1)</script>&amp;%s{{ title }}",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_value_is_shown_as_it_is(text: str) -> None:
    matter = {**notice()["matter"], "why": text}
    shown = "".join(pages(printed(notice(matter=matter, reply=[text, text]))))
    assert "".join(shown.split()).count("".join(text.split())) == 3


@pytest.mark.parametrize("text", ["😀 𠮷 한국어", "\x00\x07\x1b[31m", "\ud800", "\u202e", "a" * 5_000, "\u2028\n\r\n"])
def test_no_value_stops_a_paper(text: str) -> None:
    assert pages(printed(notice(reply=text, title=text, number=text)))


def test_a_cell_may_be_several_lines() -> None:
    tasks = {"title": "任务", "head": ["任务", "时限"], "rows": [[["到场", "测量"], "05:30"], ["反馈", "05:45"]]}
    page = pypdfium2.PdfDocument(printed(notice(tasks=tasks)))[0].get_textpage()
    text = page.get_text_range()
    first, second = (page.get_charbox(text.index(word))[0] for word in ("05:30", "05:45"))
    assert first == pytest.approx(second, abs=1.0)  # one column


def test_every_page_tells_the_paper_the_city_and_its_place() -> None:
    tasks = {"title": "任务", "head": ["任务", "时限"], "rows": [[f"到场 {one}", "05:30"] for one in range(120)]}
    shown = pages(printed(notice(tasks=tasks)))
    assert len(shown) > 2
    for number, page in enumerate(shown, 1):
        assert "370213-20261124-0007" in page
        assert "城市安全风险综合监测预警平台" in page
        assert f"第 {number} 页 共 {len(shown)} 页" in page
        assert "任务" in page  # the head of the table stands on each of its pages
        assert "演练" not in page


@pytest.mark.parametrize(("language", "mark"), [("zh-hans", "【演练】"), ("en", "【DRILL】")])
def test_a_drill_is_marked_on_each_page(language: str, mark: str) -> None:
    tasks = {"title": "任务", "head": ["任务", "时限"], "rows": [[f"到场 {one}", "05:30"] for one in range(80)]}
    shown = pages(printed(notice(tasks=tasks), language=language, drill=True))
    assert len(shown) > 1
    assert all(page.count(mark) == 2 for page in shown)


def test_the_file_tells_what_it_is() -> None:
    told = pypdfium2.PdfDocument(printed(notice())).get_metadata_dict()
    assert (told["Title"], told["Keywords"]) == ("处置通知单", "370213-20261124-0007")
    assert told["CreationDate"] == "D:20261124050500Z"


def test_the_same_values_give_the_same_bytes_in_another_process() -> None:
    program = (
        "import django; django.setup(); import hashlib; from tests.records.test_papers import notice, printed; "
        "print(hashlib.sha256(printed(notice())).hexdigest())"
    )
    environment = {"DJANGO_SETTINGS_MODULE": "tocsin.portal.settings"}
    done = subprocess.run(
        [sys.executable, "-c", program], env={**os.environ, **environment}, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == hashlib.sha256(printed(notice())).hexdigest()


def test_an_unknown_paper_and_missing_values_are_refused() -> None:
    with pytest.raises(LookupError):
        print_paper("love_letter", notice(), language="en")
    values = notice()
    del values["tasks"]
    with pytest.raises(ValueError, match="tasks"):
        printed(values)
    with pytest.raises(ValueError):
        printed(notice(reply=float("nan")))


def test_the_frame_is_no_paper() -> None:
    assert "house" not in names_of_papers()
    assert "disposal_notice" in names_of_papers()


def test_a_paper_is_quick() -> None:
    printed(notice())
    assert quickest_s(lambda: printed(notice(reply="one")), times=3) < 0.5


@translation.override("en")
def test_the_press_makes_few_at_once_one_for_each_person_within_bounds() -> None:
    impatient = PressPolicy(at_once=2, wait_s=0.05, longest_s=0.05, largest_megabytes=1)
    patient = msgspec.structs.replace(impatient, longest_s=60.0)
    small = Press(impatient)
    go, begun = threading.Event(), threading.Semaphore(0)

    def slow() -> bytes:
        begun.release()
        go.wait(60)
        return b"late"

    with pytest.raises(InvalidInput, match="1 MB"):
        small.make(lambda: b"", size=1_000_001, owner="li")
    with pytest.raises(Unavailable, match="too long"):
        small.make(slow, size=1, owner="li")
    with pytest.raises(Unavailable, match="in a moment"):
        small.make(lambda: b"", size=1, owner="li")  # the one that was given up still holds li's place
    small.policy = patient
    assert small.make(lambda: b"paper", size=1, owner="wang") == b"paper"
    small.policy = impatient
    while "wang" in small._gate._held:  # a moment after the paper
        time.sleep(0.001)
    with pytest.raises(Unavailable, match="too long"):
        small.make(slow, size=1, owner="wang")
    with pytest.raises(Unavailable, match="in a moment"):
        small.make(lambda: b"", size=1, owner="zhao")
    go.set()
    again = Press(msgspec.structs.replace(patient, wait_s=60.0))
    with pytest.raises(ZeroDivisionError):
        again.make(lambda: bytes(1 // 0), size=1, owner="li")
    assert again.make(lambda: b"paper", size=1, owner="li") == b"paper"
    assert [begun.acquire(timeout=60) for _ in range(2)] == [True, True]
