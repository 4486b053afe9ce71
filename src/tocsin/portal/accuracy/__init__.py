"""How often the diagnosis is right on cases whose truth is known: scores of answers, and the tables of docs/accuracy.md."""
