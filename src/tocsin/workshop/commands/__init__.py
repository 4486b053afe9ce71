"""One module per command of the `tocsin` command line that is a program on top of the product."""
