"""Pages of answers, findings, hit rates and replays."""
