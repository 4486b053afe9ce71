"""A city's own model: its card, its test set, and whether it may be used."""

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Annotated, Final

import msgspec

from tocsin.base.errors import InvalidInput
from tocsin.engine.frames.layouts import Layout
from tocsin.engine.frames.measuring import LabelFigures, Truth

_CODE: Final = re.compile(r"[a-z0-9][a-z0-9-]{1,39}")
_PICTURE: Final = re.compile(r"images/([^/]{1,100})\.(jpg|jpeg|png)", re.IGNORECASE)
MOST_PICTURES: Final = 2000

type Short = Annotated[str, msgspec.Meta(min_length=1, max_length=60)]


class ModelLabel(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the model knows: the name of a label, and the kind of sighting that it becomes; empty: it is not told."""

    name: Short
    kind: str = ""


class OwnModelCard(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A model as its city describes it. It counts from `least_score` on; `cannot`: what it can't do, in the city's words."""

    code: Short
    version: Short
    layout: Layout
    labels: Annotated[tuple[ModelLabel, ...], msgspec.Meta(min_length=1, max_length=200)]
    least_score: Annotated[float, msgspec.Meta(ge=0.05, lt=1)]
    cannot: Annotated[str, msgspec.Meta(min_length=10, max_length=500)]


def check_card(card: OwnModelCard, kinds: list[str]) -> None:
    """InvalidInput says what is wrong and how to mend it."""
    if not _CODE.fullmatch(card.code):
        raise InvalidInput("the code “%(code)s” has other signs than a–z, 0–9 and -", code=card.code)
    if len({one.name for one in card.labels}) < len(card.labels):
        raise InvalidInput("two labels have one name")
    if lost := [one.kind for one in card.labels if one.kind and one.kind not in kinds]:
        raise InvalidInput("“%(given)s” is no kind of sighting; known are %(known)s", given=lost[0][:40], known=", ".join(kinds))


def read_test_set(data: bytes, card: OwnModelCard, most_bytes: int) -> Iterator[tuple[str, bytes, list[Truth]]]:
    """Pictures with their truth, out of a ZIP of `images/NAME.jpg` and `labels/NAME.txt`, of which each line is a label's number
    from 0, the middle, width and height of a box as shares. InvalidInput names file and line. A picture has at most `most_bytes`.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except zipfile.BadZipFile:
        raise InvalidInput("the test set is no ZIP") from None
    with archive:
        names = {one.filename: one for one in archive.infolist()}
        pictures = sorted(name for name in names if _PICTURE.fullmatch(name))
        if not 0 < len(pictures) <= MOST_PICTURES:
            raise InvalidInput(
                "the test set has %(count)s pictures in images/; 1 to %(most)s make one", count=len(pictures), most=MOST_PICTURES
            )
        for name in pictures:
            told = f"labels/{name.removeprefix('images/').rpartition('.')[0]}.txt"
            if told not in names:
                raise InvalidInput(
                    "%(picture)s has no %(labels)s; one of which nothing is to be seen has an empty one",
                    picture=name,
                    labels=told,
                )
            yield (
                name,
                _content(archive, names[name], most_bytes),
                _truths(_content(archive, names[told], 100_000), told, len(card.labels)),
            )


def _content(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, most: int) -> bytes:
    try:
        with archive.open(entry) as opened:
            data = opened.read(most + 1)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError):
        raise InvalidInput("%(name)s can't be read", name=entry.filename[:100]) from None
    if len(data) > most:
        raise InvalidInput("%(name)s has more than %(most)s bytes", name=entry.filename[:100], most=most)
    return data


def _truths(data: bytes, name: str, labels: int) -> list[Truth]:
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
    return found


def refusal_of(card: OwnModelCard, figures: list[LabelFigures], least_precision: float, least_truths: int) -> InvalidInput | None:
    """Why the model is not taken; None where it may be used. Labels that become no kind are not judged."""
    for label, one in zip(card.labels, figures, strict=True):
        if not label.kind:
            continue
        if one.truths < least_truths:
            return InvalidInput(
                "the test set shows “%(label)s” %(count)s times; %(least)s are needed",
                label=label.name,
                count=one.truths,
                least=least_truths,
            )
        if one.precision is None or one.precision < least_precision:
            return InvalidInput(
                "of what the model told as “%(label)s” %(hits)s of %(told)s are true; policy asks for %(least)s %%",
                label=label.name,
                hits=one.hits,
                told=one.told,
                least=round(100 * least_precision),
            )
    return None
