"""One act upon the network of a region: rights, checks as of an import, the rows, and what was before.

Each act is one transaction under the region's lock, so that two people, or a person and an import, never write at once. Processes
read the network anew afterwards.
"""

import math
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.base.ids import new_id
from tocsin.engine.features import POINT_KINDS, read_feature
from tocsin.jurisdiction.face import may
from tocsin.lifelines.models import VALUES, Asset, AssetChange, NetworkCorrection, NetworkVersion
from tocsin.lifelines.queries.edits import lines_at, may_edit, values_of
from tocsin.lifelines.rules.edits import EditAct, Place, Values
from tocsin.records.face import pointers_at, record_audit

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

MOST_PLACES: Final = 2_000  # of one line that is drawn by hand


@dataclass
class Edit:
    """One act upon the network of one region."""

    actor: "User"
    region_code: str
    act: EditAct
    reason: str
    now: datetime
    id: UUID = field(default_factory=new_id)
    changes: list[AssetChange] = field(default_factory=list)

    def write(self, asset: Asset, before: Values | None) -> None:
        """Saves the asset as it stands now; InvalidInput where an import would refuse it, too."""
        _check(asset)
        require_keeper(self.actor, asset)
        asset.changed_at = self.now
        asset.save(force_insert=before is None)
        self._keep(asset, before, values_of(asset))

    def remove(self, asset: Asset) -> None:
        """Takes it out; Conflict where something ends there or refers to it."""
        require_keeper(self.actor, asset)
        if ending := lines_at(asset):
            raise Conflict(_("Lines end at %(code)s: %(lines)s.") % {"code": asset.code, "lines": codes_of(ending)})
        if named := _named_by(asset):
            raise Conflict(_("Of %(code)s others know: %(rows)s.") % {"code": asset.code, "rows": ", ".join(named)})
        self._keep(asset, values_of(asset), None)
        asset.delete()

    def _keep(self, asset: Asset, before: Values | None, after: Values | None) -> None:
        self.changes.append(
            AssetChange(
                edit=self.id,
                region_code=self.region_code,
                asset_id=asset.pk,
                asset_code=asset.code,
                act=self.act.value,
                before=before,
                after=after,
                reason=self.reason[:300],
                made_by=self.actor,
                made_at=self.now,
            )
        )


@contextmanager
def editing(actor: "User", region_code: str, act: EditAct, reason: str, now: datetime) -> Iterator[Edit]:
    """One act: the region locked, then what was changed written down and told to every process. Conflict while an import runs."""
    with transaction.atomic():
        NetworkVersion.objects.get_or_create(region_code=region_code, defaults={"changed_at": now})
        stamp = NetworkVersion.objects.select_for_update().get(region_code=region_code)
        if stamp.importing_until is not None and stamp.importing_until > now:
            raise Conflict(_("An import of the network of %(region)s is running.") % {"region": region_code})
        edit = Edit(actor, region_code, act, reason.strip(), now)
        yield edit
        AssetChange.objects.bulk_create(edit.changes)
        NetworkVersion.objects.filter(region_code=region_code).update(version=F("version") + 1, changed_at=now)
        details = {"act": act.value, "codes": [one.asset_code for one in edit.changes][:50], "reason": edit.reason}
        record_audit(actor, "network.edited", "network_edit", edit.id, region_code, details)


def require_keeper(actor: "User", asset: Asset) -> None:
    """NotAllowed for who may not change the object, with who keeps it."""
    if not may_edit(actor, asset):
        owner = str(asset.owner) if asset.owner else asset.owner_code or _("nobody")
        raise NotAllowed(_("%(code)s is kept by %(owner)s.") % {"code": asset.code, "owner": owner})


def require_keeper_somewhere(actor: "User", region_code: str) -> None:
    """NotAllowed for who keeps nothing in the region, not even what is its own body's."""
    if not may(actor, "assets.manage", region_code, {actor.organisation_id} - {None}):
        raise NotAllowed(_("You keep no networks in region %(region)s.") % {"region": region_code})


def take_places(asset: Asset, places: Sequence[Place]) -> None:
    """The geometry, with its middle; InvalidInput for a point of several places or a line of one."""
    point = asset.kind in POINT_KINDS
    if not places or (point and len(places) != 1) or len(places) > MOST_PLACES:
        raise InvalidInput(_("A point has one place, a line at least two and at most %(most)s.") % {"most": MOST_PLACES})
    coordinates = list(places[0]) if point else [list(one) for one in places]
    asset.geometry = {"type": "Point" if point else "LineString", "coordinates": coordinates}


def _check(asset: Asset) -> None:
    """What an import asks of a feature is asked here by the same function; middle and ends are set and looked up."""
    properties: Values = {
        "id": asset.code,
        "owner": asset.owner_code,
        "from_node": asset.from_code,
        "to_node": asset.to_code,
        **{name: getattr(asset, name) for name in VALUES if name not in ("geometry", "properties", "owner_code")},
    }
    row = read_feature({"type": "Feature", "geometry": asset.geometry, "properties": properties}, 1)
    if math.isnan(row.lon):
        raise InvalidInput(_("It has no place."))
    asset.lon, asset.lat = row.lon, row.lat
    ends = {asset.from_code, asset.to_code} - {""}
    there = set(Asset.objects.filter(region_code=asset.region_code, code__in=ends).values_list("code", flat=True))
    if missing := ends - there:
        raise InvalidInput(_("There is no point %(code)s in the region.") % {"code": sorted(missing)[0]})


def _named_by(asset: Asset) -> list[str]:
    """What other rows refer to an object, as words with how many; proposed corrections outlive what they are about."""
    found = []
    for key in pointers_at(Asset):
        count = 0 if key.model is NetworkCorrection else key.model._base_manager.filter(**{key.name: asset.pk}).count()
        if count:
            found.append(f"{key.model._meta.verbose_name} {count}")
    return found


def codes_of(assets: Collection[Asset]) -> str:
    """Codes of the first of them."""
    return ", ".join(one.code for one in list(assets)[:8])
