"""Reads `policy.toml`, the media that travel between assets with their speeds, and `survey.toml`, the words of pipe surveys.
Loads without Django.
"""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import msgspec

from tocsin.base.errors import InvalidInput
from tocsin.base.policy import PolicyFile, reader
from tocsin.engine.features import LINE_KINDS, POINT_KINDS
from tocsin.engine.network import Way
from tocsin.engine.reach import Medium

POLICY_FILE = Path(__file__).parent / "policy.toml"


def shipped_media() -> Mapping[str, Medium]:
    """The media that come with this version, by name."""
    return MEDIA.shipped


def read_media(data: Mapping[str, Any], file: str) -> dict[str, Medium]:
    """Media of parsed TOML; InvalidInput names file, key and the known keys."""
    unknown = set(data) - {"media"}
    if unknown:
        raise InvalidInput(f"{file}: unknown {', '.join(sorted(unknown))}; known is media")
    known = {way.name.lower(): way for way in Way}
    media = {}
    for name, table in data.get("media", {}).items():
        wrong = set(table) - set(known)
        if wrong:
            raise InvalidInput(f"{file}: medium {name}: unknown {', '.join(sorted(wrong))}; known are {', '.join(sorted(known))}")
        if any(speed <= 0 for speed in table.values()):
            raise InvalidInput(f"{file}: medium {name}: a speed must be above 0; leave out what is closed")
        media[name] = Medium(name, {known[way]: float(speed) for way, speed in table.items()})
    return media


def _read(text: bytes, source: str) -> Mapping[str, Medium]:
    return read_media(tomllib.loads(text.decode()), source)


MEDIA = PolicyFile("lifelines.media", POLICY_FILE, _read, "介质传播", "Media and their speeds")


class SurveyPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole of `survey.toml`: words of surveys by the kind of asset that they mean."""

    central_meridian_deg: Annotated[float, msgspec.Meta(ge=0, le=180)]
    longest_line_m: Annotated[float, msgspec.Meta(gt=0)]
    passed: tuple[str, ...]
    appurtenances: dict[str, tuple[str, ...]]
    classes: dict[str, tuple[str, ...]]

    def kind_of_appurtenance(self, word: str) -> str:
        """The kind of an object that lies at a point; `""` for a word that is not known."""
        return _kind_of(word, self.appurtenances)

    def kind_of_line(self, word: str) -> str:
        """The kind of lines of a class; `""` for a word that is not known."""
        return _kind_of(word, self.classes)

    def kind_in_title(self, title: str) -> str:
        """The kind whose word stands in the title of a sheet or file, the longest word first; `""` for none, or letters that
        stand within a word.
        """
        words = sorted(((word, kind) for kind, some in self.classes.items() for word in some), key=lambda one: -len(one[0]))
        parts = "".join(one if one.isalnum() else " " for one in title.lower())
        within = (kind for word, kind in words if (word.lower() in parts.split() if word.isascii() else word in parts))
        return next(within, "")


def _kind_of(word: str, words: Mapping[str, tuple[str, ...]]) -> str:
    bare = "".join(word.split()).lower()
    return next((kind for kind, some in words.items() if any("".join(one.split()).lower() == bare for one in some)), "")


def _check_kinds(policy: SurveyPolicy, source: str) -> None:
    for name, table, known in (("appurtenances", policy.appurtenances, POINT_KINDS), ("classes", policy.classes, LINE_KINDS)):
        if unknown := sorted(set(table) - set(known)):
            raise ValueError(f"{source}: {name}: unknown {', '.join(unknown)}; known are {', '.join(known)}")
        said: dict[str, str] = {}
        for kind, words in table.items():
            if twice := next((one for one in words if said.setdefault(one.lower(), kind) != kind), ""):
                raise ValueError(f"{source}: {name}: {twice} means {said[twice.lower()]} and {kind}")


SURVEY = PolicyFile(
    "lifelines.survey",
    POLICY_FILE.with_name("survey.toml"),
    reader(SurveyPolicy, _check_kinds),
    "管线普查表用词",
    "Words of pipe surveys",
    regions=True,
)
