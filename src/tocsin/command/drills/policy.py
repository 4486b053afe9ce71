"""`drills.toml`: the shipped scripts; what can't be read is refused with its name."""

from functools import cache
from typing import Any

import msgspec

from tocsin.command.casebook.policy import read_file
from tocsin.command.drills.rules.script import read_script
from tocsin.command.guidance.rules.words import Words


class _Script(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    code: str
    zh: str
    en: str
    act: tuple[dict[str, Any], ...]


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    script: tuple[_Script, ...]


class Script(msgspec.Struct, frozen=True):
    """One shipped script; `acts` still hold their texts in both languages."""

    code: str
    words: Words
    acts: tuple[dict[str, Any], ...]

    def told(self, language: str) -> list[dict[str, Any]]:
        """The acts as a drill keeps them, in one language."""
        return [{name: _text(value, language) for name, value in act.items()} for act in self.acts]


@cache
def shipped_scripts() -> tuple[Script, ...]:
    """The scripts that come with this version, each tried once in both languages."""
    found = tuple(Script(one.code, Words(one.zh, one.en), one.act) for one in read_file("drills/policy.toml", _File).script)
    for script in found:
        for language in ("zh", "en"):
            read_script(script.told(language))
    return found


def _text(value: Any, language: str) -> Any:
    return Words(**value).told(language) if isinstance(value, dict) else value
