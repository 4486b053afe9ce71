"""What holds for tables of devices and keys for enrolment."""
