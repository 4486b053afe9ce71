"""Notices as their readers' lists have them: each with its own text and where it is acted upon."""

from collections.abc import Iterable

from ninja import Field

from tocsin.base.levels import AlarmLevel
from tocsin.notices.messages.models import Notice
from tocsin.notices.messages.shown import (
    NoticeOut,
    act_page_of,
    acted_on,
    asks_signature,
    describe_notice,
    headline_of,
    subject_page_of,
    texts_of,
)


class InboxNoticeOut(NoticeOut):
    subject: str
    text: str
    address: str = Field(description="path of the page on which it is acted upon, empty where there is none but the case's")


class NoticeRow(InboxNoticeOut):
    """A line of a list on screen."""

    case: str
    case_page: str
    order: str
    order_page: str
    asks_signature: bool

    @property
    def level_class(self) -> str:
        """The level's class of style."""
        return AlarmLevel(self.level).name.lower()

    @property
    def ways(self) -> list[str]:
        """Each sending in a line."""
        return [" ".join(filter(None, (one.channel_name, one.address, one.fate_name, one.outcome))) for one in self.sendings]


def describe_inbox(notices: Iterable[Notice]) -> list[InboxNoticeOut]:
    """Notices with their texts, for programs."""
    found = list(notices)
    texts = texts_of(found)
    return [
        InboxNoticeOut(**dict(describe_notice(one)), subject=headline_of(one), text=texts[one.pk], address=acted_on(one))
        for one in found
    ]


def describe_rows(notices: Iterable[Notice]) -> list[NoticeRow]:
    """Notices with their texts and the pages of what they are about."""
    found = list(notices)
    return [
        NoticeRow(
            **dict(told),
            case=notice.subject_label,
            case_page=subject_page_of(notice),
            order=notice.act_label,
            order_page=act_page_of(notice),
            asks_signature=asks_signature(notice),
        )
        for notice, told in zip(found, describe_inbox(found), strict=True)
    ]
