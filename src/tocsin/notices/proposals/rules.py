"""What the notices of drafts are for, and as what somebody is told."""

from typing import Final

PROPOSAL: Final = "policy_proposal"  # a draft of policy was tried and waits
SECOND: Final = "second_person"  # may confirm or decline it


def key_of(version_id: object, person_id: object = "") -> str:
    """The key of the notice by which one person hears of one draft; without a person, how all of that draft begin."""
    return f"policy-{version_id}-{person_id}"
