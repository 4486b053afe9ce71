"""The sheet a map is drawn on: shapes in degrees become SVG in pixels, and no text is written over another."""

import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from xml.etree import ElementTree as Svg

import numpy as np
import shapely
from numpy.typing import NDArray

from tocsin.atlas.pictures.papers.frame import Frame
from tocsin.atlas.pictures.papers.look import DIAMOND, GROUND, KINDS, OCTAGON, TOKENS, TRIANGLE
from tocsin.atlas.pictures.papers.signs import LEVELS, add_sign

BEYOND_PX = 60  # drawn outside the edge, so that wide lines do not end in the picture
FONT = "Noto Sans SC"
SCALE_PX = 110  # the scale bar is at most so wide
LINE_HEIGHT = 1.25
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_WIDE = re.compile("[\u1100-\u11ff\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60]")


class Canvas:
    """An SVG picture of one frame, and the room that is still free on it."""

    def __init__(self, frame: Frame) -> None:
        self.frame = frame
        size = {"width": str(frame.width), "height": str(frame.height)}
        self._svg = Svg.Element(
            "svg", {"xmlns": "http://www.w3.org/2000/svg", "viewBox": f"0 0 {frame.width} {frame.height}", **size}
        )
        self._taken: list[tuple[float, float, float, float]] = []

    def text(self) -> str:
        """The SVG."""
        return Svg.tostring(self._svg, encoding="unicode")

    def fill_all(self, colour: str) -> None:
        """The ground of the whole picture."""
        self._add("rect", width=self.frame.width, height=self.frame.height, fill=colour)

    def area(self, shape: shapely.Geometry, *, fill: str, opacity: float = 1.0) -> None:
        """A filled polygon, cut at the edge of the picture."""
        for polygon in _parts(self._cut(shape), "Polygon"):
            rings = (polygon.exterior, *polygon.interiors)
            path = "".join(f"{_path(np.asarray(ring.coords))}Z" for ring in rings)
            self._add("path", d=path, fill=fill, fill_opacity=opacity, fill_rule="evenodd")

    def line(
        self,
        shape: shapely.Geometry,
        colour: str,
        width: float,
        *,
        dash: Sequence[float] = (),
        offset: float = 0.0,
        opacity: float = 1.0,
    ) -> bool:
        """A line `offset` pixels to the right of its course; False where nothing of it is in the picture."""
        cut = self._cut(shape)
        parts = _parts(
            shapely.offset_curve(cut, offset) if offset and not cut.is_empty else cut, "LineString"
        )  # y runs downwards
        for part in parts:
            self._add(
                "path",
                d=_path(np.asarray(part.coords)),
                fill="none",
                stroke=colour,
                stroke_width=width,
                stroke_opacity=opacity,
                stroke_linejoin="round",
                stroke_linecap="butt" if dash else "round",
                **({"stroke_dasharray": " ".join(f"{one:g}" for one in dash)} if dash else {}),
            )
        return bool(parts)

    def dot(self, lon: float, lat: float, radius: float, colour: str, *, opacity: float = 1.0) -> None:
        """A small disc."""
        x, y = self.frame.pixel(lon, lat)
        if -BEYOND_PX < x < self.frame.width + BEYOND_PX and -BEYOND_PX < y < self.frame.height + BEYOND_PX:
            self._add("circle", cx=x, cy=y, r=radius, fill=colour, fill_opacity=opacity)

    def picture(self, png: bytes, left: float, top: float, width: float, height: float) -> None:
        """A picture in its place, in pixels."""
        told = f"data:image/png;base64,{b64encode(png).decode()}"
        self._add("image", x=left, y=top, width=width, height=height, href=told, preserveAspectRatio="none")

    def symbol(self, kind: str, x: float, y: float, *, scale: float = 1.0) -> None:
        """The symbol of a mark; its place is taken."""
        size = "" if scale == 1.0 else f" scale({scale:g})"
        group = self._add("g", transform=f"translate({x:.1f} {y:.1f}){size}")
        outline = {"stroke": GROUND["halo"], "stroke-width": "2", "stroke-linejoin": "round", "paint-order": "stroke"}
        match kind:
            case "red" | "orange" | "yellow":
                corners = {"red": OCTAGON, "orange": DIAMOND, "yellow": TRIANGLE}[kind]
                Svg.SubElement(group, "polygon", {"points": corners, "fill": TOKENS[kind], **outline})
                if kind == "red":
                    Svg.SubElement(group, "path", {"d": "M-1.3-5.5h2.6v6.6h-2.6z", "fill": "#fff"})
                    Svg.SubElement(group, "circle", {"cy": "4.4", "r": "1.6", "fill": "#fff"})
            case "blue":
                Svg.SubElement(group, "circle", {"r": "7.5", "fill": TOKENS["blue"], **outline})
            case "cause":
                Svg.SubElement(
                    group, "circle", {"r": "8", "fill": GROUND["halo"], "stroke": TOKENS["orange"], "stroke-width": "3.5"}
                )
            case "site":
                dashed = {"stroke": TOKENS["orange"], "stroke-width": "2", "stroke-dasharray": "2.6 1.8"}
                Svg.SubElement(group, "polygon", {"points": DIAMOND, "fill": GROUND["halo"], **dashed})
                _sign(group, "?", TOKENS["orange"])
            case "for" | "against":
                colour = TOKENS["good" if kind == "for" else "text-faint"]
                Svg.SubElement(group, "circle", {"r": "7", "fill": colour, **outline})
                _sign(group, "+" if kind == "for" else "−", GROUND["halo"])
            case "valve":
                Svg.SubElement(group, "circle", {"r": "9", "fill": TOKENS["accent"], **outline})
                Svg.SubElement(group, "path", {"d": "M-5-3.5v7L5-3.5v7z", "fill": GROUND["halo"]})
            case "unit":
                Svg.SubElement(
                    group,
                    "rect",
                    {"x": "-9", "y": "-9", "width": "18", "height": "18", "rx": "3", "fill": TOKENS["accent"], **outline},
                )
                Svg.SubElement(
                    group, "path", {"d": "M-4-5v10M-4-5h8l-2.2 3L4 1h-8", "fill": GROUND["halo"], "stroke": GROUND["halo"]}
                )
        self._taken.append((x - 11, y - 11, x + 11, y + 11))

    def plate(self, sign: str, level: str, x: float, y: float) -> None:
        """The sign of a thing on its plate, the tail at its place, with the level's shape beside it; its room is taken."""
        x, y = x + 16.5, y - 16.5
        add_sign(self._add("g", transform=f"translate({x:.1f} {y:.1f})"), sign, level)
        if level in LEVELS:
            self.symbol(level, x + 8, y - 8, scale=0.46)
        self._taken.append((x - 12, y - 12, x + 13, y + 12))

    def cluster(self, x: float, y: float, count: str, edge: str) -> None:
        """A disc with the number of points that stand there; its place is taken."""
        radius = 9.0 + 1.6 * len(count)
        self._add("circle", cx=x, cy=y, r=radius, fill=GROUND["halo"], stroke=edge, stroke_width=2)
        self._put(count, x, y + 4, 11, GROUND["label"])
        self._taken.append((x - radius, y - radius, x + radius, y + radius))

    def write_at(self, text: str, lon: float, lat: float, size: float, colour: str) -> None:
        """A name on its place, where nothing stands yet."""
        x, y = self.frame.pixel(lon, lat)
        self._write([text], x, y - size / 2, size, colour)

    def write_beside(self, text: str, x: float, y: float) -> None:
        """The words of a mark: below it, or above, right or left of it, where nothing stands yet."""
        lines = text.splitlines()
        if not lines:
            return
        size = 13.0
        width, height = _extent(lines, size)
        places = ((x, y + 14), (x, y - 14 - height), (x + 16 + width / 2, y - height / 2), (x - 16 - width / 2, y - height / 2))
        any(self._write(lines, middle, top, size, TOKENS["text"]) for middle, top in places)

    def write_along(self, text: str, course: shapely.Geometry, size: float, colour: str) -> None:
        """A name once along the longest part of a line, turned so that it reads from the left."""
        parts = sorted(_parts(self._cut(course, beyond=-10), "LineString"), key=lambda one: -one.length)
        width, height = _extent([text], size)
        for part in parts[:1]:
            if part.length < width:
                return
            for fraction in (0.5, 0.3, 0.7, 0.15, 0.85):
                middle = part.interpolate(fraction, normalized=True)
                before, after = (part.interpolate(part.project(middle) + step) for step in (-width / 2, width / 2))
                angle = float(np.degrees(np.arctan2(after.y - before.y, after.x - before.x)))
                angle = (angle + 90) % 180 - 90
                reach_x = abs(np.cos(np.radians(angle))) * width / 2 + abs(np.sin(np.radians(angle))) * height / 2
                reach_y = abs(np.sin(np.radians(angle))) * width / 2 + abs(np.cos(np.radians(angle))) * height / 2
                if self._take(middle.x - reach_x, middle.y - reach_y, middle.x + reach_x, middle.y + reach_y):
                    turn = f"rotate({angle:.1f} {middle.x:.1f} {middle.y:.1f})"
                    self._put(text, middle.x, middle.y + size * 0.36, size, colour, transform=turn, letter_spacing=0.06 * size)
                    return

    def furnish(self, notes: Sequence[str], legend: Mapping[str, str]) -> None:
        """Scale, north, sources and time, and what the symbols mean: at the edge, before other words take the room."""
        self._draw_north()
        self._draw_legend(legend)
        self._draw_scale()
        told = "　".join(notes)
        width, height = _extent([told], 10.5)
        right, bottom = self.frame.width, self.frame.height
        self._panel(right - width - 12, bottom - height - 6, right, bottom)
        self._put(told, right - 6 - width / 2, bottom - 6, 10.5, GROUND["label"])

    def _draw_north(self) -> None:
        x, y = self.frame.width - 26, 12
        self._panel(x - 14, y - 6, x + 14, y + 44)
        self._add("path", d=f"M{x} {y}l8 24l-8-6z", fill=TOKENS["text"])
        self._add("path", d=f"M{x} {y}l-8 24l8-6z", fill=GROUND["halo"], stroke=TOKENS["text"], stroke_width=1)
        self._put("N", x, y + 38, 12, TOKENS["text"])

    def _draw_scale(self) -> None:
        metres = _round_figure(SCALE_PX * self.frame.metres_per_pixel)
        width = metres / self.frame.metres_per_pixel
        x, y = 12.0, self.frame.height - 12.0
        self._panel(0, y - 26, width + 24, self.frame.height)
        self._add("path", d=f"M{x} {y - 6}v6h{width:.1f}v-6", fill="none", stroke=TOKENS["text"], stroke_width=1.6)
        self._put(f"{metres / 1000:g} km" if metres >= 1000 else f"{metres:g} m", x + width / 2, y - 8, 11, TOKENS["text"])

    def _draw_legend(self, legend: Mapping[str, str]) -> None:
        if not legend:
            return
        size, row = 11.5, 20.0
        width = 42 + max(_extent([text], size)[0] for text in legend.values())
        self._panel(8, 8, 8 + width + 8, 8 + row * len(legend) + 8)
        for number, (key, text) in enumerate(legend.items()):
            y = 12 + row * (number + 0.5)
            self._key(key, 26, y)
            self._put(text, 46 + _extent([text], size)[0] / 2, y + size * 0.36, size, TOKENS["text"])

    def _key(self, key: str, x: float, y: float) -> None:
        """The sample of one entry of the legend."""
        sample = f"M{x - 13} {y}h26"
        if key in KINDS:
            dash = " ".join(f"{2.2 * one:g}" for one in KINDS[key].dash)
            self._add(
                "path", d=sample, stroke=KINDS[key].colour, stroke_width=2.2, **({"stroke_dasharray": dash} if dash else {})
            )
            return
        form, _, colour = key.partition(":")
        if colour and form == "dot":
            self._add("circle", cx=x, cy=y, r=5, fill=GROUND["halo"], stroke=colour, stroke_width=2.4)
            return
        if colour:
            box = {"x": x - 12, "y": y - 6, "width": 24, "height": 12}
            self._add("rect", **box, fill=colour, fill_opacity=0.15, stroke=colour, stroke_width=1.6)
            return
        match key:
            case "course":
                self._add("path", d=sample, stroke=TOKENS["accent"], stroke_width=3.5)
            case "nearness":
                self._add("path", d=sample, stroke=TOKENS["accent"], stroke_width=2, stroke_dasharray="4 4")
            case "segment":
                self._add("path", d=sample, stroke=TOKENS["orange"], stroke_width=6)
            case "lost":
                self._add("path", d=sample, stroke=TOKENS["text-muted"], stroke_width=5)
            case "cordon":
                self._add(
                    "rect",
                    x=x - 12,
                    y=y - 6,
                    width=24,
                    height=12,
                    fill=TOKENS["red"],
                    fill_opacity=0.09,
                    stroke=TOKENS["red"],
                    stroke_dasharray="4 3",
                )
            case _ if key.startswith("sign-"):
                add_sign(self._add("g", transform=f"translate({x:.1f} {y:.1f}) scale(0.75)"), key.removeprefix("sign-"), "")
            case _:
                self.symbol(key, x, y)

    def _write(self, lines: Sequence[str], x: float, top: float, size: float, colour: str) -> bool:
        """Lines centred at x below `top`; False where that room is taken."""
        width, height = _extent(lines, size)
        if not self._take(x - width / 2, top, x + width / 2, top + height):
            return False
        for number, line in enumerate(lines):
            self._put(line, x, top + size * (0.9 + LINE_HEIGHT * number), size, colour)
        return True

    def _take(self, left: float, top: float, right: float, bottom: float) -> bool:
        free = left > 0 and top > 0 and right < self.frame.width and bottom < self.frame.height
        free = free and not any(left < r and right > a and top < d and bottom > b for a, b, r, d in self._taken)
        if free:
            self._taken.append((left, top, right, bottom))
        return free

    def _panel(self, left: float, top: float, right: float, bottom: float) -> None:
        self._taken.append((left, top, right, bottom))
        self._add("rect", x=left, y=top, width=right - left, height=bottom - top, fill=GROUND["halo"], fill_opacity=0.88)

    def _put(self, text: str, x: float, y: float, size: float, colour: str, **more: object) -> None:
        halo = {"stroke": GROUND["halo"], "stroke_width": size * 0.2, "paint_order": "stroke", "stroke_linejoin": "round"}
        element = self._add("text", x=x, y=y, font_family=FONT, font_size=size, fill=colour, text_anchor="middle", **halo, **more)
        element.text = _NOT_XML.sub("?", text)

    def _add(self, tag: str, **attributes: object) -> Svg.Element:
        told = {
            name.replace("_", "-"): f"{value:.2f}" if isinstance(value, float) else str(value)
            for name, value in attributes.items()
        }
        return Svg.SubElement(self._svg, tag, told)

    def _cut(self, shape: shapely.Geometry, beyond: float = BEYOND_PX) -> shapely.Geometry:
        """The shape in pixels, as far as it is in the picture."""
        pixels = shapely.transform(shape, self.frame.pixels)
        return shapely.clip_by_rect(pixels, -beyond, -beyond, self.frame.width + beyond, self.frame.height + beyond)


def _parts(shape: shapely.Geometry, kind: str) -> list[shapely.Geometry]:
    """The polygons or lines a geometry consists of."""
    return [one for one in shapely.get_parts(shape) if one.geom_type == kind and not one.is_empty]


def _path(pixels: NDArray[np.float64]) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in pixels[:, :2])


def _extent(lines: Sequence[str], size: float) -> tuple[float, float]:
    """About how wide and high a text is: wide characters are as wide as the size, others a little more than half of it."""
    widths = [size * (0.58 * len(line) + 0.42 * len(_WIDE.findall(line))) for line in lines]
    return max(widths, default=0.0), size * LINE_HEIGHT * len(lines)


def _sign(group: Svg.Element, text: str, colour: str) -> None:
    told = {"y": "4.5", "font-family": FONT, "font-size": "13", "fill": colour, "stroke": colour, "text-anchor": "middle"}
    Svg.SubElement(group, "text", told).text = text


def _round_figure(at_most: float) -> float:
    """The greatest of 1, 2, 5 times a power of ten that is not more.

    >>> _round_figure(430), _round_figure(99)
    (200.0, 50.0)
    """
    power = 10.0 ** np.floor(np.log10(at_most))
    return float(power * max(step for step in (1, 2, 5) if step * power <= at_most))
