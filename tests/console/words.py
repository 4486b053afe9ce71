"""Every sentence that the sources ask the catalogue of translations for."""

import ast
import re
from collections.abc import Iterator

from tocsin.portal.settings import PACKAGE

type Message = tuple[str | None, str]  # context, msgid

_ARGUMENTS = {  # function -> positions of context and msgid
    "_": (None, 0),
    "gettext": (None, 0),
    "gettext_lazy": (None, 0),
    "gettext_noop": (None, 0),
    "ngettext": (None, 0),
    "ngettext_lazy": (None, 0),
    "pgettext": (0, 1),
    "pgettext_lazy": (0, 1),
    "MqttError": (None, 1),  # behind its code
}
_ERRORS = (
    *("InvalidInput", "Conflict", "NotAllowed", "Unavailable", "OutsideRange", "StepRefused", "MissingState", "MissingFigure"),
    *("TooManyLimits", "SettingRefused"),
    *("Unreadable", "OffSchema", "Wrapped", "Unsigned", "WrongDigest", "WrongSignature", "Nonsense", "BadArea"),  # of CAP
)
"""Their texts are translated when they are shown, see `tocsin.base.errors`."""

_SHOWN = ("filters", "major_hazard", "tanks.py", "consequences")
"""Parts of the engine whose refusals stand on pages."""

_TRANSLATE = re.compile(r"""\{%\s*translate\s+(?:"([^"]*)"|'([^']*)')(?:\s+context\s+(?:"([^"]*)"|'([^']*)'))?""")
_TAG = re.compile(r"\{%.*?%\}")
_CONSTANT = re.compile(r"""\b_\("([^"]*)"\)""")
_BLOCK = re.compile(r"\{%\s*blocktranslate\b(.*?)%\}(.*?)\{%\s*endblocktranslate\s*%\}", re.DOTALL)


def messages() -> dict[Message, str]:
    """Each message with the file it stands in."""
    found: dict[Message, str] = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).parts
        shown = parts[0] == "engine" and parts[1] in _SHOWN
        in_a_terminal = parts[0] in ("engine", "simulation", "workshop") and not shown
        for message in in_python(path.read_text(encoding="utf-8"), () if in_a_terminal else _ERRORS):
            found.setdefault(message, str(path.relative_to(PACKAGE)))
    for path in sorted(PACKAGE.rglob("templates/**/*.html")):
        for message in in_template(path.read_text(encoding="utf-8")):
            found.setdefault(message, str(path.relative_to(PACKAGE)))
    return found


def in_python(source: str, errors: tuple[str, ...] = _ERRORS) -> Iterator[Message]:
    """Messages whose text stands in the call, those of errors among them."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in (*_ARGUMENTS, *errors):
            texts = [one.value if isinstance(one, ast.Constant) else None for one in node.args]
            context, position = _ARGUMENTS.get(node.func.id, (None, 0))
            if len(texts) > position and isinstance(texts[position], str):
                yield (None if context is None else str(texts[context])), str(texts[position])


def in_template(source: str) -> Iterator[Message]:
    """As Django makes msgids: percent signs doubled, variables as `%(name)s`, `trimmed` lines joined."""
    for match in _TRANSLATE.finditer(source):
        text = match[1] if match[1] is not None else match[2]
        yield match[3] or match[4], text.replace("%", "%%")
    for tag in _TAG.findall(source):
        for text in _CONSTANT.findall(tag):
            yield None, text.replace("%", "%%")
    for match in _BLOCK.finditer(source):
        text = re.split(r"\{%\s*plural\s*%\}", match[2])[0].replace("%", "%%")
        text = re.sub(r"\{\{\s*(\w+)\s*\}\}", r"%(\1)s", text)
        if "trimmed" in match[1]:
            text = " ".join(line.strip() for line in text.splitlines() if line.strip())
        yield None, text
