"""Supervision orders (督办单): a unit that is late is urged on paper, which it signs for and answers within a time."""
