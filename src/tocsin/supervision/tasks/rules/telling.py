"""What is told of tasks."""

from typing import Final

TASKS: Final = "tasks"  # purpose of notices: to a firm, its tasks of the day, and what became of a deferral
DEFERRAL: Final = "deferral"  # to whoever supervises a firm: it asks for more time
SUPERVISES: Final = "competent"
OWN_FIRM: Final = "firm"  # as what somebody is told: 企业, its own matter
