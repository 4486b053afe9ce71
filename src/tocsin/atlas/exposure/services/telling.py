"""Whoever answers for a school, a hospital, a home is told by one press, and what became of it stands with the occasion."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from tocsin.atlas.exposure.models import ExposedBody
from tocsin.atlas.exposure.queries.telling import (
    ACT_KIND,
    MESSAGE_CHANNEL,
    MOST_BODIES,
    Occasion,
    Told,
    bodies_to_tell,
    occasion_of,
    reach,
)
from tocsin.atlas.exposure.rules import TOLD_BY, Reach
from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.base.geometry import distance_m
from tocsin.base.storable import storable
from tocsin.jurisdiction.contacts.rules import TELEPHONE
from tocsin.notices.face import (
    Contribution,
    Directory,
    Draft,
    Notice,
    Outside,
    PurposeCard,
    Way,
    names_of,
    subject_card,
    write_all,
)
from tocsin.notices.messages.rules.subjects import Act
from tocsin.records.face import record_audits
from tocsin.screens.words import in_language

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

EXPOSED_BODY: Final = "exposed_body"
NEAR_AS: Final = "exposed_body"
LONGEST: Final = 300
ROUNDED_M: Final = 50


@transaction.atomic
def tell_bodies(
    *, actor: "User", body_ids: Sequence[UUID], about: str = "", words: str, now: datetime, channel: str = "console"
) -> list[Told]:
    """Tells those who answer for these bodies, each once in the same words; those that can't be told come back with the reason.

    `about`: the occasion (`case:` and its id); empty where there is none.
    """
    text = storable(words.strip())
    if not text or len(text) > LONGEST:
        raise InvalidInput(_("Say in at most %(most)s characters what they are to know and to do.") % {"most": LONGEST})
    if not 0 < len(set(body_ids)) <= MOST_BODIES:
        raise InvalidInput(_("Choose at least one body, and at most %(most)s at once.") % {"most": MOST_BODIES})
    occasion = occasion_of(actor, about)
    if about and occasion is None:
        raise InvalidInput(_("There is no such occasion: %(about)s.") % {"about": about[:60]})
    if occasion is not None and occasion.refused:
        raise Conflict(occasion.refused)
    bodies = bodies_to_tell(actor, body_ids)
    reached = {one.pk: reach(actor, one) for one in bodies}
    if bodies and all(one is Reach.ELSEWHERE for one in reached.values()):
        raise NotAllowed(_("Your roles do not let you tell these bodies."))
    told = [one for one in bodies if reached[one.pk] in TOLD_BY]
    drafts = [_draft(actor, one, reached[one.pk], occasion, text, now) for one in told]
    known = set(Notice.objects.filter(key__in=[one.key for one in drafts]).values_list("key", flat=True))
    notices = dict(zip((one.pk for one in told), write_all(drafts, Directory(now)), strict=True))
    fresh = [one for one in told if notices[one.pk].key not in known]
    _note(actor, fresh, notices, channel)
    return [Told(one, reached[one.pk], notices.get(one.pk), one.pk in notices and notices[one.pk].key in known) for one in bodies]


def _draft(actor: "User", body: ExposedBody, how: Reach, occasion: Occasion | None, text: str, now: datetime) -> Draft:
    subject = occasion.subject if occasion else None
    matter = subject.id if subject else f"{now:%Y%m%d%H}"
    mark = hashlib.sha256(text.encode()).hexdigest()[:12]
    number = body.telephone.strip()
    ways = [Way(MESSAGE_CHANNEL, number)] if how is Reach.MESSAGE else []
    sender = actor.organisation
    return Draft(
        EXPOSED_BODY,
        NEAR_AS,
        urgent=True,
        key=f"exposed-{body.pk}-{matter}-{mark}",
        subject=subject,
        outside=Outside(body.name, body.region_code, (*ways, Way(TELEPHONE, number))),
        act=Act(ACT_KIND, body.pk, body.code, None),
        figures={
            "text": text,
            "name": body.name,
            "contact": body.contact,
            "metres": _metres(body, occasion),
            "from": names_of(sender) if sender else {},
            "telephone": sender.telephone if sender else "",
        },
    )


def _metres(body: ExposedBody, occasion: Occasion | None) -> int:
    """How far it is from the place of the occasion, rounded; 0 where it has none."""
    if occasion is None or occasion.place is None:
        return 0
    metres = distance_m(body.lon, body.lat, *occasion.place)
    return max(ROUNDED_M, round(metres / ROUNDED_M) * ROUNDED_M)


def _note(actor: "User", bodies: Sequence[ExposedBody], notices: Mapping[UUID, Notice], channel: str) -> None:
    """The audit trail, and the time line of the occasion where it has one."""
    if not bodies:
        return
    first = notices[bodies[0].pk]
    about = {"subject": first.subject_label, "text": first.figures["text"]}
    record_audits(
        actor, "exposed_body.told", "exposed_body", [(one.pk, one.region_code, {**about, "name": one.name}) for one in bodies]
    )
    if first.subject is not None and (card := subject_card(first)) is not None:
        names = [{"zh": one.name, "en": one.name, "why": NEAR_AS} for one in bodies]
        card.open(first, actor, channel)("told", text=first.figures["text"], figures={"bodies": names})


def texts(notices: Sequence[Notice]) -> Mapping[UUID, str]:
    """What whoever answers for the body reads: the words, how far it is, and whom to call back."""
    return {one.pk: "\n".join(_lines(one.figures)) for one in notices}


def _lines(figures: Mapping[str, Any]) -> list[str]:
    lines = [_("To %(name)s:") % figures, str(figures["text"])]
    if figures["metres"]:
        lines.append(_("It is about %(metres)s m from you.") % {"metres": f"{figures['metres']:,}"})
    if figures["from"]:
        sender = " ".join(filter(None, (in_language(figures["from"]), str(figures["telephone"]))))
        lines.append(_("From %(sender)s.") % {"sender": sender})
    return lines


def page(notice: Notice) -> str:
    """The page of the body."""
    return reverse("exposed_body", args=[notice.act_id])


NOTICES: Final = Contribution(
    purposes=(
        PurposeCard(
            EXPOSED_BODY,
            pgettext_lazy("purpose of a notice", "danger close by"),
            texts=texts,
            acted_on=page,
        ),
    ),
    reasons={NEAR_AS: pgettext_lazy("told as", "answers for an exposed body")},
)
