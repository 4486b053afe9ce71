"""People at risk are entered; shortages are watched, and whoever leads supplies is told of a new one."""

from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from tocsin.base.errors import InvalidInput
from tocsin.base.storable import storable
from tocsin.jurisdiction.face import bodies_with_duty, require
from tocsin.notices.face import Contribution, Directory, Draft, Notice, PurposeCard, upward_lines, write_all
from tocsin.records.face import record_audit
from tocsin.supplies.catalogue.rules import rights
from tocsin.supplies.catalogue.rules.amounts import to_number
from tocsin.supplies.levels.models import PeopleAtRisk, Shortage
from tocsin.supplies.levels.policy import level_policy
from tocsin.supplies.levels.queries.exposed import basis_row, people_of_parts, people_of_region
from tocsin.supplies.levels.queries.levels import RegionLevel, region_levels
from tocsin.supplies.levels.rules.levels import Standing

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from tocsin.jurisdiction.face import User

LEVELS_NOTICE: Final = "supplies_levels"
LEADER: Final = "supplies_leader"
MOST_PEOPLE: Final = 100_000_000


@transaction.atomic
def enter_people(
    *,
    actor: "User",
    region_code: str,
    hazard: str,
    people: int | None,
    source: str,
    from_register: bool = False,
    parts: "Sequence[str]" = (),
    now: datetime,
) -> PeopleAtRisk:
    """How many people of a region one kind of disaster threatens; a second time replaces the first, and the audit
    trail keeps both. `from_register`: what the register of exposed bodies says of the region, or of those `parts` of it (towns of
    a county, counties of a city), stands beside the number, and is the number where none is entered.
    """
    require(actor, rights.LEAD, region_code)
    basis = None
    if parts:
        basis = people_of_parts(actor, region_code, parts, now)
    elif from_register:
        basis = people_of_region(actor, region_code, now)
    if (from_register or parts) and basis is None:
        raise InvalidInput(_("The register of exposed bodies does not know the people of this region: enter a number."))
    if people is None:
        if basis is None:
            raise InvalidInput(_("Enter how many people are at risk."))
        people = basis.count
    if hazard not in [one.code for one in level_policy().hazards]:
        raise InvalidInput(_("The policy knows no such kind of disaster."))
    if not 0 <= people <= MOST_PEOPLE:
        raise InvalidInput(_("People lie between 0 and %(most)s.") % {"most": f"{MOST_PEOPLE:,}"})
    told = {"people": people, "source": storable(source.strip())[:200], "basis": basis_row(basis), "at": now, "by": actor}
    made, _new = PeopleAtRisk.objects.update_or_create(region_code=region_code, hazard=hazard, defaults=told)
    details = {"hazard": hazard, "people": people, "source": made.source, "reckoned": basis.count if basis else None}
    record_audit(actor, "people_at_risk.entered", "people_at_risk", made.pk, region_code, details)
    return made


def watch_levels(*, now: datetime) -> int:
    """Looks at every region that has people at risk; how many new shortages there are. Each is told once."""
    codes = sorted(set(PeopleAtRisk.objects.values_list("region_code", flat=True)))
    return sum(_watch(code, now) for code in codes)


@transaction.atomic
def _watch(region_code: str, now: datetime) -> int:
    below = [one for one in region_levels([region_code], now) if one.standing is Standing.BELOW_MINIMUM]
    known = {one.item_id: one for one in Shortage.objects.filter(region_code=region_code)}
    Shortage.objects.filter(region_code=region_code).exclude(item__in=[one.item.pk for one in below]).delete()
    fresh = [one for one in below if one.item.pk not in known]
    for one in below:
        figures = {"minimum": one.levels.minimum, "available": one.available}
        Shortage.objects.update_or_create(
            region_code=region_code, item=one.item, defaults=figures, create_defaults={**figures, "since": now}
        )
    if fresh:
        _tell(region_code, fresh, now)
    return len(fresh)


def _tell(region_code: str, fresh: "Sequence[RegionLevel]", now: datetime) -> None:
    figures = {
        "region": region_code,
        "items": [f"{one.item.name_zh} {to_number(one.available)}/{to_number(one.levels.minimum)}" for one in fresh[:10]],
        "count": len(fresh),
    }
    key = f"supplies-levels-{region_code}-{now:%Y%m%d%H%M%S}"
    bodies = bodies_with_duty(kind="government", region_code=region_code, at=now)[:1]
    drafts = [Draft(LEVELS_NOTICE, LEADER, urgent=False, key=key, organisation=one, figures=figures) for one in bodies]
    write_all(drafts, Directory(now))


def texts(notices: "Sequence[Notice]") -> "Mapping[UUID, str]":
    """What the body reads."""
    return {one.pk: "\n".join([*upward_lines(one), _line(one)]) for one in notices}


def _line(notice: Notice) -> str:
    words = {**notice.figures, "items": ", ".join(notice.figures["items"])}
    return _("%(count)s kinds of supplies are below their minimum in %(region)s (available/minimum): %(items)s.") % words


def page(notice: Notice) -> str:
    """The levels of the region."""
    return f"{reverse('supply_levels')}?region={notice.figures['region']}"


NOTICES = Contribution(
    purposes=(
        PurposeCard(
            LEVELS_NOTICE,
            pgettext_lazy("purpose of a notice", "levels of supplies"),
            texts=texts,
            page=page,
            acted_on=page,
            permissions=(rights.LEAD,),
        ),
    ),
    reasons={LEADER: pgettext_lazy("told as", "leads supplies of the area")},
)
