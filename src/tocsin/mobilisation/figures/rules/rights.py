"""The permissions that figures ask for."""

from typing import Final

from tocsin.jurisdiction.rights.rules import Permission

SEE: Final[Permission] = "hazards.see"  # of one's own area every figure as it is: who may read each report can count them, too
PUBLISH: Final[Permission] = (
    "figures.publish"  # publish before the day, and correct, in the area that holds all that is published
)
