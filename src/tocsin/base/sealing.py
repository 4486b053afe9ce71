"""Short secrets sealed under the installation's keys (Fernet): who copies the database has none of them.

A sealer opens what an earlier key has sealed, and seals anew under the key in force when `tocsin` is told to change keys.
"""

import base64
import hashlib
from collections.abc import Callable, Iterable
from typing import Final

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from tocsin.base.keys import Purpose, keys_of

BEGINNING: Final = "gAAAA"
"""How every sealed text begins: Fernet's version, and the first bits of a time of this century."""


class SealBrokenError(Exception):
    """No key of the installation opens it: the key was lost, or the text was changed."""


class Sealer:
    """Seals and opens for one purpose. `label` sets its keys apart from others made of the same."""

    def __init__(self, purpose: Purpose, label: str) -> None:
        self._purpose, self._label = purpose, label.encode()

    def seal(self, secret: bytes) -> str:
        """The secret under the key in force."""
        return self._fernets()[0].encrypt(secret).decode()

    def seal_text(self, secret: str) -> str:
        """The same of a text."""
        return self.seal(secret.encode())

    def open(self, sealed: str) -> bytes:
        """What was sealed, also under an earlier key; SealBrokenError where no key opens it."""
        try:
            return MultiFernet(self._fernets()).decrypt(sealed.encode())
        except InvalidToken:
            raise SealBrokenError from None

    def open_text(self, sealed: str) -> str:
        """The same as a text."""
        return self.open(sealed).decode()

    def renewed(self, sealed: str) -> str:
        """The secret under the key in force: the same text where it lies there already; SealBrokenError where no key opens it."""
        newest, *_earlier = fernets = self._fernets()
        try:
            newest.decrypt(sealed.encode())
            return sealed
        except InvalidToken:
            pass
        try:
            return MultiFernet(fernets).rotate(sealed.encode()).decode()
        except InvalidToken:
            raise SealBrokenError from None

    def renew_each[K](self, rows: Iterable[tuple[K, str]], write: Callable[[K, str], int]) -> tuple[int, int]:
        """Puts rows (key, sealed text) under the key in force by `write`, which says how many it changed. Harmless twice.

        Returns how many were changed, and how many no key opens.
        """
        done = lost = 0
        for key, sealed in rows:
            try:
                renewed = self.renewed(sealed)
            except SealBrokenError:
                lost += 1
                continue
            done += write(key, renewed) if renewed != sealed else 0
        return done, lost

    def _fernets(self) -> list[Fernet]:
        """Of the key in force first, then of the earlier ones."""
        digests = (hashlib.sha256(self._label + key).digest() for key in keys_of(self._purpose))
        return [Fernet(base64.urlsafe_b64encode(one)) for one in digests]
