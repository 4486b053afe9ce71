"""Papers: values laid out by a template, printed as PDF.

A template is a Typst file in a capability's `papers/` folder; its name is the file's. It gets its values as JSON and shows them
as text, so that no value can become markup. All share `house.typ`. The same values give the same bytes.
"""

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import get_language

from tocsin.records.audit.services import record_audit
from tocsin.screens.clock import current_time

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User
    from tocsin.records.papers.rules import Builder


import functools
import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pylopdf_fonts_zh_cn
import typst
from django.apps import apps
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from tocsin.records.papers.policy import ROOT
from tocsin.records.papers.services.press import press

_LANGUAGES = {"zh-hans": ("zh", "cn"), "en": ("en", "gb")}


def print_paper(name: str, values: Mapping[str, Any], *, language: str, drill: bool = False, owner: object = None) -> bytes:
    """The PDF of one paper; 5 to 50 ms for a few pages. `owner` gets one at a time: who asks for it.

    `values` is plain JSON, in words of the reader's language: `title`, `number`, and what the template `name` shows besides;
    `printed_at` is an aware datetime and the PDF's own date. `drill` puts the drill's mark on every page.
    LookupError for an unknown name, ValueError for values that the template can't show, and what `Press.make` refuses.
    """
    printed_at: datetime = values["printed_at"]
    with translation.override(language):
        house = _house(printed_at, language, drill=drill)
    template = _templates()[name]
    inputs = {"values": _as_json({**values, "printed_at": printed_at.isoformat()}), "house": _as_json(house)}

    def work() -> bytes:
        document = typst.compile(
            template,
            root=ROOT,
            font_paths=_fonts(),
            ignore_system_fonts=True,
            format="pdf",
            sys_inputs=inputs,
            timestamp=int(printed_at.timestamp()),
        )
        assert isinstance(document, bytes)  # noqa: S101 - one format, one document
        return document

    try:
        return press().make(work, size=len(inputs["values"].encode()), owner=object() if owner is None else owner)
    except typst.TypstError as error:
        raise ValueError(f"paper {name}: {error.diagnostic}") from None


def names_of_papers() -> tuple[str, ...]:
    """Every paper there is a template for."""
    return tuple(sorted(_templates()))


def product_title() -> str:
    """The city's own title (TOCSIN_TITLE), else the official kind of system in the reader's language."""
    return str(settings.CONFIGURATION.now.title or _("City safety risk monitoring and early-warning platform"))


def _house(printed_at: datetime, language: str, *, drill: bool) -> dict[str, str]:
    lang, region = _LANGUAGES[language]
    moment = date_format(timezone.localtime(printed_at), "Y-m-d H:i:s")
    return {
        "lang": lang,
        "region": region,
        "platform": product_title(),
        "printed": _("Printed %(moment)s") % {"moment": moment},
        "page": _("Page {page} of {pages}"),
        "drill": _("【DRILL】") if drill else "",
        "drill_line": _("【DRILL】 For an exercise only: nothing in this paper has happened.") if drill else "",
    }


def _as_json(values: Mapping[str, Any]) -> str:
    """JSON that any reader takes: what is not a character (half of a surrogate pair) becomes a question mark."""
    return json.dumps(values, ensure_ascii=False, allow_nan=False).encode("utf-8", "replace").decode()


@functools.cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[Path(pylopdf_fonts_zh_cn.sans_path()).parent]
    )


@functools.cache
def _templates() -> dict[str, Path]:
    """Path of each template by name; two of one name are refused."""
    found: dict[str, Path] = {}
    for app in apps.get_app_configs():
        for path in sorted(Path(app.path).rglob("papers/*.typ")):
            if path.stem in found:
                raise ValueError(f"two papers are called {path.stem}: {found[path.stem]} and {path}")
            found[path.stem] = path
    del found["house"]
    return found


@dataclass(frozen=True)
class Printed:
    """A paper as it leaves the house."""

    document: bytes
    file_name: str


def print_for(*, actor: "User", name: str, object_id: UUID) -> Printed:
    """Prints a paper of `settings.PAPERS` about an object as it is now, in the language that is active, for whoever may read the
    object; the audit trail tells who has had which bytes.
    """
    build: Builder = import_string(settings.PAPERS[name].replace(":", "."))
    built = build(actor, object_id, current_time())
    document = print_paper(
        name, built.values, language=get_language() or settings.LANGUAGE_CODE, drill=built.drill, owner=actor.pk
    )
    told = {"paper": name, "number": built.values["number"], "sha256": hashlib.sha256(document).hexdigest()}
    record_audit(actor, "paper.printed", built.object_type, built.object_id, built.region_code, told)
    return Printed(document, f"{built.values['title']} {built.values['number']}.pdf")
