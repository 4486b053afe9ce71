"""The three responsible persons of a major hazard (包保责任人, 应急厅〔2021〕12号), and which of their checks were done."""
