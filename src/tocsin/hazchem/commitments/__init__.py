"""The daily safety commitment (安全承诺公告): what a firm states of its day, beside what is seen; signed, late, amended."""
