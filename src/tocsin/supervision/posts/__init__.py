"""Key people on their posts: rosters, certificates, signs, verdicts and roll calls."""
