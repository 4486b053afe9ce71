"""Parts of JSON (RFC 8259) in a line: each takes bytes and where to begin, and says where it ended, -1 where it is none."""

import numpy as np

from tocsin.engine.kernel import part
from tocsin.engine.lines.names import Bytes

ODD = -1  # of another form than the one that is read here; a reader of JSON says what it is
SPACE, TAB, RETURN, NEWLINE = (ord(one) for one in " \t\r\n")
QUOTE, BACKSLASH, COLON, COMMA, OPEN, CLOSE = (ord(one) for one in '"\\:,{}')
MINUS, PLUS, POINT, ZERO, NINE = (ord(one) for one in "-+.09")
SMALL_E, LARGE_E = ord("e"), ord("E")
PRINTED = 0x20  # bytes below it are control characters, which no text of JSON holds as they are
PLAIN_END = 0x80  # from here on a byte is a part of a longer character
EXACT_DIGITS = 15  # each whole number of so many digits is a float64
EXACT_POWERS = 22  # and so is each power of ten up to this one: their quotient is the float64 next to the number (Clinger, 1990)
WHOLE_DIGITS = 18  # of a whole number that surely is an int64
POWERS = np.array([float(f"1e{power}") for power in range(EXACT_POWERS + 1)])
NULL = np.frombuffer(b"null", np.uint8)


@part
def behind_space(data: Bytes, at: int) -> int:
    """The first byte that is no space, tab or carriage return."""
    while at < len(data) and (data[at] == SPACE or data[at] == TAB or data[at] == RETURN):
        at += 1
    return at


@part
def behind(data: Bytes, at: int, byte: int) -> int:
    """Behind this byte and the space around it; -1 where another stands there."""
    at = behind_space(data, at)
    if at >= len(data) or data[at] != byte:
        return ODD
    return behind_space(data, at + 1)


@part
def text_end(data: Bytes, at: int) -> int:
    """Where the closing quote of the text stands that begins with the quote at `at`; -1 where it has an escape or no end."""
    if at >= len(data) or data[at] != QUOTE:
        return ODD
    at += 1
    while at < len(data) and data[at] != QUOTE:
        if data[at] < PRINTED or data[at] == BACKSLASH:
            return ODD
        at += 1
    return at if at < len(data) else ODD


@part
def is_plain(data: Bytes, start: int, end: int) -> bool:
    """Whether all of it is ASCII."""
    while start < end and data[start] < PLAIN_END:
        start += 1
    return start == end


@part
def is_word(data: Bytes, start: int, end: int, word: Bytes) -> bool:
    """Whether the bytes from start to end are this word."""
    at = 0
    while at < len(word) and start + at < end and data[start + at] == word[at]:
        at += 1
    return at == len(word) == end - start


@part
def is_null(data: Bytes, at: int) -> bool:
    """Whether `null` begins here."""
    return at + 4 <= len(data) and is_word(data, at, at + 4, NULL)


@part
def digits_end(data: Bytes, at: int) -> int:
    """The first byte from `at` on that is no digit."""
    while at < len(data) and ZERO <= data[at] <= NINE:
        at += 1
    return at


@part
def number_end(data: Bytes, at: int) -> int:
    """Behind the number that begins here, by the grammar of JSON; -1 where there is none."""
    if at < len(data) and data[at] == MINUS:
        at += 1
    end = digits_end(data, at)
    if end == at or (data[at] == ZERO and end > at + 1):
        return ODD
    if end < len(data) and data[end] == POINT:
        at = end + 1
        end = digits_end(data, at)
        if end == at:
            return ODD
    if end < len(data) and (data[end] == SMALL_E or data[end] == LARGE_E):
        at = end + 1
        if at < len(data) and (data[at] == MINUS or data[at] == PLUS):
            at += 1
        end = digits_end(data, at)
        if end == at:
            return ODD
    return end


@part
def exact(data: Bytes, start: int, end: int) -> tuple[bool, float]:
    """The number between them as float64; False where it has an exponent, or more digits than one division gives exactly."""
    at = start + 1 if data[start] == MINUS else start
    whole, digits, power, behind_point = 0, 0, 0, False
    for place in range(at, end):
        byte = data[place]
        if byte == POINT:
            behind_point = True
        elif ZERO <= byte <= NINE:
            whole = whole * 10 + int(byte) - ZERO
            digits += 1 if whole else 0
            power += 1 if behind_point else 0
        else:
            return False, 0.0
        if digits > EXACT_DIGITS:
            return False, 0.0
    if power > EXACT_POWERS:
        return False, 0.0
    value = whole / POWERS[power]
    is_negative = data[start] == MINUS and (whole > 0 or behind_point)  # -0 is the integer 0
    return True, -value if is_negative else value


@part
def whole_number(data: Bytes, start: int, end: int) -> tuple[bool, int]:
    """The whole number between them; False where it is none, or has more digits than an int64 surely holds."""
    at = start + 1 if data[start] == MINUS else start
    if end - at > WHOLE_DIGITS or digits_end(data, at) < end:
        return False, 0
    whole = 0
    for place in range(at, end):
        whole = whole * 10 + int(data[place]) - ZERO
    return True, -whole if data[start] == MINUS else whole
