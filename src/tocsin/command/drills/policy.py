"""`drills.toml`: the shipped scripts; what can't be read is refused with its name."""

from pathlib import Path

import msgspec

from tocsin.base.policy import PolicyFile, read_policy
from tocsin.command.drills.rules.script import read_script
from tocsin.command.guidance.rules.words import Words

FILE = Path(__file__).with_name("policy.toml")


class _Script(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    code: str
    zh: str
    en: str
    act: tuple[dict[str, object], ...]


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    script: tuple[_Script, ...]


class Script(msgspec.Struct, frozen=True):
    """One shipped script; `acts` still hold their texts in both languages."""

    code: str
    words: Words
    acts: tuple[dict[str, object], ...]

    def told(self, language: str) -> list[dict[str, object]]:
        """The acts as a drill keeps them, in one language."""
        return [{name: _text(value, language) for name, value in act.items()} for act in self.acts]


def _read(text: bytes, source: str) -> tuple[Script, ...]:
    found = tuple(Script(one.code, Words(one.zh, one.en), one.act) for one in read_policy(text, _File, source).script)
    for script in found:
        for language in ("zh", "en"):
            read_script(script.told(language))
    return found


DRILLS = PolicyFile("command.drills", FILE, _read, "演练脚本", "Scripts of drills", items="script")


def shipped_scripts() -> tuple[Script, ...]:
    """The scripts that come with this version, each tried once in both languages."""
    return DRILLS.shipped


def _text(value: object, language: str) -> object:
    return Words(**value).told(language) if isinstance(value, dict) else value
