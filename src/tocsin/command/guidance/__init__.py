"""What must not be done in a case and what to mind: shipped lines and those written in the product."""
