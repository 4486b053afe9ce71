"""What kinds of supplies there are: their codes, classes, names, units, shelf life."""
