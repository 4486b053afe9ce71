"""Series that only judge anomaly scores: single series, water loops, water networks under attack."""
