"""The test set of a model: pictures with what a person marked in them, out of a ZIP, as YOLO's trainers or COCO write it."""

import io
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Final, Self

import msgspec

from tocsin.base.documents import decode_json
from tocsin.base.errors import InvalidInput
from tocsin.engine.frames.measuring import Truth

_PICTURE: Final = re.compile(r"images/(.{1,150})\.(jpg|jpeg|png)", re.IGNORECASE)
_COCO: Final = re.compile(r"(annotations/)?[^/]{1,100}\.json", re.IGNORECASE)
MOST_PICTURES: Final = 2000
_MOST_LABELS_BYTES: Final = 100_000
_MOST_COCO_BYTES: Final = 20_000_000

type _Side = Annotated[float, msgspec.Meta(gt=0, le=100_000)]


@dataclass(frozen=True)
class MarkedPicture:
    """One picture of the ZIP, by its name there, and what is to be seen in it."""

    name: str
    truths: tuple[Truth, ...]


class _CocoImage(msgspec.Struct, frozen=True):
    id: int | str
    file_name: str
    width: _Side
    height: _Side


class _CocoCategory(msgspec.Struct, frozen=True):
    id: int | str
    name: str


class _CocoAnnotation(msgspec.Struct, frozen=True):
    image_id: int | str
    category_id: int | str
    bbox: tuple[float, float, float, float]  # left, upper, width, height in pixels
    iscrowd: int = 0


class _Coco(msgspec.Struct, frozen=True):
    images: tuple[_CocoImage, ...]
    categories: tuple[_CocoCategory, ...]
    annotations: tuple[_CocoAnnotation, ...] = ()


class PictureSet:
    """An opened test set: `pictures` in the order of their names, and the bytes of each. InvalidInput names file and place.

    Beside `images/NAME.jpg` lie either `labels/NAME.txt`, of which each line is a label's number from 0 and the middle, width and
    height of a box as shares, or one JSON of COCO, whose categories are the labels by name. Below `images` there may be folders.
    """

    def __init__(self, data: bytes, labels: Sequence[str], most_picture_bytes: int) -> None:
        self._most = most_picture_bytes
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(data))
        except zipfile.BadZipFile:
            raise InvalidInput("the test set is no ZIP") from None
        self._entries = {one.filename: one for one in self._archive.infolist()}
        names = sorted(name for name in self._entries if _PICTURE.fullmatch(name))
        if not 0 < len(names) <= MOST_PICTURES:
            raise InvalidInput(
                "the test set has %(count)s pictures in images/; 1 to %(most)s make one", count=len(names), most=MOST_PICTURES
            )
        coco = [name for name in self._entries if _COCO.fullmatch(name)]
        if len(coco) > 1:
            raise InvalidInput("the test set has several files of COCO: %(names)s", names=", ".join(sorted(coco))[:200])
        self.pictures = tuple(self._of_coco(coco[0], names, labels) if coco else self._of_yolo(names, len(labels)))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._archive.close()

    def data(self, picture: MarkedPicture) -> bytes:
        """The file of a picture; InvalidInput where it can't be read or is too large."""
        return self._content(picture.name, self._most)

    def _content(self, name: str, most: int) -> bytes:
        try:
            with self._archive.open(self._entries[name]) as opened:
                data = opened.read(most + 1)
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError):
            raise InvalidInput("%(name)s can't be read", name=name[:100]) from None
        if len(data) > most:
            raise InvalidInput("%(name)s has more than %(most)s bytes", name=name[:100], most=most)
        return data

    def _of_yolo(self, names: list[str], labels: int) -> list[MarkedPicture]:
        found = []
        for name in names:
            told = f"labels/{name.removeprefix('images/').rpartition('.')[0]}.txt"
            if told not in self._entries:
                raise InvalidInput(
                    "%(picture)s has no %(labels)s; one of which nothing is to be seen has an empty one",
                    picture=name,
                    labels=told,
                )
            found.append(MarkedPicture(name, _yolo_truths(self._content(told, _MOST_LABELS_BYTES), told, labels)))
        return found

    def _of_coco(self, file: str, names: list[str], labels: Sequence[str]) -> list[MarkedPicture]:
        told = decode_json(self._content(file, _MOST_COCO_BYTES), _Coco, most_bytes=_MOST_COCO_BYTES)
        numbers = {one.id: labels.index(one.name) for one in told.categories if one.name in labels}
        if lost := [label for place, label in enumerate(labels) if place not in numbers.values()]:
            raise InvalidInput(
                "%(name)s has no category “%(label)s”; it has %(known)s",
                name=file,
                label=lost[0],
                known=", ".join(one.name for one in told.categories)[:200],
            )
        images = {one.id: one for one in told.images}
        truths: dict[str, list[Truth]] = {f"images/{one.file_name.removeprefix('images/')}": [] for one in told.images}
        if missing := [name for name in names if name not in truths]:
            raise InvalidInput("%(name)s says nothing of %(picture)s", name=file, picture=missing[0][:100])
        for number, one in enumerate(told.annotations):
            image = images.get(one.image_id)
            if image is None:
                raise InvalidInput("%(name)s, annotation %(number)s: there is no such image", name=file, number=number)
            if one.category_id in numbers and not one.iscrowd:
                corners = _coco_corners(one, image, file, number)
                truths[f"images/{image.file_name.removeprefix('images/')}"].append(Truth(numbers[one.category_id], corners))
        return [MarkedPicture(name, tuple(truths[name])) for name in names]


def _coco_corners(one: _CocoAnnotation, image: _CocoImage, file: str, number: int) -> tuple[float, float, float, float]:
    left, upper, wide, high = one.bbox
    corners = (left / image.width, upper / image.height, (left + wide) / image.width, (upper + high) / image.height)
    if wide <= 0 or high <= 0 or not all(-0.01 <= part <= 1.01 for part in corners):
        raise InvalidInput("%(name)s, annotation %(number)s: its box lies outside of its picture", name=file, number=number)
    return corners


def _yolo_truths(data: bytes, name: str, labels: int) -> tuple[Truth, ...]:
    found = []
    for number, line in enumerate(data.decode("utf-8", "replace").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            label, across, down, wide, high = int(line.split()[0]), *(float(one) for one in line.split()[1:])
        except (ValueError, IndexError):
            raise InvalidInput(
                "%(name)s, line %(line)s: a label's number and four shares are expected", name=name, line=number
            ) from None
        if not 0 <= label < labels or not all(0 <= one <= 1 for one in (across, down, wide, high)) or not (wide and high):
            raise InvalidInput("%(name)s, line %(line)s: no such label, or what is no share", name=name, line=number)
        found.append(Truth(label, (across - wide / 2, down - high / 2, across + wide / 2, down + high / 2)))
    return tuple(found)
