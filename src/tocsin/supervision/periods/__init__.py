"""Special periods that an authority names: when leaders have to be on duty, where and for which trades."""
