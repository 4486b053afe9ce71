"""The duty desk: open cases by their next clock, handing over, the daily brief."""
