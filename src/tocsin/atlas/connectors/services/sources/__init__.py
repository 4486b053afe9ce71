"""How each kind of source is read: an errand with its bounds goes in, a file on disk comes out."""
