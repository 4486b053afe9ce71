"""`{% icon "bell" %}`: one drawing of the sprite that web/build.mjs makes from web/icons.json."""

from functools import lru_cache

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
def icon(name: str, extra_class: str = "") -> SafeString:
    """An inline SVG that takes the text's colour; hidden from screen readers, since the words stand beside it."""
    return _drawn(name, extra_class)


@lru_cache(1000)  # a page has some thirty, of the few that templates name
def _drawn(name: str, extra_class: str) -> SafeString:
    return format_html(
        '<svg class="icon icon-{}{}" aria-hidden="true"><use href="{}#{}"></use></svg>',
        name,
        f" {extra_class}" if extra_class else "",
        static("dist/icons.svg"),
        name,
    )
