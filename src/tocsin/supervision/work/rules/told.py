"""Purposes of notices about work: what somebody is told of an episode."""

from typing import Final

QUESTION: Final = "work_question"  # to the firm: what was seen, answer within the time
LOST: Final = "essential_load_lost"  # to whoever supervises the firm: what is lost, and who depends on it
INSPECTION: Final = "work_inspection"  # to inspectors and their department: go and look
PROPOSAL: Final = "work_proposal"  # to whoever leads: a second person is asked for
OUTCOME: Final = "work_outcome"  # what an episode was
OBJECTION: Final = "work_objection"  # a firm objects, and the answer
INSPECTOR: Final = "inspector"  # as what somebody is told: 检查人员, named for it
