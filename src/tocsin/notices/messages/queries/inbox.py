"""Notices as the reader may see them: one's own inbox, those about a subject, and what nobody could be told."""

from collections import defaultdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Window
from django.db.models.functions import Coalesce, RowNumber

from tocsin.jurisdiction.face import may_anywhere, scope
from tocsin.jurisdiction.rights.rules import Permission
from tocsin.notices.channels.rules.verdicts import Fate
from tocsin.notices.messages.models import Notice, Sending
from tocsin.notices.messages.queries.contributions import purposes, signed_for
from tocsin.notices.messages.rules import rights
from tocsin.notices.messages.rules.fates import REACHABILITY

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from uuid import UUID

    from tocsin.jurisdiction.face import Person

STATES = ("waiting", "all")
MATTER = Coalesce("subject_id", "pk")  # what notices are told of together
_RELATED = (
    "organisation",
    "person",
    "instead_of__organisation",
    "instead_of__person",
    "seen_by",
    "seen_to_by",
)


def _with_everything(rows: QuerySet[Notice]) -> QuerySet[Notice]:
    return rows.select_related(*_RELATED).prefetch_related("sendings")


def notices_about(kind: str, ids: "Collection[UUID] | QuerySet[Any, Any]") -> QuerySet[Notice]:
    """The notices about these subjects. Ask first whether the reader may see them."""
    return Notice.objects.filter(subject_kind=kind, subject_id__in=ids)


def notices_asking(kind: str, ids: "Collection[UUID]") -> QuerySet[Notice]:
    """The notices that ask for these acts, or tell of them."""
    return Notice.objects.filter(act_kind=kind, act_id__in=ids)


def delivered_at(keys: "Collection[str]") -> dict[str, datetime]:
    """When the notices with these keys first reached somebody; those that have not are missing."""
    rows = Notice.objects.filter(key__in=keys, delivered_at__isnull=False)
    return {key: at for key, at in rows.values_list("key", "delivered_at") if at is not None}


def known_keys(keys: "Collection[str]") -> set[str]:
    """Of these keys those of which a notice was written. One query."""
    return set(Notice.objects.filter(key__in=keys).order_by().values_list("key", flat=True)) if keys else set()


def with_sendings(rows: QuerySet[Notice]) -> QuerySet[Notice]:
    """These notices with their readers and sendings, as they were written."""
    return _with_everything(rows).order_by("written_at", "id")


def inbox_of(user: "Person", *, now: datetime, state: str = "waiting") -> QuerySet[Notice]:
    """What is told to this person, or to the desk of the body for which they work; the newest first. `waiting`: neither read
    nor signed at `now`. A program with a token gets what its scopes reach of it.
    """
    if not user.is_authenticated or not user.is_active:
        return Notice.objects.none()
    own = Q(person_id=user.pk)
    body, is_program = getattr(user, "organisation_id", None), getattr(user, "token_scopes", None) is not None
    if body or is_program:
        reached = _reached_by(user)
        own &= reached if is_program else Q()
        own |= Q(person__isnull=True, organisation_id=body) & reached if body else Q()
    found = Notice.objects.filter(own, sendings__channel="screen").exclude(fate=Fate.SUPERSEDED, read_at__isnull=True)
    if state == "waiting":
        found = found.filter(_unanswered(now))
    return _with_everything(found).order_by("-written_at", "-id")


def _reached_by(user: "Person") -> Q:
    """The notices that the user's permissions reach. Each permission is asked once, however many purposes it opens: some fifty
    questions, one for each purpose, would cost more than all the rest of the page on which the number of notices stands.
    """
    opened = defaultdict[Permission, list[str]](list)
    for card in purposes().values():
        for permission in card.permissions:
            opened[permission].append(card.name)
    reached = Q(pk__in=())
    for permission in {rights.SEE: None, rights.WORK: None} | dict.fromkeys(opened):
        if may_anywhere(user, permission):
            every = Notice.objects.all()
            rows = every if permission in (rights.SEE, rights.WORK) else every.filter(purpose__in=opened[permission])
            reached |= Q(pk__in=scope(rows, user, permission, organisation_field="organisation").values("pk"))
    return reached


def matters_of(user: "Person", *, now: datetime, state: str = "waiting") -> QuerySet[Notice]:
    """The newest notice of each matter in this person's inbox, the newest first: a subject is one matter, however often it was
    told; what has no subject is a matter by itself. `with_others` brings the rest.
    """
    own = inbox_of(user, now=now, state=state).order_by().values("pk")
    newest = Window(RowNumber(), partition_by=MATTER, order_by=[F("written_at").desc(), F("id").desc()])
    heads = Notice.objects.filter(pk__in=own).annotate(newest=newest).filter(newest=1)
    return heads.order_by("-written_at", "-id")


def with_others(user: "Person", heads: "Iterable[Notice]", *, now: datetime, state: str = "waiting") -> list[list[Notice]]:
    """Each of these with everything else of its matter in the person's inbox, the newest first; nothing of a matter that has
    left the inbox since the heads were asked for.
    """
    found = list(heads)
    subjects = Q(subject_id__in=[one.subject_id for one in found if one.subject_id]) | Q(pk__in=[one.pk for one in found])
    groups: dict[UUID, list[Notice]] = {one.subject_id or one.pk: [] for one in found}
    for notice in inbox_of(user, now=now, state=state).filter(subjects):
        groups[notice.subject_id or notice.pk].append(notice)
    return [group for one in found if (group := groups[one.subject_id or one.pk])]


def _unanswered(now: datetime) -> Q:
    """Not read; one that asks for a signature waits until it is signed, or none is needed any more. A reachability drill
    that nobody answered by its deadline waits for nothing.
    """
    asks = Q(purpose__in=signed_for())
    return (
        Q(signed_at__isnull=True)
        & ((~asks & Q(read_at__isnull=True)) | (asks & ~Q(fate=Fate.SUPERSEDED)))
        & ~Q(purpose=REACHABILITY, deadline__lte=now)
    )


def count_waiting(user: "Person", *, now: datetime) -> tuple[int, int]:
    """In how many matters notices wait for this person, and how many of these are urgent. One query."""
    rows = inbox_of(user, now=now).order_by()
    counted = rows.aggregate(all=Count(MATTER, distinct=True), urgent=Count(MATTER, filter=Q(urgent=True), distinct=True))
    return counted["all"], counted["urgent"]


def untold(user: "Person") -> QuerySet[Notice]:
    """What nobody could be told, in the regions whose desk the user keeps; it rings until somebody sees to it or it is over."""
    rows = Notice.objects.filter(untold_at__isnull=False, seen_to_at__isnull=True).exclude(fate=Fate.SUPERSEDED)
    return _with_everything(scope(rows, user, rights.KEEP)).order_by("-urgent", "untold_at", "id")


def to_call(user: "Person", *, machine_now: datetime, region_code: str = "") -> QuerySet[Notice]:
    """What waits for a person to dial, in the regions whose desk the user keeps, by their clocks: nobody has heard it, no
    machine has anything left to try, and no screen has shown it in time. When the clock has run out it goes upward by itself.
    """
    dialled = Sending.objects.filter(notice=OuterRef("pk"), channel="telephone", fate=Fate.QUEUED, not_before__lte=machine_now)
    tried = Sending.objects.filter(notice=OuterRef("pk"), fate__in=(Fate.QUEUED, Fate.SENDING))
    tried = tried.exclude(channel__in=("telephone", "screen"))
    waits = Q(fate__in=(Fate.QUEUED, Fate.UNCERTAIN)) | Q(fate=Fate.SENT, urgent=True)
    rows = Notice.objects.filter(waits, Exists(dialled), ~Exists(tried))
    if region_code:
        rows = rows.filter(region_code=region_code)
    return _with_everything(scope(rows, user, rights.KEEP)).order_by("deadline", "id")


def count_readers(rows: QuerySet[Notice]) -> int:
    """To how many readers something of how many matters waits to be told: the rows of the lists of calls and of the untold."""
    found: int = (
        rows.order_by().annotate(matter=MATTER).values("matter", "organisation_id", "person_id", "outside").distinct().count()
    )
    return found


def of_one_reader(notice: Notice) -> QuerySet[Notice]:
    """This notice and the others of the same matter to the same body, person, or name outside."""
    same = Q(pk=notice.pk)
    if notice.subject_id is not None:
        same |= Q(
            subject_kind=notice.subject_kind,
            subject_id=notice.subject_id,
            organisation_id=notice.organisation_id,
            person_id=notice.person_id,
            outside=notice.outside,
        )
    return Notice.objects.filter(same)


def visible_notices(user: "Person", *, search: str = "", fate: str = "") -> QuerySet[Notice]:
    """Notices of the regions whose cases the user may see, the newest first; `search`: parts of its number or a reader's name."""
    rows = scope(Notice.objects.all(), user, rights.SEE)
    if fate:
        rows = rows.filter(fate=fate)
    for word in search.split():
        rows = rows.filter(
            Q(subject_label__icontains=word)
            | Q(organisation__name_zh__icontains=word)
            | Q(organisation__name_en__icontains=word)
            | Q(person__name__icontains=word)
            | Q(outside__icontains=word)
        )
    return _with_everything(rows).order_by("-written_at", "-id")
