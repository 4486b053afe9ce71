"""The title of a case that no alarm leads, in the reader's language."""

from collections.abc import Callable, Mapping
from typing import Final

from django.utils.translation import get_language, pgettext

from tocsin.mobilisation.face import report_kind_name
from tocsin.supervision.face import episode_kind_name
from tocsin.vision.face import sighting_kind_name

type Matter = Mapping[str, str]
"""What a case was opened for: `by`, a key of `_TITLES`, and what that is told with. Empty where a person typed its title."""


def title_of(title: str, matter: Matter) -> str:
    """Told from what the case was opened for; as it was typed where it was."""
    told = _TITLES.get(matter.get("by", ""))
    return told(matter) if told else title


def _about(kind: str, about: str) -> str:
    return pgettext("case", "%(kind)s: %(about)s") % {"kind": kind, "about": about}


_TITLES: Final[dict[str, Callable[[Matter], str]]] = {
    "public_report": lambda of: _about(pgettext("case", "Report by the public"), report_kind_name(of["kind"])),
    "sighting": lambda of: _about(sighting_kind_name(of["kind"]), of["name"]),
    "episode": lambda of: _about(episode_kind_name(of["kind"]), of["name"]),
    "release": lambda of: _about(pgettext("case", "Release"), of["name"]),
    "door": lambda _of: pgettext("case", "Somebody behind a door needs help"),
    "call": lambda of: of["zh" if (get_language() or "").startswith("zh") else "en"],  # a kind of the intake policy of its time
}
