"""Conditions over several sensors, rules, totals and learnt bands, told as alarms with the branch that was true."""
