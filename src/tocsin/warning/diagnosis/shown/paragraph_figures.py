"""A kept diagnosis turned into its story, in the reader's language and with the names that the reader's screen shows."""

from collections.abc import Sequence

from django.utils import formats, timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tocsin.base.geometry import distance_m
from tocsin.screens import words
from tocsin.warning.alarms.shown.alarms import AlarmOut
from tocsin.warning.diagnosis.shown.checks import CheckOut
from tocsin.warning.diagnosis.shown.diagnoses import DiagnosisOut, EvidenceOut, HypothesisOut
from tocsin.warning.diagnosis.shown.paragraph import Step, Story, direction_of, is_gas_open, tell_story


def narrate(alarm: AlarmOut, diagnosis: DiagnosisOut, checks: Sequence[CheckOut]) -> str:
    """The paragraph for an alarm, its diagnosis and the checks that would decide (best first, may be empty)."""
    hypotheses = diagnosis.hypotheses
    best = checks[0] if checks else None
    quantity = alarm.quantity
    story = Story(
        time=formats.date_format(timezone.localtime(alarm.value_at or alarm.raised_at), "H:i"),
        subject=_("%(place)s, %(quantity)s") % {"place": alarm.place, "quantity": _inside(words.quantity_name(quantity))},
        value=words.measured(alarm.value, quantity),
        limit="" if alarm.limit is None else words.measured(alarm.limit, quantity),
        steps=[_step(alarm, one) for one in hypotheses],
        deciding=best.ask if best else "",
        deciding_minutes=best.minutes if best else 0,
        gas_open=is_gas_open(
            quantity,
            [(one.cause, one.probability, [item.code for item in one.evidence if not item.supports]) for one in hypotheses],
        ),
    )
    return tell_story(story, get_language() or "zh")


def _step(alarm: AlarmOut, hypothesis: HypothesisOut) -> Step:
    metres, direction = None, ""
    if alarm.lon is not None and alarm.lat is not None and hypothesis.lon is not None and hypothesis.lat is not None:
        metres = distance_m(alarm.lon, alarm.lat, hypothesis.lon, hypothesis.lat)
        direction = direction_of(alarm.lon, alarm.lat, hypothesis.lon, hypothesis.lat)
    support = next((item.sentence for item in hypothesis.evidence if item.supports and not _is_symptom(item)), "")
    objection = next((item.sentence for item in hypothesis.evidence if not item.supports and not _is_symptom(item)), "")
    return Step(
        cause=hypothesis.cause,
        label=hypothesis.label,
        place=hypothesis.asset_label,
        metres=metres,
        direction=direction,
        owner=hypothesis.owner.name if hypothesis.owner else "",
        probability=hypothesis.probability,
        support=support,
        objection=objection,
    )


def _is_symptom(item: EvidenceOut) -> bool:
    """Evidence that says nothing to a person: that the cause shows itself in such a reading."""
    return item.code.startswith("symptom.")


def _inside(name: str) -> str:
    """A name as it stands inside a sentence: its first letter small, where the script has such."""
    return name[:1].lower() + name[1:]
