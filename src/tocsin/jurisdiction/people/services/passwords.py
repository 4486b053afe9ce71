"""What a new password is checked against: common ones, words of the house, and stolen ones where the operator keeps a list."""

import gzip
import hashlib
import os
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from tocsin.jurisdiction.people.policy import policy
from tocsin.jurisdiction.people.rules.passwords import PasswordVerdict, judge_password

if TYPE_CHECKING:
    from tocsin.jurisdiction.people.models import User

LONGEST_LINE = 80  # 40 hex digits, a colon and a count


class NotTriedFirst:
    """A validator of Django's."""

    def validate(self, password: str, user: "User | None" = None) -> None:
        """ValidationError for a password that guessers try first."""
        verdict = judge_password(password, common=common_passwords(), house=house_words())
        if verdict is PasswordVerdict.COMMON:
            raise ValidationError(_("This password, or what is left of it without digits and signs around it, is a common one."))
        if verdict is PasswordVerdict.HOUSE_WORD:
            raise ValidationError(_("This password is little more than a word of this house or city."))
        breached: Path | None = settings.CONFIGURATION.breached_passwords
        if breached is not None and is_listed(password, breached):
            raise ValidationError(_("This password is on a list of stolen ones."))

    def get_help_text(self) -> str:
        """For a form."""
        return _("Not a common password, not a word of this house, not one that was stolen somewhere.")


@cache
def common_passwords() -> frozenset[str]:
    """Django's 20,000."""
    with gzip.open(Path(password_validation.__file__).parent / "common-passwords.txt.gz", "rt", encoding="utf-8") as file:
        return frozenset(line.strip() for line in file)


def house_words() -> frozenset[str]:
    """Words of policy, in small letters."""
    return frozenset(word.lower() for word in policy().password.house_words)


def is_listed(password: str, path: Path) -> bool:
    """Whether the SHA-1 of the password begins a line of the file, whose lines are in the order of their hashes (`HASH:count`).

    The whole list of Have I Been Pwned (some 40 GB) takes about forty reads. OSError where the file can't be read: then nobody
    gets a new password, rather than a stolen one.
    """
    wanted = hashlib.sha1(password.encode("utf-8", "replace"), usedforsecurity=False).hexdigest().upper().encode()
    with path.open("rb") as file:
        low, high = 0, file.seek(0, os.SEEK_END)
        while low < high:
            middle = (low + high) // 2
            file.seek(max(0, middle - 1))
            if middle:
                file.readline(LONGEST_LINE)
            line = file.readline(LONGEST_LINE)
            found = line[:40].upper()
            if found == wanted:
                return True
            if not line or found > wanted:
                high = middle
            else:
                low = file.tell()
    return False
