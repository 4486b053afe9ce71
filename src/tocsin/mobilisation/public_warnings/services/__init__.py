"""Public warnings are drafted, issued by the persons that policy asks for, changed, cancelled, and end by themselves."""
