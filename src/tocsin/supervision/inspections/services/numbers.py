"""Numbers of papers: a kind, a county, a local day and a count, without a gap and never twice."""

from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils import timezone

from tocsin.supervision.inspections.models import NumberBook
from tocsin.supervision.inspections.policy.papers import paper_policy

INSPECTION: Final = "JC"  # 检查
FINDING: Final = "YH"  # 隐患
DRAW: Final = "CQ"  # 抽取
RECORD: Final = "XJ"  # 现场检查记录
ORDER: Final = "ZG"  # 责令限期整改指令书
OPINION: Final = "FC"  # 整改复查意见书
FORMS: Final = {RECORD: "inspection_record", ORDER: "rectification_order", OPINION: "recheck_opinion"}


def next_number(kind: str, region_code: str, now: datetime) -> str:
    """The next number, such as JC-370213-20261125-003. Whoever asks holds the county's book until the transaction ends."""
    day = timezone.localtime(now).strftime("%Y%m%d")
    return f"{kind}-{region_code}-{day}-{_count(f'{kind}-{region_code}', day):03}"


def next_form_number(kind: str, region_code: str, now: datetime) -> str:
    """The next number of a form of the bureau, counted through the year, as policy writes it."""
    policy, year = paper_policy(region_code), timezone.localtime(now).strftime("%Y")
    count = _count(f"{kind}-{region_code}", year)
    return policy.numbers[FORMS[kind]].format(word=policy.issuer.word or region_code, year=year, count=count)


def _count(key: str, day: str) -> int:
    assert transaction.get_connection().in_atomic_block  # noqa: S101 - a number without its row would leave a gap
    NumberBook.objects.get_or_create(key=key)
    book = NumberBook.objects.select_for_update().get(key=key)
    book.last = book.last + 1 if book.day == day else 1
    book.day = day
    book.save()
    return book.last
