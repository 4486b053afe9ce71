"""Trouble of meters: what is wrong with the readings, since when, and when it could be told."""

from tocsin.engine.work.devices.balance import find_unbalanced
from tocsin.engine.work.devices.figures import MeterFigures
from tocsin.engine.work.devices.readings import find_multiplied, find_reversed, find_stuck, measured
from tocsin.engine.work.devices.spans import WHOLE_FIRM, Span, merged
from tocsin.engine.work.devices.unread import QUARTERS_OF_AN_HOUR, find_unread
from tocsin.engine.work.firm import QUARTER_MS, Episode, EpisodeKind, Firm


def trouble_spans(firm: Firm, figures: MeterFigures) -> list[Span]:
    """All troubles of the firm's meters, by start. `spans.untrusted` makes masks of them."""
    kw = measured(firm)
    spans = find_unread(firm, figures) + find_reversed(firm, kw, figures)
    spans += find_stuck(firm, kw, figures) + find_multiplied(firm, kw, figures)
    spans += find_unbalanced(firm, kw, figures)
    return merged(spans, round(figures.over_rest_h * QUARTERS_OF_AN_HOUR) // 2)


def meter_trouble(firm: Firm, figures: MeterFigures) -> list[Episode]:
    """The troubles as episodes for a person: one each, with the meter (none where the whole firm is silent)."""
    return [
        Episode(
            firm.days.ms(span.start),
            firm.days.ms(span.end),
            EpisodeKind.METER_TROUBLE,
            span.probability,
            firm.days.ms(span.known) + QUARTER_MS,
            "" if span.meter == WHOLE_FIRM else firm.meters[span.meter].id,
            ((span.trouble.value, span.figure),),
        )
        for span in trouble_spans(firm, figures)
    ]
