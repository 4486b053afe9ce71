"""The chapters as HTML, in the reader's language, with the addresses of pages in the place of their names."""

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Final, NamedTuple

from django.templatetags.static import static
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from markdown_it import MarkdownIt

from tocsin.base.decoding import convert
from tocsin.base.documents import read_toml
from tocsin.jurisdiction.face import may_anywhere
from tocsin.records.handbook.rules import CHAPTERS, Chapter, TourStep

if TYPE_CHECKING:
    from markdown_it.token import Token

    from tocsin.jurisdiction.face import Person

LANGUAGES: Final = ("en", "zh")
PAGE: Final = "page:"
"""`[Duty desk](page:duty)` leads to the page of that name in the map of addresses."""
PICTURE: Final = "picture:"
"""`![The console](picture:console)` is `static/handbook/console.<language>.webp`, taken by tools/handbook_pictures.py."""


class Part(NamedTuple):
    """A heading of a chapter, and the anchor at which it stands."""

    anchor: str
    words: str


class Text(NamedTuple):
    """A chapter as it is shown: its title, its headings, and its body."""

    title: str
    parts: tuple[Part, ...]
    body: SafeString


def chapters_for(person: "Person") -> list[Chapter]:
    """All chapters; those of the person's own work first."""
    return sorted(CHAPTERS, key=lambda one: not may_anywhere(person, one.permission))


def own_tour(person: "Person") -> dict[str, object] | None:
    """The tour of the chapter that was written for the person's own work; None where none was."""
    own = next((one for one in CHAPTERS if may_anywhere(person, one.permission)), None)
    return None if own is None else tour_of(own)


def chapter_of(slug: str) -> Chapter | None:
    """The chapter of that name in addresses."""
    return next((one for one in CHAPTERS if one.slug == slug), None)


def text_of(chapter: Chapter) -> Text:
    """The chapter in the reader's language."""
    return read_text(chapter.slug, _language())


def _language() -> str:
    return "zh" if (get_language() or "").startswith("zh") else "en"


def tour_of(chapter: Chapter) -> dict[str, object]:
    """The guided tour of the chapter as web/src/tour.ts takes it, in the reader's language."""
    stops, language = read_tours()[chapter.slug], _language()
    steps = [{"url": reverse(one.page), "at": one.at, "text": getattr(one, language)} for one in stops]
    last = stops[-1]
    then = {"url": reverse(last.then), "words": getattr(last, f"then_{language}")} if last.then else None
    words = {
        "title": str(chapter.title),
        "next": pgettext("tour", "Next"),
        "back": pgettext("tour", "Back"),
        "end": pgettext("tour", "End the tour"),
        "there": pgettext("tour", "Go on with the tour"),
        "count": _("{number} of {all}"),
    }
    return {"steps": steps, "words": words, "then": then}


@cache
def read_tours() -> dict[str, list[TourStep]]:
    """By chapter the steps of its tour."""
    told = read_toml(files(__package__).joinpath("tours.toml").read_text("utf-8"))
    return convert(told, dict[str, list[TourStep]])


@cache
def read_text(slug: str, language: str) -> Text:
    """One file of a chapter. Raw HTML in it stays text; `page:` links become addresses."""
    source = files(__package__).joinpath("chapters", f"{slug}.{language}.md").read_text("utf-8")
    markdown = MarkdownIt("commonmark", {"html": False})
    tokens = markdown.parse(source)
    title = ""
    parts: list[Part] = []
    body: list[Token] = []
    waiting = iter(tokens)
    for token in waiting:
        if token.type == "heading_open" and token.tag == "h1":
            title = next(waiting).content
            next(waiting)
            continue
        if token.type == "heading_open":
            parts.append(Part(f"part-{len(parts) + 1}", tokens[tokens.index(token) + 1].content))
            token.attrSet("id", parts[-1].anchor)
        for child in token.children or ():
            _lead(child, language)
        body.append(token)
    return Text(title, tuple(parts), mark_safe(markdown.renderer.render(body, markdown.options, {})))  # noqa: S308 - shipped texts


def _lead(token: "Token", language: str) -> None:
    target = str(token.attrGet("href") or token.attrGet("src") or "")
    if target.startswith(PAGE):
        token.attrSet("href", reverse(target.removeprefix(PAGE)))
    elif target.startswith(PICTURE):
        token.attrSet("src", static(f"handbook/{target.removeprefix(PICTURE)}.{language}.webp"))
        token.attrSet("loading", "lazy")
