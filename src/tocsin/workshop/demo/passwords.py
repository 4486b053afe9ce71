"""The many accounts of a demonstration, made without a third of a second of hashing for each."""

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def random_passwords_as_they_are() -> Iterator[None]:
    """Inside the block passwords are hashed in one round: those of a demonstration are random and too long to be guessed.

    Rounds slow down who tries out words that people choose. At the first sign-in Django hashes anew with all of them.
    """
    from django.contrib.auth.hashers import PBKDF2PasswordHasher, get_hasher

    hasher = get_hasher()
    if not isinstance(hasher, PBKDF2PasswordHasher):
        yield
        return
    rounds = hasher.iterations
    hasher.iterations = 1
    try:
        yield
    finally:
        hasher.iterations = rounds
