"""A kept diagnosis turned into its story, in the reader's language and with the names that the reader's screen shows."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import formats, timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tocsin.base.geometry import distance_m
from tocsin.screens import words
from tocsin.warning.causes.shown.labels import cause_kind
from tocsin.warning.diagnosis.shown.paragraph import Step, Story, direction_of, is_gas_open, tell_story


def narrate(alarm: Mapping[str, Any], diagnosis: Mapping[str, Any], checks: Sequence[Mapping[str, Any]]) -> str:
    """The paragraph for `describe_alarm`, `describe_diagnosis` and `deciding.what_would_decide` (best first, may be empty)."""
    hypotheses = diagnosis["hypotheses"]
    best = checks[0] if checks else None
    quantity = alarm["quantity"]
    story = Story(
        time=formats.date_format(timezone.localtime(alarm["raised_at"]), "H:i"),
        subject=_("%(place)s, %(quantity)s") % {"place": alarm["place"], "quantity": _inside(words.quantity_name(quantity))},
        value=words.measured(alarm["value"], quantity),
        limit="" if alarm["limit"] is None else words.measured(alarm["limit"], quantity),
        steps=[_step(alarm, one) for one in hypotheses],
        deciding=best["ask"] if best else "",
        deciding_minutes=best["minutes"] if best else 0,
        gas_open=is_gas_open(
            quantity,
            [
                (one["cause"], one["probability"], [item["code"] for item in one["evidence"] if not item["supports"]])
                for one in hypotheses
            ],
        ),
    )
    return tell_story(story, get_language() or "zh")


def _step(alarm: Mapping[str, Any], one: Mapping[str, Any]) -> Step:
    places = alarm["lon"], alarm["lat"], one["lon"], one["lat"]
    is_placed = all(degrees is not None for degrees in places)
    support = next((item["sentence"] for item in one["evidence"] if item["supports"] and not _is_symptom(item)), "")
    objection = next((item["sentence"] for item in one["evidence"] if not item["supports"] and not _is_symptom(item)), "")
    return Step(
        cause=one["cause"],
        label=one["label"],
        place=f"{cause_kind(one['asset_kind'])} {one['asset_code']}" if one["asset_code"] else "",
        metres=distance_m(*places) if is_placed else None,
        direction=direction_of(*places) if is_placed else "",
        owner=one["owner"]["name"] if one["owner"] else "",
        probability=one["probability"],
        support=support,
        objection=objection,
    )


def _is_symptom(item: Mapping[str, Any]) -> bool:
    """Evidence that says nothing to a person: that the cause shows itself in such a reading."""
    return str(item["code"]).startswith("symptom.")


def _inside(name: str) -> str:
    """A name as it stands inside a sentence: its first letter small, where the script has such."""
    return name[:1].lower() + name[1:]
