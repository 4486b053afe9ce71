"""News of accounts that their person is to hear of."""

import msgspec


class BrowserAppeared(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A person has signed in with a browser that was not one of theirs; not told of the first one ever."""

    person_id: str
    browser_id: str


class TokenMade(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A program may speak in the person's name from now on."""

    person_id: str
    token_id: str
    name: str
    ends_at: str


class PasskeyAdded(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A passkey opens the person's account from now on."""

    person_id: str
    passkey: str
    name: str


class AccountLocked(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A person said that somebody else was in their account: nothing opens it before an administrator gives a new password."""

    person_id: str
    at: str


class TokenRefused(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A token came from an address that is not one of its own; told at most once a day and token."""

    person_id: str
    token_id: str
    name: str
    address: str
    day: str
