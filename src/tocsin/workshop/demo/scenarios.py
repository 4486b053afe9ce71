"""Scenarios that come with Tocsin, and those in files of one's own."""

from importlib import resources
from pathlib import Path

from tocsin.base.errors import InvalidInput
from tocsin.simulation.scenario import Scenario, parse_scenario

STORY = "shiniushan-road"


def shipped() -> list[str]:
    """Names of the scenarios that come with Tocsin."""
    folder = resources.files("tocsin.simulation") / "scenarios"
    return sorted(Path(entry.name).stem for entry in folder.iterdir() if entry.name.endswith(".toml"))


def load_scenario(name: str) -> Scenario:
    """A shipped scenario by its name, or the file of that path; InvalidInput says what can't be read."""
    if name in shipped():
        text = (resources.files("tocsin.simulation") / "scenarios" / f"{name}.toml").read_text(encoding="utf-8")
        return parse_scenario(text, name)
    path = Path(name)
    if path.suffix != ".toml" or not path.is_file():
        raise InvalidInput(f"no scenario {name!r}; known are {', '.join(shipped())}, or a path ending in .toml")
    return parse_scenario(path.read_text(encoding="utf-8"), path.stem)
