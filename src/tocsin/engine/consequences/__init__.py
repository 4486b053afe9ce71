"""What a release of a dangerous substance does: how much comes out, where the cloud goes, what a fire or a blast reaches.

Numbers and arrays in, numbers and arrays out, all in SI units. Each model lies in a small file with its source and the range it
was made for; outside of it `limits.Limit` refuses and says by how much. Policy (thresholds of harm) and substances are arguments.
"""
