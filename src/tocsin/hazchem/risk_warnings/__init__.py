"""Risk warnings (安全风险预警): alarms of a plant's unit, told from the firm up to the province until it has answered."""
