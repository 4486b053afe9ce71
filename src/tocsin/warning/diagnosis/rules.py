"""Who may see diagnoses, record findings and try causes again; and causes that no file names."""

from typing import Final

from tocsin.jurisdiction.rights.rules import Permission

PERMISSION_DIAGNOSIS: Final[Permission] = "diagnosis.see"


PERMISSION_FINDINGS: Final[Permission] = "findings.record"


PERMISSION_PRIORS: Final[Permission] = "policy.edit"


PERMISSION_REPLAY: Final[Permission] = "causes.replay"


PERMISSION_SWITCH: Final[Permission] = "causes.switch"


NOT_FOUND = "not_found"  # people looked and found no cause: it teaches nothing


OTHER_CAUSE = "other"  # a cause outside the list: to the ranking it is "unknown"
