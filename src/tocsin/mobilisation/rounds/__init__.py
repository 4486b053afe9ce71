"""Knocking on doors where a warning was read too little: who walks where, what came of each door, who needs help."""
