"""Diagnosis: ranked causes of an alarm, what would decide, what people found, and how causes are tried again."""
