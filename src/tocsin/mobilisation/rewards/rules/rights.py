"""The permissions that rewards ask for."""

from typing import Final

from tocsin.jurisdiction.rights.rules import Permission

SEE: Final[Permission] = "hazards.see"  # decisions with their reasons, never a claim code
PROPOSE: Final[Permission] = "rewards.propose"  # enter what a sum rests on, and propose a decision
AGREE: Final[Permission] = "rewards.agree"  # agree to what another person proposed, or not
PAY: Final[Permission] = "rewards.pay"  # pay out against a claim code
