"""A file of settings as rows of an import: TOML as it is taken out, else a table with the same columns."""

from typing import Any

import msgspec
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tocsin.base.decoding import convert
from tocsin.base.documents import read_toml
from tocsin.base.errors import InvalidInput
from tocsin.records.setup.rules import HERE, HERE_WORDS, SECTION_WORDS, CityFile, CitySection, rows_of
from tocsin.records.setup.services.bodies import KIND_WORDS

_TABLES = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


def read_city(content: bytes) -> CityFile:
    """The file; InvalidInput names the key that is unknown, missing or of another kind."""
    try:
        return convert(read_toml(content.removeprefix(b"\xef\xbb\xbf").decode()), CityFile)
    except UnicodeDecodeError:
        raise InvalidInput(_("The file is no UTF-8 text.")) from None
    except msgspec.ValidationError as error:
        raise InvalidInput(_("This can't be read: %(text)s") % {"text": str(error)[:200]}) from None


def city_rows(content: bytes) -> list[tuple[dict[str, str], dict[str, Any] | None]] | None:
    """Its rows, without geometry; None for a file that is a table. Rows of the file's own area name none: the import's counts."""
    if content.startswith(_TABLES) or b"format" not in content[:4_000]:
        return None
    city = read_city(content)
    return [(_in_words(row), None) for row in rows_of(city)]


def _in_words(cells: dict[str, str]) -> dict[str, str]:
    """The cells as the reader would write them; the file is understood in either language."""
    if not (get_language() or "zh").startswith("zh"):
        return cells
    words = {"section": SECTION_WORDS[CitySection(cells["section"])]}
    words |= {name: "是" for name in ("desk", "whole", "withdrawn") if cells.get(name) == "yes"}
    if kind := next((word for word, kind in KIND_WORDS.items() if kind == cells.get("kind")), ""):
        words["kind"] = kind
    if cells.get("region") == HERE:
        words["region"] = HERE_WORDS[1]
    return cells | words
