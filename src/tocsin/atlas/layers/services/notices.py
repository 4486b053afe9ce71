"""Who is told when the ground of the map is exchanged, and when a view that a body shares becomes another one."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext_lazy

from tocsin.atlas.layers.models import SavedView
from tocsin.atlas.layers.queries.ground import KEEP, GroundAbout, region_of_ground
from tocsin.atlas.layers.queries.terrain import TerrainAbout
from tocsin.atlas.layers.shown.ground import PART_NAMES
from tocsin.jurisdiction.face import Organisation, User, people_who_may
from tocsin.notices.face import Contribution, Directory, Draft, PurposeCard, upward_lines, write_all

if TYPE_CHECKING:
    from tocsin.notices.face import Notice

MAP_CHANGES: Final = "map_changes"
GROUND_KEEPER: Final = "ground_keeper"
SHARES_VIEW: Final = "shares_view"
GROUND: Final = "ground"
TERRAIN: Final = "terrain"
CHANGED, ENDED, DELETED = "changed", "ended", "deleted"


def tell_of_ground(actor: User, about: GroundAbout, now: datetime) -> None:
    """Everybody else who keeps the ground is told who exchanged it, and for what."""
    keepers = [one for one in people_who_may(KEEP, region_of_ground()) if one.pk != actor.pk]
    figures = {"what": GROUND, "by": str(actor), "parts": about.parts, "kept": list(about.kept), "files": sorted(about.files)}
    drafts = [
        Draft(
            MAP_CHANGES,
            GROUND_KEEPER,
            urgent=False,
            key=f"ground-{about.version}-{now.timestamp():.0f}-{one.pk}",
            person=one,
            figures=figures,
            on_screen=True,
        )
        for one in keepers
    ]
    write_all(drafts, Directory(now))


def tell_of_terrain(actor: User, about: TerrainAbout, now: datetime) -> None:
    """Everybody else who keeps the ground is told who exchanged the terrain, and from which files."""
    heights = {"lowest": about.lowest_m, "highest": about.highest_m}
    figures = {"what": TERRAIN, "by": str(actor), "files": sorted(about.files), **heights}
    drafts = [
        Draft(
            MAP_CHANGES,
            GROUND_KEEPER,
            urgent=False,
            key=f"terrain-{about.version}-{now.timestamp():.0f}-{one.pk}",
            person=one,
            figures=figures,
            on_screen=True,
        )
        for one in people_who_may(KEEP, region_of_ground())
        if one.pk != actor.pk
    ]
    write_all(drafts, Directory(now))


def tell_of_view(actor: User, view: SavedView, body_id: UUID, what: str, now: datetime, *, earlier: str = "") -> None:
    """The body that shares a view is told that it shows something else, is shared no longer, or is deleted. `earlier`: its name
    before.
    """
    figures = {"what": what, "by": str(actor), "name": view.name, "earlier": earlier, "address": view.address}
    key = f"saved-view-{what}-{view.pk}-{now.timestamp():.3f}"
    body = view.organisation if view.organisation_id == body_id else Organisation.objects.get(pk=body_id)
    draft = Draft(MAP_CHANGES, SHARES_VIEW, urgent=False, key=key, organisation=body, figures=figures, on_screen=True)
    write_all([draft], Directory(now))


def texts(notices: "Sequence[Notice]") -> "Mapping[UUID, str]":
    """What a reader is told."""
    return {one.pk: "\n".join([*upward_lines(one), *_lines(one.figures)]) for one in notices}


def _lines(figures: Mapping[str, Any]) -> list[str]:
    words = {"by": figures["by"], "name": figures.get("name", ""), "earlier": figures.get("earlier", "")}
    match figures["what"]:
        case what if what == GROUND:
            count = sum(figures["parts"].values())
            told = ngettext(
                "%(by)s has exchanged the ground of the map: %(count)s feature.",
                "%(by)s has exchanged the ground of the map: %(count)s features.",
                count,
            )
            lines = [told % {**words, "count": f"{count:,}"}]
            if figures["files"]:
                lines.append(_("From %(files)s.") % {"files": ", ".join(figures["files"])})
            if figures["kept"]:
                kept = ", ".join(str(PART_NAMES.get(one, one)) for one in figures["kept"])
                lines.append(_("These parts stayed as they were: %(parts)s.") % {"parts": kept})
            return lines
        case what if what == TERRAIN:
            told = _("%(by)s has exchanged the terrain of the map: heights from %(lowest)s to %(highest)s m.")
            heights = {"lowest": figures["lowest"], "highest": figures["highest"]}
            files = _("From %(files)s.") % {"files": ", ".join(figures["files"])}
            return [told % {**words, **heights}, files]
        case what if what == ENDED:
            return [_("%(by)s shares the view “%(name)s” of the map with you no longer.") % words]
        case what if what == DELETED:
            return [_("%(by)s has deleted the view “%(name)s” of the map, which you shared.") % words]
    if words["earlier"]:
        return [_("%(by)s has changed the shared view “%(earlier)s” of the map; it is called “%(name)s” now.") % words]
    return [_("%(by)s has changed the shared view “%(name)s” of the map: it opens with what it shows now.") % words]


def page(notice: "Notice") -> str:
    """The ground, or the map as the view shows it now."""
    figures = notice.figures
    if figures["what"] in (GROUND, TERRAIN):
        return reverse("map_ground")
    return f"{reverse('one_map')}?{figures['address']}" if figures["what"] == CHANGED else reverse("one_map")


NOTICES: Final = Contribution(
    purposes=(
        PurposeCard(
            MAP_CHANGES,
            pgettext_lazy("purpose of a notice", "changes of the map"),
            texts=texts,
            page=page,
            acted_on=page,
            permissions=("alarms.see",),
            stays=True,
        ),
    ),
    reasons={
        GROUND_KEEPER: pgettext_lazy("told as", "keeps the ground of the map"),
        SHARES_VIEW: pgettext_lazy("told as", "shares a view of the map"),
    },
)
