"""Taking an event in (接报): what a caller says, questions that lead to level and plan, and the case that it may be already."""
