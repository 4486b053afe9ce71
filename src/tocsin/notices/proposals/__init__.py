"""Drafts of policy that wait for a second person: whoever may put them in force is told."""
