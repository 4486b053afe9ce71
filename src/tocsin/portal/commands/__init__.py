"""One module per command of the `tocsin` command line."""
