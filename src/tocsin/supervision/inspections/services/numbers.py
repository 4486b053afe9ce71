"""Numbers of papers: a kind, a county, a local day and a count, without a gap and never twice."""

from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils import timezone

from tocsin.supervision.inspections.models import NumberBook

INSPECTION: Final = "JC"  # 检查
FINDING: Final = "YH"  # 隐患
DRAW: Final = "CQ"  # 抽取
DOCUMENT: Final = "WS"  # 文书


def next_number(kind: str, region_code: str, now: datetime) -> str:
    """The next number, such as JC-370213-20261125-003. Whoever asks holds the county's book until the transaction ends."""
    assert transaction.get_connection().in_atomic_block  # noqa: S101 - a number without its row would leave a gap
    key, day = f"{kind}-{region_code}", timezone.localtime(now).strftime("%Y%m%d")
    NumberBook.objects.get_or_create(key=key)
    book = NumberBook.objects.select_for_update().get(key=key)
    book.last = book.last + 1 if book.day == day else 1
    book.day = day
    book.save()
    return f"{key}-{day}-{book.last:03}"
