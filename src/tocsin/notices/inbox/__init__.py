"""What recipients do with notices: the inbox, the one-time link, and calls that desks make by hand."""
