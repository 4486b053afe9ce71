"""An edit is undone as long as nothing was changed since."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict
from tocsin.engine.features import POINT_KINDS
from tocsin.jurisdiction.face import may, organisation_by_code
from tocsin.lifelines.models import VALUES, Asset, AssetChange
from tocsin.lifelines.queries.edits import values_of
from tocsin.lifelines.rules.edits import EditAct, Values
from tocsin.lifelines.services.edits import editing

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User


def take_back(*, actor: "User", edit_id: UUID, now: datetime) -> UUID:
    """Undoes an edit, all of it. Conflict where an object is no longer as that edit left it; returns the edit that undid it."""
    done = list(AssetChange.objects.filter(edit=edit_id).order_by("id"))
    if not done or not may(actor, "assets.see", done[0].region_code):
        raise AssetChange.DoesNotExist
    with editing(actor, done[0].region_code, EditAct.TAKEN_BACK, "", now) as edit:
        if AssetChange.objects.filter(edit=edit_id, taken_back__isnull=False).exists():
            raise Conflict(_("It has been taken back already."))
        there = {one.pk: one for one in Asset.objects.filter(pk__in=[change.asset_id for change in done])}
        for change in done:
            asset = there.get(change.asset_id)
            if (values_of(asset) if asset else None) != change.after:
                raise Conflict(_("%(code)s has been changed since.") % {"code": change.asset_code})
        for change in _points_first(done):  # a line has its ends whenever it is written
            if change.before is not None:
                asset = there.get(change.asset_id) or Asset(
                    pk=change.asset_id, code=change.asset_code, region_code=change.region_code
                )
                before = None if change.after is None else values_of(asset)
                _take_values(asset, change.before)
                edit.write(asset, before)
        for change in reversed(_points_first(done)):
            if change.before is None:
                edit.remove(there[change.asset_id])
        AssetChange.objects.filter(edit=edit_id).update(taken_back=edit.id)
    return edit.id


def _points_first(done: Sequence[AssetChange]) -> list[AssetChange]:
    return sorted(done, key=lambda one: (one.before or one.after or {}).get("kind") not in POINT_KINDS)


def _take_values(asset: Asset, values: Values) -> None:
    for name in VALUES:
        setattr(asset, name, values.get(name))
    asset.owner = organisation_by_code(asset.owner_code, asset.region_code) if asset.owner_code else None
