"""Response plans as versions, started on cases, with their tasks and the means near by."""
