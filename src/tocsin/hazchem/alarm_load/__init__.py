"""Alarm load of plants: how many alarms a firm's people get, what of a burst matters, and how much their points report."""
