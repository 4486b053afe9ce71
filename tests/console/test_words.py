"""The interface speaks both languages whole."""

import re

from babel.messages.catalog import Catalog
from babel.messages.catalog import Message as BabelMessage
from babel.messages.pofile import read_po
from django.utils.translation import override

from tests.console.words import Message, in_python, in_template, messages
from tocsin.base.errors import InvalidInput
from tocsin.portal.settings import PACKAGE

CHINESE = PACKAGE / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
_LINE = re.compile(r'(?:#.*|(?:(?:msgctxt|msgid|msgid_plural|msgstr|msgstr\[\d]) )?"(?:[^"\\]|\\.)*"|)')
_PLACE = re.compile(r"%\((\w+)\)|(?<!\w)\{(\w+)\}")


def catalogue() -> Catalog:
    with CHINESE.open("rb") as file:
        return read_po(file)


def key(one: BabelMessage) -> Message:
    return one.context, one.id if isinstance(one.id, str) else one.id[0]


def test_every_message_has_chinese_words() -> None:
    known = {key(one) for one in catalogue() if one.id and one.string}
    missing = [f"{where}: {message}" for message, where in messages().items() if message not in known]
    assert not missing, "add to locale/zh_Hans: " + "\n".join(missing)


def test_the_catalogue_holds_nothing_else() -> None:
    used = set(messages())
    dead = [
        one.id for one in catalogue() if one.id and (one.context, one.id if isinstance(one.id, str) else one.id[0]) not in used
    ]
    assert not dead


def test_whatever_reads_gettext_reads_the_catalogue() -> None:
    """Ours passes over quotation marks that are not escaped and entries that stand twice; a translator's program does not."""
    lines = CHINESE.read_text(encoding="utf-8").splitlines()
    assert not [line for line in lines if not _LINE.fullmatch(line)]
    assert sum(line.startswith("msgid ") for line in lines) == len(catalogue()) + 1  # the head is one, too


def test_translations_keep_the_places_of_figures() -> None:
    for one in catalogue():
        ids, texts = ([one.id], [one.string]) if isinstance(one.id, str) else (one.id, one.string)
        for text in texts:
            assert set(_PLACE.findall(text)) <= set(_PLACE.findall(" ".join(ids))), one.id


def test_the_trade_says_alarm_not_alert() -> None:
    """告警 is the word of computer networks, 警报 a siren for the public."""
    for one in catalogue():
        assert "告警" not in str(one.string) and "警报" not in str(one.string), one.id


def test_the_extractor_sees_what_django_sees() -> None:
    assert list(in_python('_("a"); pgettext("step", "b"); ngettext("%d c", "%d cs", 2); other("d")')) == [
        (None, "a"),
        ("step", "b"),
        (None, "%d c"),
    ]
    assert list(in_template("""{% translate "5 %" %}{% translate 'x' context "y" %}""")) == [(None, "5 %%"), ("y", "x")]
    assert list(in_template("""{% include "a.html" with label=_("z") %}{{ _("not in a tag") }}""")) == [(None, "z")]
    block = "{% blocktranslate trimmed with n=a|b %}\n  {{ n }} of\n  it {% plural %} {{ n }}s {% endblocktranslate %}"
    assert list(in_template(block)) == [(None, "%(n)s of it")]


def test_a_refusal_is_told_in_the_language_of_its_reader() -> None:
    refusal = InvalidInput("A file has at most %(most)s rows.", most=InvalidInput("unknown"))
    assert str(refusal) == "A file has at most unknown rows."
    with override("zh-hans"):
        assert str(refusal) == "一个文件最多未知行。"
