"""OGC API – Features over resources and over what Tocsin itself holds, with the rights of the screens."""
