"""Notices as their readers' lists have them: each with its own text and where it is acted upon."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ninja import Field

from tocsin.base.levels import AlarmLevel
from tocsin.notices.messages.models import Notice
from tocsin.notices.messages.shown import (
    NoticeOut,
    SendingOut,
    act_name_of,
    act_page_of,
    acted_on,
    asks_signature,
    describe_notice,
    headline_of,
    subject_page_of,
    texts_of,
)

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person, User


class InboxNoticeOut(NoticeOut):
    subject: str
    text: str
    address: str = Field(description="path of the page on which it is acted upon, empty where there is none but the case's")


class NoticeRow(InboxNoticeOut):
    """A line of a list on screen."""

    case: str
    case_page: str
    act: str
    act_name: str
    act_page: str
    asks_signature: bool

    @property
    def level_class(self) -> str:
        """The level's class of style."""
        return AlarmLevel(self.level).name.lower()

    @property
    def ways(self) -> list[str]:
        """Each sending in a line."""
        return [" ".join(filter(None, (one.channel_name, one.address, one.fate_name, one.outcome))) for one in self.sendings]


@dataclass(frozen=True)
class Matter:
    """What one reader has been told of one matter: the row that asks most of them, and what else was told of it."""

    head: NoticeRow
    others: list[NoticeRow]

    @property
    def rows(self) -> list[NoticeRow]:
        """All of it."""
        return [self.head, *self.others]

    @property
    def urgent(self) -> bool:
        """Whether something of it is urgent and nobody has read it."""
        return any(one.urgent and not one.read_at for one in self.rows)

    @property
    def unread(self) -> list[NoticeRow]:
        """What reading alone settles."""
        return [one for one in self.rows if not one.read_at and not one.asks_signature]

    @property
    def earlier(self) -> list[NoticeRow]:
        """Of what else was told what is folded, for it is more than one look takes in."""
        return self.others[SHOWN_AT_ONCE:]

    @property
    def beside(self) -> list[NoticeRow]:
        """What else was told, as much of it as one look takes in."""
        return self.others[:SHOWN_AT_ONCE]

    @property
    def beside_case(self) -> list[str]:
        """Where its reader acts upon what is about a case, or comes with an act to sign: pages besides those of case and act."""
        return list(dict.fromkeys(one.address for one in self.rows if one.address and (one.case or one.act)))

    @property
    def numbers(self) -> list[SendingOut]:
        """Each number to be dialled, once."""
        return list({row.address: row for one in self.rows for row in one.sendings if row.to_dial}.values())

    @property
    def texts(self) -> list[str]:
        """What is to be said, each once."""
        return list(dict.fromkeys(one.text for one in self.rows))


SHOWN_AT_ONCE = 4


def describe_matters(groups: Iterable[Sequence[Notice]], reader: "Person") -> list[Matter]:
    """Groups of notices, the newest first in each; at the head what waits for a signature, else the newest."""
    found = [list(group) for group in groups]
    rows = {row.id: row for row in describe_rows((one for group in found for one in group), reader)}
    matters = []
    for group in found:
        head, *others = sorted((rows[one.pk] for one in group), key=lambda row: not row.asks_signature)
        for row in others:
            row.text = _news(row.text, beside=head.text)
        matters.append(Matter(head, others))
    return matters


def _news(text: str, *, beside: str) -> str:
    """The lines that do not stand in the other text already; all of it where none is new."""
    known = set(beside.splitlines())
    return "\n".join(line for line in text.splitlines() if line not in known) or text


def by_reader(notices: Iterable[Notice]) -> list[list[Notice]]:
    """Notices by their matter and their reader, in the order of the first of each."""
    groups: dict[tuple[object, ...], list[Notice]] = {}
    for one in notices:
        groups.setdefault((one.subject_id or one.pk, one.organisation_id, one.person_id, one.outside), []).append(one)
    return list(groups.values())


def describe_inbox(notices: Iterable[Notice], reader: "Person") -> list[InboxNoticeOut]:
    """Notices with their texts, for programs."""
    found = list(notices)
    texts = texts_of(found)
    return [
        InboxNoticeOut(**dict(describe_notice(one, reader)), subject=headline_of(one), text=texts[one.pk], address=acted_on(one))
        for one in found
    ]


def own_notices(user: "User") -> Iterable[dict[str, object]]:
    """What this person was told by name, as they get it themselves: by which ways, and what became of it."""
    rows = Notice.objects.filter(person=user).select_related("organisation", "person").prefetch_related("sendings")
    for one in rows.order_by("-written_at"):
        told = describe_notice(one, user)
        ways = [f"{way.channel_name} {way.address} {way.fate_name}".strip() for way in told.sendings]
        yield {
            "written_at": one.written_at,
            "subject": headline_of(one),
            "fate": told.fate,
            "read_at": one.read_at,
            "signed_at": one.signed_at,
            "ways": ways,
        }


def describe_rows(notices: Iterable[Notice], reader: "Person") -> list[NoticeRow]:
    """Notices with their texts and the pages of what they are about."""
    found = list(notices)
    return [
        NoticeRow(
            **dict(told),
            case=notice.subject_label,
            case_page=subject_page_of(notice),
            act=notice.act_label,
            act_name=act_name_of(notice),
            act_page=act_page_of(notice),
            asks_signature=asks_signature(notice),
        )
        for notice, told in zip(found, describe_inbox(found, reader), strict=True)
    ]
