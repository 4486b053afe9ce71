"""Points and colours of supervised objects: pure functions over columns of many objects."""

from tocsin.engine.points.colours import Colour, band_of, next_standing
from tocsin.engine.points.figures import Deduction, Figures, Part, PartFigures
from tocsin.engine.points.ledger import Line, read_lines, write_lines
from tocsin.engine.points.lift import Act, Choice, cheapest_choice
from tocsin.engine.points.scorer import Count, Facts, Relief, Scored, new_counts, score

__all__ = [
    "Act",
    "Choice",
    "Colour",
    "Count",
    "Deduction",
    "Facts",
    "Figures",
    "Line",
    "Part",
    "PartFigures",
    "Relief",
    "Scored",
    "band_of",
    "cheapest_choice",
    "new_counts",
    "next_standing",
    "read_lines",
    "score",
    "write_lines",
]
