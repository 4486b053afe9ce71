"""Files attached to objects of any capability: checked, made harmless, kept by hash, read by whoever may read the object."""
