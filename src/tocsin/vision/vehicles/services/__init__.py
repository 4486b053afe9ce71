"""Loading orders are entered and followed; plates are taken and compared with them."""
