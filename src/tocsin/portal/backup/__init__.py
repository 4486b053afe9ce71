"""Backup and restore: all that Tocsin knows, in one folder, taken while it runs.

What was acknowledged before the backup's `point` is in it. The order makes that so, and makes the parts fit together:

1. the detector's memory, and the moment of the history; then the end of the log of readings, which is the point;
2. the database, in one snapshot: it knows every sensor whose readings are in the copy, and holds every event that was not in
   the log by then;
3. the other files of the data folder: a file is written before the row that names it;
4. the readings of the log that neither the detector's memory nor the history holds yet, up to the point; detections and events
   whole, to their ends, which lie behind every position that the database remembers.
"""
