"""Who is told what: notices written with their sendings, each once; upward where nobody is found.

A notice is a row with its sendings in the transaction of what it tells, so that neither is there without the other.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils import timezone

from tocsin.base.ids import deterministic_id, new_id
from tocsin.base.levels import AlarmLevel
from tocsin.bus.bulk import insert_all, save_all
from tocsin.bus.services import record_events
from tocsin.jurisdiction.contacts.rules import SCREEN, TELEPHONE
from tocsin.notices.channels.queries import channels_set_up
from tocsin.notices.channels.rules.verdicts import Fate
from tocsin.notices.messages.events import NobodyTold, NoticesWritten
from tocsin.notices.messages.models import Notice, Sending
from tocsin.notices.messages.policy import sending
from tocsin.notices.messages.queries.contributions import staying
from tocsin.notices.messages.queries.directory import Directory, Outside, Way
from tocsin.notices.messages.rules.fates import UPWARD, Wall, best_fate, wall

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Organisation, User
    from tocsin.notices.messages.rules.subjects import Act, Subject

MOST_UPWARD = 5


@dataclass(frozen=True)
class Draft:
    """A notice to be written. `key` is of identities, so that the same matter is never told twice to the same reader.

    `on_screen`: it is worth no message, and waits on screens alone.
    """

    purpose: str
    why: str
    urgent: bool
    key: str
    subject: "Subject | None" = None
    organisation: "Organisation | None" = None
    person: "User | None" = None
    outside: Outside | None = None
    act: "Act | None" = None
    figures: Mapping[str, object] = field(default_factory=dict)
    deadline: datetime | None = None
    instead_of: Notice | None = None
    on_screen: bool = False

    @property
    def level(self) -> AlarmLevel:
        """The level by which contact points are chosen: never below what is urgent."""
        return level_of(self.subject, urgent=self.urgent)

    def region_code(self, directory: Directory) -> str:
        """Whose people may see it."""
        if self.subject is not None:
            return self.subject.region_code
        if self.organisation is not None:
            return self.organisation.region_id
        if self.outside is not None:
            return self.outside.region_code
        return directory.region_of(self.person) if self.person else "000000"


def level_of(subject: "Subject | None", *, urgent: bool) -> AlarmLevel:
    """The level by which contact points are chosen: what has no subject counts as the lowest."""
    level = AlarmLevel(subject.level) if subject else AlarmLevel.BLUE
    return max(level, sending().urgent_level) if urgent else min(level, AlarmLevel(sending().urgent_level - 1))


def write(
    subject: "Subject | None",
    *,
    organisation: "Organisation | None" = None,
    person: "User | None" = None,
    purpose: str,
    why: str,
    urgent: bool,
    key: str,
    figures: Mapping[str, object],
    now: datetime,
    act: "Act | None" = None,
    deadline: datetime | None = None,
    directory: Directory | None = None,
) -> Notice:
    """One matter told to a person, or to a body's desk and who is on call there; the notice that has this key if there is one.

    Where no way to them is known it goes upward to the next desk of the same level, and where there is none it rings on the
    duty desk's screens. Who has a directory of this transaction gives it, so that nothing is looked up twice.
    """
    draft = Draft(purpose, why, urgent, key, subject, organisation, person, None, act, figures, deadline)
    return write_all([draft], directory or Directory(now))[0]


def look_up_ways(bodies: Sequence["Organisation"], directory: Directory, *, urgent: bool) -> None:
    """How these bodies are told, looked up before the transactions in which it is written: those stay short."""
    channels, level = channels_set_up(), level_of(None, urgent=urgent)
    directory.read_ahead(bodies)
    for body in bodies:
        ways = directory.ways_to(body, None, level)
        if not any(way.channel in channels for way in ways):
            directory.next_desk(body)  # it will go upward


def write_all(drafts: Sequence[Draft], directory: Directory) -> list[Notice]:
    """The notices of these drafts in their order; those whose key is known are left as they are."""
    known = {one.key: one for one in Notice.objects.filter(key__in=[draft.key for draft in drafts])}
    channels = channels_set_up()
    made: list[Notice] = []
    ways: list[Sending] = []
    used: dict[tuple[object, ...], set[tuple[str, str]]] = {}
    for draft in drafts:
        if draft.key in known:
            continue
        notice, sendings = _compose(draft, directory, channels)
        known[draft.key] = notice
        made.append(notice)
        ways += _not_twice(draft, sendings, used)
    insert_all(made)
    insert_all(ways)
    _announce(made)
    stays = staying()
    go_upward([one for one in made if one.fate == Fate.FAILED and one.purpose not in stays], directory)
    return [known[draft.key] for draft in drafts]


def go_upward(unheard: Sequence[Notice], directory: Directory) -> None:
    """Nobody could be reached at these: the next desk above each is told; where there is none it rings."""
    drafts: list[Draft] = []
    ringing: list[Notice] = []
    for notice in unheard:
        body = notice.organisation or (notice.person.organisation if notice.person else None)
        above = directory.next_desk(body) if body is not None and _steps(notice) < MOST_UPWARD else None
        if above is None or notice.drill:  # a drill reaches nobody that it does not name, upward neither
            ringing.append(notice)
        else:
            drafts.append(_instead(notice, above))
    if ringing:
        _ring(ringing, directory.at)
    if drafts:
        write_all(drafts, directory)


def _instead(notice: Notice, above: "Organisation") -> Draft:
    return Draft(
        notice.purpose,
        UPWARD,
        notice.urgent,
        f"up-{deterministic_id('upward', notice.pk, above.pk)}",
        notice.subject,
        above,
        None,
        None,
        notice.act,
        {**notice.figures, "as": notice.figures.get("as", notice.why)},
        instead_of=notice,
    )


def _steps(notice: Notice) -> int:
    """How many desks have been passed on the way up to this one."""
    count, at = 0, notice.instead_of
    while at is not None:
        count, at = count + 1, at.instead_of
    return count


def names_of(body: "Organisation") -> dict[str, str]:
    """The body's names in both languages, as figures carry them."""
    return {"zh": body.name_zh, "en": body.name_en}


def _compose(draft: Draft, directory: Directory, channels: Collection[str]) -> tuple[Notice, list[Sending]]:
    policy = sending()
    subject, act = draft.subject, draft.act
    notice = Notice(
        id=new_id(),
        subject_kind=subject.kind if subject else "",
        subject_id=subject.id if subject else None,
        subject_label=subject.label if subject else "",
        act_kind=act.kind if act else "",
        act_id=act.id if act else None,
        act_label=act.label if act else "",
        act_body_id=act.body_id if act else None,
        region_code=draft.region_code(directory),
        organisation=draft.organisation,
        person=draft.person,
        outside=draft.outside.name[:120] if draft.outside else "",
        purpose=draft.purpose,
        why=draft.why,
        level=subject.level if subject else 0,
        urgent=draft.urgent,
        drill=subject is not None and subject.wall is not None,
        wall=subject.wall if subject else None,
        figures=draft.figures,
        key=draft.key,
        instead_of=draft.instead_of,
        written_at=directory.at,
        deadline=draft.deadline or directory.at + policy.time_for(urgent=draft.urgent),
    )
    if walled(notice.wall, notice) is Wall.NOT_NAMED:
        notice.fate, notice.figures = Fate.SUPERSEDED.value, {**draft.figures, "not_named": True}
        return notice, []
    ways = draft.outside.ways if draft.outside else directory.ways_to(draft.organisation, draft.person, draft.level)
    if draft.on_screen:
        ways = tuple(way for way in ways if way.channel == SCREEN)
    sendings = [sending_by(notice, way, channels) for way in ways]
    notice.fate = best_fate(Fate(one.fate) for one in sendings).value
    open_ways = [one for one in sendings if one.fate != Fate.FAILED]
    if any(one.channel != TELEPHONE for one in open_ways):
        for one in open_ways:  # a machine or a screen comes first: a person dials where nobody has heard it by then
            if one.channel == TELEPHONE:
                one.not_before += policy.time_unseen(urgent=draft.urgent) / settings.CONFIGURATION.clock.speed
    elif open_ways:
        first_s = min(one.not_before for one in open_ways) - timezone.now()
        begins = directory.at + max(first_s, timedelta(0)) * settings.CONFIGURATION.clock.speed
        notice.deadline = min(notice.deadline, begins + policy.time_to_call(urgent=draft.urgent))
    return notice, sendings


def walled(named: Mapping[str, Any] | None, notice: Notice) -> Wall:
    """The wall between drill and real for this reader, at writing; the senders ask the same rule again."""
    return wall(named, organisation_id=notice.organisation_id, person_id=notice.person_id)


def sending_by(notice: Notice, way: Way, channels: Collection[str]) -> Sending:
    """The notice by that way, not saved yet; `channels`: those that are set up.

    The screen is our own: its row waits until a signed-in person's page has shown it (`delivery.see`).
    """
    moment = timezone.now()
    row = Sending(
        id=new_id(),
        notice=notice,
        channel=way.channel,
        address=way.address,
        language=way.language,
        contact_point=way.point_id,
        not_before=moment + way.wait / settings.CONFIGURATION.clock.speed if way.wait else moment,
    )
    if way.channel not in channels:
        row.fate, row.outcome = Fate.FAILED.value, "no_channel"
    return row


def _not_twice(draft: Draft, sendings: list[Sending], used: dict[tuple[object, ...], set[tuple[str, str]]]) -> list[Sending]:
    """Without the addresses that get the same words by another notice of the same moment: who is on call for a desk is told
    once, as a person. A notice keeps its ways where nothing else is left.
    """
    words = (
        draft.subject.id if draft.subject else None,
        draft.purpose,
        tuple(sorted((name, str(value)) for name, value in draft.figures.items())),
    )
    known = used.setdefault(words, set())
    free = [one for one in sendings if (one.channel, one.address) not in known] or sendings
    known.update((one.channel, one.address) for one in free)
    return free


def _announce(notices: Iterable[Notice]) -> None:
    """News for screens: one event for each subject."""
    by_case: dict[tuple[str, str], list[str]] = {}
    for one in notices:
        by_case.setdefault((str(one.case_id or ""), one.region_code), []).append(str(one.pk))
    record_events((NoticesWritten(case_id=case_id, notice_ids=ids), region) for (case_id, region), ids in by_case.items())


def _ring(notices: Sequence[Notice], now: datetime) -> None:
    for notice in notices:
        notice.untold_at = now
    save_all(notices, "untold_at")
    told = ((one, NobodyTold(case_id=str(one.case_id or ""), notice_id=str(one.pk))) for one in notices)
    record_events((event, one.region_code) for one, event in told)
