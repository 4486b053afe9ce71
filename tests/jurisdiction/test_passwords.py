"""New passwords: none that guessers try first, none that was stolen."""

import dataclasses
import hashlib
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils import translation

from tocsin.jurisdiction.people.rules.passwords import PasswordVerdict, judge_password
from tocsin.jurisdiction.people.services.passwords import common_passwords, house_words, is_listed

OWN, COMMON, HOUSE = PasswordVerdict.OWN, PasswordVerdict.COMMON, PasswordVerdict.HOUSE_WORD
WORDS = {
    "as it is": ("1234567890", COMMON),
    "with a year": ("sunshine2026", COMMON),
    "with signs around": ("!!sunshine!!", COMMON),
    "signs for letters": ("5un5h1ne2026", COMMON),
    "twice": ("sunshinesunshine", COMMON),
    "one sign": ("aaaaaaaaaaaa", COMMON),
    "few digits": ("1212121212", COMMON),
    "digits and signs alone": ("19870605-1987", COMMON),
    "the city and a number": ("Qingdao2026!!", HOUSE),
    "product and city": ("tocsin-qingdao", HOUSE),
    "a sentence": ("the well under the old plane tree", OWN),
    "a sentence about the city": ("qingdao fog over the red roofs", OWN),
    "random": ("kq3-VTm8-zzLp", OWN),
    "Chinese": ("青岛雨夜里的路灯还亮着", OWN),
}


@pytest.mark.parametrize(("password", "verdict"), WORDS.values(), ids=WORDS)
def test_what_guessers_try_first(password: str, verdict: PasswordVerdict) -> None:
    assert judge_password(password, common=common_passwords(), house=house_words()) is verdict


def test_every_common_word_is_refused_also_where_it_is_made_long_enough() -> None:
    words = [word for word in common_passwords() if len(word) >= 4]
    # ASVS 6.2.4 asks for the 3,000 commonest that are long enough: the list alone holds too few of that length
    assert sum(len(word) >= 10 for word in common_passwords()) < 3000 < len(words)
    for word in words:
        assert judge_password(f"{word}2026!!!!!"[: max(10, len(word) + 4)], common=common_passwords(), house=()) is COMMON, word


def test_a_list_of_stolen_ones_is_searched_by_its_order(tmp_path: Path, settings: Any) -> None:
    stolen = [f"stolen {number}" for number in range(500)]
    file = tmp_path / "hashes.txt"
    lines = sorted(hashlib.sha1(word.encode(), usedforsecurity=False).hexdigest().upper() for word in stolen)
    file.write_text("".join(f"{line}:{number % 97}\r\n" for number, line in enumerate(lines)))
    assert all(is_listed(word, file) for word in stolen)
    assert not any(is_listed(f"own {number}", file) for number in range(500))
    settings.CONFIGURATION = dataclasses.replace(django_settings.CONFIGURATION, breached_passwords=file)
    with translation.override("en"), pytest.raises(ValidationError, match="stolen"):
        validate_password("stolen 77")
    validate_password("the well under the old plane tree")
    for empty in (b"", b"\n", b"no hash"):
        file.write_bytes(empty)
        assert not is_listed("stolen 77", file)
