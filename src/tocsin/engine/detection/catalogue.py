"""The detectors, by number, and the order in which they look at a reading. To add one: its file, its twin in tests/reference,
and here its line in RULES and its call in `judge`."""

from tocsin.base.levels import Quality
from tocsin.engine.detection.rule import DOUBTED, Book, Limits, Line, Rest, Rule, is_raised
from tocsin.engine.detectors import (
    count_in_window,
    cusum,
    levels,
    noise,
    out_of_range,
    rate_of_fall,
    rate_of_rise,
    saturation,
    silence,
    stuck,
    unreadable,
    zscore,
)
from tocsin.engine.kernel import part

RULES: tuple[Rule, ...] = (
    levels.HIGH_RULE,
    levels.LOW_RULE,
    rate_of_rise.RULE,
    zscore.RULE,
    stuck.RULE,
    cusum.RULE,
    out_of_range.RULE,
    unreadable.RULE,
    noise.RULE,
    silence.RULE,
    saturation.RULE,
    count_in_window.RULE,
    rate_of_fall.RULE,
)

_BAD = int(Quality.BAD)
_HIGH, _LOW = 1 << levels.HIGH, 1 << levels.LOW
_RATE, _ZSCORE, _STUCK, _CUSUM = 1 << rate_of_rise.NUMBER, 1 << zscore.NUMBER, 1 << stuck.NUMBER, 1 << cusum.NUMBER
_RANGE, _UNREADABLE, _NOISE = 1 << out_of_range.NUMBER, 1 << unreadable.NUMBER, 1 << noise.NUMBER
_SILENCE, _SATURATION, _COUNT = 1 << silence.NUMBER, 1 << saturation.NUMBER, 1 << count_in_window.NUMBER
_FALL = 1 << rate_of_fall.NUMBER

RARE = _CUSUM | _NOISE | _FALL  # rules that touch the rarer state at every reading


@part
def elapse(line: Line, rest: Rest, limits: Limits, now_ms: int, book: Book) -> None:
    """What time alone completes before `now_ms`: holds by seconds, windows, silence. Saturated, only silence goes on."""
    if not line.raised & _SATURATION:
        if limits.level_timed:
            levels.elapse(line, rest, limits, now_ms, book)
        if limits.rules & _COUNT:
            count_in_window.elapse(line, rest, limits, now_ms, book)
    if line.silence_allowed_ms:
        silence.elapse(line, rest, now_ms, book)


@part
def judge(line: Line, rest: Rest, limits: Limits, ts: int, value: float, quality: int, book: Book) -> bool:
    """One reading newer than all before it. False where it was not believed: then only rules about the device saw it."""
    rules = limits.rules
    if line.raised & _SILENCE:
        silence.end(line, rest, ts, value, book)
    if quality >= _BAD or value - value != 0.0:  # bad, not a number, infinite
        book.unreadable += 1
        if rules & _UNREADABLE:
            unreadable.step(line, rest, limits, ts, value, quality, book)
        return False
    if rules & _UNREADABLE and is_raised(line, DOUBTED):
        unreadable.recover(line, rest, limits, ts, value, quality, book)
    if rules & _RANGE and not out_of_range.step(line, rest, limits, ts, value, book):
        return False
    if rules & _SATURATION and not saturation.step(line, rest, limits, ts, value, book):
        return False
    if rules & _HIGH:
        levels.step(levels.HIGH, line, rest, limits, ts, value, book)
    if rules & _LOW:
        levels.step(levels.LOW, line, rest, limits, ts, value, book)
    if rules & (_RATE | _FALL):
        elapsed_ms = ts - (rest.value_ts if is_raised(line, DOUBTED) else line.ts)
        if rules & _RATE:
            rate_of_rise.step(line, limits, ts, value, elapsed_ms, book)
        if rules & _FALL:
            rate_of_fall.step(line, rest, limits, ts, value, elapsed_ms, book)
    if rules & _ZSCORE:
        zscore.step(line, limits, ts, value, book)
    if rules & _STUCK:
        stuck.step(line, limits, ts, value, book)
    if rules & _CUSUM:
        cusum.step(line, rest, limits, ts, value, book)
    if rules & _NOISE:
        noise.step(line, rest, limits, ts, value, book)
    if rules & _COUNT:
        count_in_window.step(line, rest, limits, ts, value, book)
    return True
