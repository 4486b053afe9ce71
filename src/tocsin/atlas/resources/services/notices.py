"""What the owner of a resource is told: a delivery is broken, somebody wants it used all the same, one is late."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from tocsin.atlas.resources.models import Delivery, Resource
from tocsin.atlas.resources.policy.resources import resource_policy
from tocsin.atlas.resources.rules import rights
from tocsin.atlas.resources.shown.findings import problem_words, told_sentences
from tocsin.atlas.resources.shown.resources import in_language
from tocsin.jurisdiction.face import Organisation, nearest_authority
from tocsin.notices.face import Contribution, Directory, Draft, PurposeCard, upward_lines, write_all

if TYPE_CHECKING:
    from uuid import UUID

    from tocsin.notices.face import Notice

RESOURCES: Final = "data_resources"
OWNER: Final = "data_owner"
BROKEN: Final = "broken"
PROPOSED: Final = "proposed"
ASKED: Final = "asked"
LATE: Final = "late"
HEAD: Final = "head"
UNFETCHED: Final = "unfetched"
MESSAGES_ASIDE: Final = "messages_aside"
OUTLINES: Final = "outlines"
STEWARD: Final = "data_steward"
NOBODY_COUNTED: Final = "nobody_counted"
TOLD_FINDINGS: Final = 5


def tell_of_broken(resource: Resource, delivery: Delivery, now: datetime) -> None:
    """The owner is told what is wrong with the file, and how old the rows are that go on being served."""
    figures = {
        "what": BROKEN,
        "findings": [one for one in delivery.findings if one["verdict"] == "broken"][:TOLD_FINDINGS],
        "problem": delivery.problem,
        "served": resource.delivered_at.isoformat() if resource.delivered_at else "",
        **_about(resource, delivery),
    }
    _write(resource, f"resource-broken-{delivery.pk}", figures, now, urgent=False)


def tell_of_proposal(delivery: Delivery, now: datetime) -> None:
    """The owner's people are told that a second person has to decide."""
    figures = {"what": PROPOSED, "reason": delivery.reason, **_about(delivery.resource, delivery)}
    _write(delivery.resource, f"resource-proposed-{delivery.pk}-{now.timestamp():.0f}", figures, now, urgent=False)


def tell_of_asking(delivery: Delivery, now: datetime) -> None:
    """The owner is asked for a new file in place of a broken one."""
    findings = [one for one in delivery.findings if one["verdict"] == "broken"][:TOLD_FINDINGS]
    figures = {"what": ASKED, "findings": findings, "problem": delivery.problem, **_about(delivery.resource, delivery)}
    _write(delivery.resource, f"resource-asked-{delivery.pk}", figures, now, urgent=False)


def tell_of_lateness(resource: Resource, now: datetime) -> None:
    """The owner is told that a delivery is late; the clock until the head is told runs."""
    since = resource.late_since or now
    figures = {"what": LATE, "since": since.isoformat(), **_about(resource, None)}
    until = since + timedelta(hours=resource_policy().late.escalate_h)
    _write(resource, f"resource-late-{resource.pk}-{since.timestamp():.0f}", figures, now, urgent=False, deadline=until)


def tell_of_unfetched(resource: Resource, problem: Mapping[str, Any], now: datetime) -> None:
    """The owner is told that its source can't be fetched, why, and how old the rows are that go on being served."""
    served = resource.delivered_at.isoformat() if resource.delivered_at else ""
    figures = {"what": UNFETCHED, "problem": dict(problem), "served": served, **_about(resource, None)}
    _write(resource, f"resource-unfetched-{resource.pk}-{now.timestamp():.0f}", figures, now, urgent=False)


def tell_of_messages_aside(resource: Resource, count: int, first: Mapping[str, Any], now: datetime) -> None:
    """The owner is told that messages of its bus can't be read, and why the first can't."""
    figures = {"what": MESSAGES_ASIDE, "count": count, "problem": dict(first), **_about(resource, None)}
    _write(resource, f"resource-messages-{resource.pk}-{now.timestamp():.0f}", figures, now, urgent=False)


def tell_of_uncounted(resource: Resource, delivery: Delivery, now: datetime) -> None:
    """The owner of a population grid is told that its delivery is served, and counts nobody."""
    figures = {"what": NOBODY_COUNTED, "rows": delivery.rows or 0, **_about(resource, delivery)}
    _write(resource, f"resource-uncounted-{delivery.pk}", figures, now, urgent=False)


def tell_head(resource: Resource, delivery: Delivery | None, now: datetime) -> None:
    """The body above the owner, else the area's authority, is told of what stays late or undecided; of none, the owner again."""
    head = resource.owner.superior or nearest_authority(resource.region_code) or resource.owner
    since = delivery.at if delivery else resource.late_since or now
    figures = {"what": HEAD, "since": since.isoformat(), "owner": resource.owner.name_zh, **_about(resource, delivery)}
    key = f"resource-head-{delivery.pk if delivery else resource.pk}-{since.timestamp():.0f}"
    _write(resource, key, figures, now, urgent=False, to=head)


def _about(resource: Resource, delivery: Delivery | None) -> dict[str, object]:
    names = {"zh": resource.name_zh, "en": resource.name_en}
    return {"resource": str(resource.pk), "name": names, "file": delivery.file_name if delivery else ""}


def _write(
    resource: Resource,
    key: str,
    figures: Mapping[str, object],
    now: datetime,
    *,
    urgent: bool,
    to: Organisation | None = None,
    deadline: datetime | None = None,
) -> None:
    body = to or resource.owner
    draft = Draft(RESOURCES, OWNER, urgent=urgent, key=key, organisation=body, figures=figures, deadline=deadline)
    write_all([draft], Directory(now))


def texts(notices: "Sequence[Notice]") -> "Mapping[UUID, str]":
    """What the owner reads."""
    return {one.pk: "\n".join([*upward_lines(one), *_lines(one.figures)]) for one in notices}


def _lines(figures: Mapping[str, Any]) -> list[str]:
    if figures["what"] == OUTLINES:
        return _of_outlines(figures)
    words = {"name": in_language(figures["name"]["zh"], figures["name"]["en"]), "file": figures["file"]}
    if figures["what"] == PROPOSED:
        asked = _("%(name)s: somebody asks that the broken delivery %(file)s be used. A second person decides.") % words
        return [asked, figures["reason"]]
    if figures["what"] in (LATE, HEAD):
        return _of_clocks(figures, words)
    if figures["what"] == NOBODY_COUNTED:
        return _of_uncounted(figures, words)
    wrong = [problem_words(figures["problem"])] if figures["problem"] else told_sentences(figures["findings"])
    if figures["what"] == ASKED:
        return [_("%(name)s: a new file is asked for, because %(file)s can't be used.") % words, *wrong]
    if figures["what"] == MESSAGES_ASIDE:
        told = _("%(name)s: messages that can't be read were set aside (%(count)s). Of the first:")
        mend = _("The others are taken. Let the sender mend and send them again, then put these away on the connector's page.")
        return [told % {**words, "count": figures["count"]}, *wrong, mend]
    if figures["what"] == UNFETCHED:
        lines = [_("%(name)s can't be fetched any more; it is tried again.") % words, *wrong, *_served(figures)]
        return [*lines, _("Try the connector on the page, where it also says how to mend it, or deliver a file.")]
    lines = [_("%(name)s: the delivery %(file)s is broken and was set aside.") % words, *wrong, *_served(figures)]
    return [*lines, _("Send a new file, or decide on the page what becomes of this one.")]


def _of_uncounted(figures: Mapping[str, Any], words: Mapping[str, str]) -> list[str]:
    told = {**words, "rows": figures["rows"]}
    return [
        _("%(name)s: none of the %(rows)s rows of %(file)s counts anybody, so the grid before it goes on counting people.")
        % told,
        _("Send a new file, in which each row has a place and a number of people from 0 to 50,000."),
    ]


def _served(figures: Mapping[str, Any]) -> list[str]:
    if not figures["served"]:
        return []
    since = timezone.localtime(datetime.fromisoformat(figures["served"])).strftime("%Y-%m-%d %H:%M")
    return [_("The delivery of %(since)s goes on being served.") % {"since": since}]


def _of_clocks(figures: Mapping[str, Any], words: Mapping[str, str]) -> list[str]:
    told = {**words, "since": timezone.localtime(datetime.fromisoformat(figures["since"])).strftime("%Y-%m-%d %H:%M")}
    if figures["what"] == LATE:
        return [_("%(name)s: the delivery was due on %(since)s and is late. Send it, or change the cycle on the page.") % told]
    told["owner"] = figures["owner"]
    if figures["file"]:
        return [_("%(name)s of %(owner)s: nobody has decided since %(since)s what becomes of the broken %(file)s.") % told]
    return [_("%(name)s of %(owner)s: late since %(since)s, and the owner was told.") % told]


def _of_outlines(figures: Mapping[str, Any]) -> list[str]:
    words = {
        "area": in_language(figures["area"]["zh"], figures["area"]["en"]),
        "count": figures["count"],
        "slug": figures["slug"],
    }
    lacks = _(
        "A public warning in %(area)s named towns whose outlines nobody delivers (%(count)s). No map shows them, and a warning "
        "of another service for one of them counts for the whole county."
    )
    if "resource" in figures:
        words["name"] = in_language(figures["name"]["zh"], figures["name"]["en"])
        mend = _("Deliver %(name)s with a polygon and the nine digits of each town, open to everybody.")
    else:
        mend = _("Take over the shipped resource “Population of towns” (%(slug)s), and let its department deliver.")
    return [lacks % words, mend % words]


def page(notice: "Notice") -> str:
    """The resource, where all of it is decided; the register where there is none yet."""
    resource = notice.figures.get("resource")
    return reverse("resource", args=[resource]) if resource else reverse("resources")


NOTICES: Final = Contribution(
    purposes=(
        PurposeCard(
            RESOURCES,
            pgettext_lazy("purpose of a notice", "data resources"),
            texts=texts,
            page=page,
            acted_on=page,
            permissions=(rights.KEEP,),
        ),
    ),
    reasons={
        OWNER: pgettext_lazy("told as", "owner of a data resource"),
        STEWARD: pgettext_lazy("told as", "keeper of the area's data resources"),
    },
)
