"""A view of the one map as a sheet to print: the same ground, layers, order and moment as on the screen of who prints it."""

import hashlib
from math import log2
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from tocsin.atlas.layers.queries.ground import ground
from tocsin.atlas.layers.queries.layers import layers_named
from tocsin.atlas.layers.queries.reading import Asked, rows_of_layer
from tocsin.atlas.layers.queries.terrain import NAME as TERRAIN
from tocsin.atlas.layers.queries.terrain import terrain_about
from tocsin.atlas.layers.rules.view import MapView
from tocsin.atlas.layers.shown.legend import explained
from tocsin.atlas.layers.shown.terrain import terrain_words
from tocsin.atlas.pictures.papers.canvas import Canvas
from tocsin.atlas.pictures.papers.drawing import base_of, draw_land, write_places
from tocsin.atlas.pictures.papers.frame import Frame
from tocsin.atlas.pictures.papers.ground import PrintedLayer, draw_ground, draw_layer, name_ground
from tocsin.atlas.pictures.papers.relief import Relief
from tocsin.base.errors import InvalidInput
from tocsin.jurisdiction.face import region_of
from tocsin.records.face import print_paper, record_audit
from tocsin.screens.clock import current_time

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from tocsin.jurisdiction.face import User

WIDTH_PX: Final = 1120
PAPER_WIDTH_M: Final = 0.257  # A4 across, without its margins
NARROWEST_PX, WIDEST_PX = 300, 4000  # of a screen that is printed
SHAPES: Final = (0.4, 0.5)  # height by width that fits the page with the facts below


def print_view(*, actor: "User", view: MapView, width: int, height: int, title: str = "") -> bytes:
    """The PDF of a view that fills a screen of so many pixels; the audit trail has its SHA-256."""
    if view.lon is None or view.lat is None or view.zoom is None:
        raise InvalidInput("view: what is to be printed is not said")
    now = current_time()
    share = min(max(height / width, SHAPES[0]), SHAPES[1])
    frame = Frame(view.lon, view.lat, view.zoom + log2(WIDTH_PX / width), WIDTH_PX, round(WIDTH_PX * share))
    layers = _layers(actor, view)
    language = get_language() or settings.LANGUAGE_CODE
    relief = _relief(view)
    picture = draw_view(frame, layers, language, view.at or now, relief=relief)
    rows = [[one.words, str(len(one.rows)), _moment(view.at or now)] for one in reversed(layers)]
    if relief:
        rows.append([": ".join(filter(None, (terrain_words(), relief.about.source))), "–", _moment(relief.about.at)])
    values = {
        "title": title or pgettext("title of a printed map", "Map"),
        "number": date_format(timezone.localtime(now), "Y-m-d H:i"),
        "printed_at": now,
        "facts": _facts(actor, frame, view, now),
        "picture": {
            "svg": picture,
            "caption": _("Shown: %(moment)s. Networks: internal use only.") % {"moment": _moment(view.at or now)},
        },
        "layers": {
            "title": pgettext("printed map", "Layers and sources"),
            "head": [pgettext("printed map", "Layer"), pgettext("printed map", "Objects"), pgettext("printed map", "As of")],
            "rows": rows,
        },
    }
    document = print_paper("map_sheet", values, language=language, owner=actor.pk)
    with transaction.atomic():
        names = [*([TERRAIN] if relief else []), *(one.name for one in layers)]
        told = {"layers": names, "sha256": hashlib.sha256(document).hexdigest()}
        record_audit(actor, "map.printed", "map", f"{view.lon:.5f},{view.lat:.5f},{view.zoom:.2f}", region_of(actor), told)
    return document


def draw_view(
    frame: Frame, layers: list[PrintedLayer], language: str, moment: "datetime", *, relief: Relief | None = None
) -> str:
    """The SVG of a frame with the ground of this installation and the layers from the lowest to the highest. `relief`: how the
    terrain is shaded.
    """
    base = base_of(settings.CONFIGURATION.data / "atlas")
    canvas = Canvas(frame)
    draw_land(canvas, base)
    city = ground(settings.CONFIGURATION.data / "ground")
    features = city.within(frame.box, frame.zoom) if city else []
    draw_ground(canvas, features, relief.draw if relief else None)
    signs: dict[str, list[tuple[str, Mapping[str, str]]]] = {}
    for layer in layers:
        for key in draw_layer(canvas, layer):
            signs.setdefault(key, []).append((layer.words, layer.kinds))
    legend = {key: explained(key, found) for key, found in signs.items()}
    sources = [base["source"], *([relief.about.source] if relief and relief.about.source else [])]
    canvas.furnish((*sources, _moment(moment)), legend)
    name_ground(canvas, features, language)
    write_places(canvas, base, "zh" if language.startswith("zh") else "en")
    return canvas.text()


def _relief(view: MapView) -> Relief | None:
    """The shade of the terrain where it is one of the view's layers."""
    opacity = next((one.opacity / 100 for one in view.layers or () if one.name == TERRAIN), 0.0)
    folder = settings.CONFIGURATION.data / "terrain"
    about = terrain_about(folder) if opacity else None
    return Relief(about, folder, opacity, view.zoom or 0.0) if about else None


def _layers(actor: "User", view: MapView) -> list[PrintedLayer]:
    known = layers_named(actor, [one.name for one in view.layers or ()])
    shown = [one for one in view.layers or () if one.name in known]
    asked = Asked(view.at)
    return [
        PrintedLayer(
            *(one.name, str(layer.words), layer.look, rows_of_layer(actor, layer, asked), one.opacity / 100),
            kinds={kind: str(words) for kind, words in layer.kinds},
            sign=layer.sign,
        )
        for one in shown
        for layer in (known[one.name],)
    ]


def _facts(actor: "User", frame: Frame, view: MapView, now: "datetime") -> list[list[str]]:
    scale = frame.metres_per_pixel * WIDTH_PX / PAPER_WIDTH_M
    rounded = round(scale, -2 if scale < 20_000 else -3)
    return [
        [pgettext("printed map", "Shows"), _moment(view.at) if view.at else f"{pgettext('map', 'Now')}, {_moment(now)}"],
        [pgettext("printed map", "Scale"), f"1 : {rounded:,.0f}"],
        [pgettext("printed map", "Middle"), f"{frame.lon:.5f}, {frame.lat:.5f} (CGCS2000)"],
        [pgettext("printed map", "Printed by"), f"{actor.get_full_name() or actor.username}, {_moment(now)}"],
    ]


def _moment(at: "datetime") -> str:
    return date_format(timezone.localtime(at), "Y-m-d H:i")
