"""What the notices of accounts are for, and as what somebody is told."""

from typing import Final

ACCOUNT: Final = "account"  # somebody came in by one's account, or may from now on
OWNER: Final = "account_owner"
OPENER: Final = "account_opener"  # may give a new password to who has locked the account
