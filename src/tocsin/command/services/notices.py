"""Who is told what: notices written with their sendings, each once; what became of them; upward where nobody is found.

A notice is a row with its sendings in the transaction of what it tells, so that neither is there without the other.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from tocsin.base.ids import deterministic_id, new_id
from tocsin.base.levels import AlarmLevel
from tocsin.bus.bulk import insert_all, save_all
from tocsin.bus.services import record_events
from tocsin.command.events import NobodyTold, NoticesWritten
from tocsin.command.models import Case, Notice, Sending
from tocsin.command.notify.settings import channels_set_up
from tocsin.command.policy.sending import sending
from tocsin.command.queries.routing import Directory, Way
from tocsin.command.rules.clocks import Step
from tocsin.command.rules.notices import OWN, PENDING, REACHED, STAYS, Fate, Purpose, Wall, best_fate, wall
from tocsin.command.rules.routing import Told, Why, novelty
from tocsin.command.services import clocks
from tocsin.command.services.book import Line
from tocsin.jurisdiction.rules.contacts import ContactKind
from tocsin.warning.rules import told_percent

if TYPE_CHECKING:
    from tocsin.command.models import Order
    from tocsin.command.services.book import Book
    from tocsin.jurisdiction.models import Organisation, User

MOST_UPWARD = 5
_OWNERS = (Why.SYMPTOM_OWNER, Why.LIKELY_CAUSE_OWNER, Why.INDUSTRY_DEPARTMENT)
_CITY = (Why.LOCAL_GOVERNMENT, Why.CITY_DUTY)
_PENDING = [fate.value for fate in PENDING]


@dataclass(frozen=True)
class Draft:
    """A notice to be written. `key` is of identities, so that the same matter is never told twice to the same reader."""

    purpose: Purpose
    why: str
    urgent: bool
    key: str
    case: Case | None = None
    organisation: "Organisation | None" = None
    person: "User | None" = None
    order: "Order | None" = None
    figures: dict[str, Any] = field(default_factory=dict)
    deadline: datetime | None = None
    instead_of: Notice | None = None

    @property
    def level(self) -> AlarmLevel:
        """The level by which contact points are chosen: never below what is urgent."""
        return level_of(self.case, urgent=self.urgent)

    @property
    def region_code(self) -> str:
        """Whose people may see it."""
        body = self.organisation or (self.person.organisation if self.person else None)
        return self.case.region_code if self.case else body.region_id if body else "000000"


def level_of(case: Case | None, *, urgent: bool) -> AlarmLevel:
    """The level by which contact points are chosen: what is of no case counts as the lowest."""
    level = AlarmLevel(case.level) if case else AlarmLevel.BLUE
    return max(level, sending().urgent_level) if urgent else min(level, AlarmLevel(sending().urgent_level - 1))


def write(
    case: Case | None,
    *,
    organisation: "Organisation | None" = None,
    person: "User | None" = None,
    purpose: Purpose,
    why: str,
    urgent: bool,
    key: str,
    figures: dict[str, Any],
    now: datetime,
    order: "Order | None" = None,
    deadline: datetime | None = None,
    book: "Book | None" = None,
) -> Notice:
    """One matter told to a person, or to a body's desk and who is on call there; the notice that has this key if there is one.

    Where no way to them is known it goes upward to the next desk of the same level, and where there is none it rings on the
    duty desk's screens. Who holds the county's book gives it, so that nothing is looked up twice in its transaction.
    """
    draft = Draft(purpose, why, urgent, key, case, organisation, person, order, figures, deadline)
    return write_all([draft], directory_of(book) if book is not None else Directory(now))[0]


def write_all(drafts: Sequence[Draft], directory: Directory) -> list[Notice]:
    """The notices of these drafts in their order; those whose key is known are left as they are."""
    known = {one.key: one for one in Notice.objects.filter(key__in=[draft.key for draft in drafts])}
    channels = channels_set_up()
    made: list[Notice] = []
    ways: list[Sending] = []
    for draft in drafts:
        if draft.key in known:
            continue
        notice, sendings = _compose(draft, directory, channels)
        known[draft.key] = notice
        made.append(notice)
        ways += sendings
    insert_all(made)
    insert_all(ways)
    _announce(made)
    meet_clocks([one for one in made if one.fate in REACHED], directory.at)
    go_upward([one for one in made if one.fate == Fate.FAILED and one.purpose not in STAYS], directory)
    return [known[draft.key] for draft in drafts]


def tell_case(book: "Book", case: Case) -> list[Notice]:
    """Everybody concerned is told, at once and each in its own words; again only of what is new to them. A second call does
    nothing. Of one that is over: `endings.tell_end`.
    """
    directory = directory_of(book)
    drafts = _drafts(directory, case, _told_so_far(case))
    written = write_all(drafts, directory) if drafts else []
    if written:
        book.note(case, "told", figures=_bodies(written))
    return written


def tell_new_cases(book: "Book", cases: Sequence[Case]) -> None:
    """`tell_case` for many cases at once of which nobody has been told yet."""
    directory = directory_of(book)
    directory.look_up_diagnoses(cases)
    drafts = [draft for case in cases for draft in _drafts(directory, case, {})]
    by_case: dict[UUID, list[Notice]] = {}
    for notice in write_all(drafts, directory) if drafts else ():
        by_case.setdefault(notice.case_id, []).append(notice)  # type: ignore[arg-type]  # all of them have a case
    lines = [Line(case, figures=_bodies(by_case[case.pk])) for case in cases if case.pk in by_case]
    if lines:
        book.note_all("told", lines)


def _drafts(directory: Directory, case: Case, told: dict[UUID, Told]) -> list[Draft]:
    """What is new of the case to each body that it concerns."""
    drafts = []
    for one in directory.concerned(case):
        before = told.get(one.organisation.pk, Told())
        new = novelty(before, level=AlarmLevel(case.level), causes=[cause.cause for cause in one.causes])
        if new is None:
            continue
        causes = [[cause.cause, told_percent(cause.probability), cause.asset_code] for cause in one.causes]
        past = [before.ended] if before.ended else []
        names = "+".join(sorted(before.causes | {cause.cause for cause in one.causes}))
        drafts.append(
            Draft(
                Purpose.TOLD,
                one.why,
                case.level >= sending().urgent_level,
                f"told-{deterministic_id('told', case.pk, one.organisation.pk, case.level, names, case.reopened_at, *past)}",
                case,
                one.organisation,
                figures={"causes": causes, "news": new.value},
            )
        )
    return drafts


def _bodies(notices: Sequence[Notice]) -> dict[str, Any]:
    return {"bodies": [{**names_of(one.organisation), "why": one.why} for one in notices if one.organisation]}


def supersede(notices: Any, *, now: datetime, by_signature: bool = False) -> int:
    """Stops what has not been handed over of these notices (a query set); returns how many notices were still pending.

    What a sender holds at this moment may still go out; its fate is told then.
    """
    words = "signed" if by_signature else "replaced"
    if by_signature:
        asked = notices.filter(purpose__in=(Purpose.ORDER, Purpose.STAND_BY), signed_at__isnull=True)
        asked.update(fate=Fate.SIGNED.value, signed_at=now)
    pending = list(notices.filter(fate__in=_PENDING).values_list("pk", flat=True))
    Sending.objects.filter(notice__in=notices.values("pk"), fate__in=[Fate.QUEUED.value, Fate.UNCERTAIN.value]).update(
        fate=Fate.SUPERSEDED.value, outcome=words, leased_until=None
    )
    Notice.objects.filter(pk__in=pending).update(fate=Fate.SUPERSEDED.value)
    return len(pending)


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
        Purpose(notice.purpose),
        Why.UPWARD,
        notice.urgent,
        f"up-{deterministic_id('upward', notice.pk, above.pk)}",
        notice.case,
        above,
        None,
        notice.order,
        {**notice.figures, "as": notice.figures.get("as", notice.why)},
        instead_of=notice,
    )


def _steps(notice: Notice) -> int:
    """How many desks have been passed on the way up to this one."""
    count, at = 0, notice.instead_of
    while at is not None:
        count, at = count + 1, at.instead_of
    return count


def directory_of(book: "Book") -> Directory:
    """The directory of the transaction that holds this book."""
    found = book.memo.setdefault("directory", Directory(book.now))
    assert isinstance(found, Directory)  # noqa: S101 - this module alone puts it there
    return found


def carry(found: Iterable[Notice]) -> None:
    """Each notice is as far as the best of its sendings; what persons did with it stands above."""
    own = {one.pk: one for one in found if one.fate not in OWN}
    fates: dict[UUID, list[Fate]] = {pk: [] for pk in own}
    for pk, fate in Sending.objects.filter(notice__in=list(own)).values_list("notice_id", "fate"):
        fates[pk].append(Fate(fate))
    changed: dict[str, list[UUID]] = {}
    for pk, notice in own.items():
        fate = best_fate(fates[pk]).value
        if fate != notice.fate:
            notice.fate = fate
            changed.setdefault(fate, []).append(pk)
    for fate, ids in changed.items():
        Notice.objects.filter(pk__in=ids).exclude(fate__in=OWN).update(fate=fate)


def meet_clocks(handed: Iterable[Notice], now: datetime) -> None:
    """The first notice of a case to its owners, and to the city, meets the clock that waited for it."""
    met: dict[Step, list[Case]] = {Step.NOTIFY_OWNER: [], Step.NOTIFY_CITY: []}
    for notice in handed:
        if notice.case is None or notice.purpose != Purpose.TOLD:
            continue
        if notice.why in _OWNERS:
            met[Step.NOTIFY_OWNER].append(notice.case)
        elif notice.why in _CITY:
            met[Step.NOTIFY_CITY].append(notice.case)
    for step, cases in met.items():
        clocks.meet_own(cases, step, now=now)


def names_of(body: "Organisation") -> dict[str, str]:
    """The body's names in both languages, as figures carry them."""
    return {"zh": body.name_zh, "en": body.name_en}


def _compose(draft: Draft, directory: Directory, channels: Collection[str]) -> tuple[Notice, list[Sending]]:
    policy = sending()
    drill = draft.case.drill if draft.case else None
    notice = Notice(
        id=new_id(),
        case=draft.case,
        order=draft.order,
        region_code=draft.region_code,
        organisation=draft.organisation,
        person=draft.person,
        purpose=draft.purpose,
        why=draft.why,
        level=draft.case.level if draft.case else 0,
        urgent=draft.urgent,
        drill=drill is not None,
        figures=draft.figures,
        key=draft.key,
        instead_of=draft.instead_of,
        written_at=directory.at,
        deadline=draft.deadline or directory.at + policy.time_for(urgent=draft.urgent),
    )
    if _walled(notice, drill) is Wall.NOT_NAMED:
        notice.fate, notice.figures = Fate.SUPERSEDED.value, {**draft.figures, "not_named": True}
        return notice, []
    ways = directory.ways_to(draft.organisation, draft.person, draft.level)
    sendings = [sending_by(notice, way, channels) for way in ways]
    notice.fate = best_fate(Fate(one.fate) for one in sendings).value
    open_ways = [one for one in sendings if one.fate != Fate.FAILED]
    if open_ways and all(one.channel == ContactKind.TELEPHONE for one in open_ways):
        first_s = min(one.not_before for one in open_ways) - timezone.now()
        begins = directory.at + max(first_s, timedelta(0)) * settings.CONFIGURATION.clock.speed
        notice.deadline = min(notice.deadline, begins + policy.time_to_call(urgent=draft.urgent))
    return notice, sendings


def _walled(notice: Notice, drill: Any) -> Wall:
    """The wall between drill and real at writing; the senders ask the same rule again."""
    return wall(drill.recipients if drill else None, organisation_id=notice.organisation_id, person_id=notice.person_id)


def sending_by(notice: Notice, way: Way, channels: Collection[str]) -> Sending:
    """The notice by that way, not saved yet; `channels`: those that are set up.

    The screen is our own and shows what is written: there it has been handed over as soon as the row is there.
    """
    moment = timezone.now()
    row = Sending(
        id=new_id(),
        notice=notice,
        channel=way.channel,
        address=way.address,
        language=way.language,
        not_before=moment + way.wait / settings.CONFIGURATION.clock.speed if way.wait else moment,
    )
    if way.channel == ContactKind.SCREEN:
        row.fate, row.attempts, row.tried_at, row.sent_at = Fate.SENT.value, 1, moment, notice.written_at
    elif way.channel not in channels:
        row.fate, row.outcome = Fate.FAILED.value, "no_channel"
    return row


def _announce(notices: Iterable[Notice]) -> None:
    """News for screens: one event for each case."""
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


def _told_so_far(case: Case) -> dict[UUID, Told]:
    """By body what it knows of the case; one that heard that it is over, and then goes on, begins anew."""
    rows = case.notices.filter(purpose=Purpose.TOLD, organisation__isnull=False).exclude(why=Why.UPWARD)
    if case.reopened_at:
        rows = rows.filter(written_at__gte=case.reopened_at)
    told: dict[UUID, Told] = {}
    columns = rows.order_by("written_at", "id").values_list("organisation_id", "level", "figures")
    for organisation_id, level, figures in columns:
        before = told.get(organisation_id, Told())
        causes = before.causes | {cause for cause, *_rest in figures.get("causes", [])}
        known = Told(max(before.level, AlarmLevel(level)), causes, ever=True, ended=before.ended)
        told[organisation_id] = Told(ended=before.ended + 1) if figures.get("over") else known
    return told
