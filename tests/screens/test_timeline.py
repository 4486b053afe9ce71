"""A time line is told by all subjects; no two tell the same act."""

from collections.abc import Mapping
from typing import Any

import pytest

from tocsin.portal.catalogue import TIME_LINES
from tocsin.screens import timeline
from tocsin.screens.timeline import gather_lines, sentence_of, time_lines


def figures(act: str, figures: Mapping[str, Any]) -> dict[str, str]:
    return {"unit": figures["unit"].upper(), "act": act}


DUG = time_lines({"dug": "%(unit)s dug %(metres)s m at %(place)s: %(depth)s (%(act)s)"}, figures)
AGAIN = time_lines({"dug": "again"})


def test_a_line_from_a_folder_that_no_subject_knows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timeline, "_lines", lambda: gather_lines([f"{__name__}:DUG"]))
    assert sentence_of("dug", {"unit": "gas"}, {"place": "W1"}, {"metres": "2", "unit": "x"}) == "GAS dug 2 m at W1: – (dug)"
    assert sentence_of("buried", {}, {}) == "buried"


def test_two_subjects_that_tell_the_same_act_are_a_mistake() -> None:
    with pytest.raises(ValueError, match="dug"):
        gather_lines([f"{__name__}:DUG", f"{__name__}:AGAIN"])


def test_every_line_of_the_product_is_loaded() -> None:
    assert len(gather_lines(TIME_LINES)) > 60
