"""Streets as corners joined by straight pieces, and the names that a city gives them."""

import math
from dataclasses import dataclass, field

import numpy as np

from tocsin.simulation.judging.districts.draws import Draws

_FIRST = "槐柳桐榆枫杏梨竹荷桂兰菊石井塘桥渡坝堤窑仓盐铁书府衙鼓钟灯画琴"
_SECOND = "荫园安宁定昌丰瑞祥和泰康乐永兴隆盛泉溪湾岭坡台亭阁门市营屯庄口"
_BIG, _SMALL = ("大道", "中路", "大街", "北路", "东街"), ("巷", "胡同", "弄", "里", "支路")


@dataclass(frozen=True)
class Piece:
    """A straight piece of street between two corners."""

    start: int
    end: int
    street: str
    lane: bool


@dataclass
class Streets:
    """Corners in metres on the plane of the district, and the pieces between them."""

    corners: list[tuple[float, float]] = field(default_factory=list)
    pieces: list[Piece] = field(default_factory=list)

    def corner(self, x_m: float, y_m: float) -> int:
        """A new corner; its number."""
        self.corners.append((x_m, y_m))
        return len(self.corners) - 1

    def join(self, start: int, end: int, street: str, lane: bool = False) -> None:
        """A piece between two corners, unless there is one, or they are the same."""
        known = {(piece.start, piece.end) for piece in self.pieces}
        if start != end and (start, end) not in known and (end, start) not in known:
            self.pieces.append(Piece(start, end, street, lane))

    def length_m(self, piece: Piece) -> float:
        """Length of a piece."""
        return math.dist(self.corners[piece.start], self.corners[piece.end])

    def joined(self) -> "Streets":
        """The largest part that hangs together, with its corners numbered anew."""
        parent = list(range(len(self.corners)))

        def root(corner: int) -> int:
            while parent[corner] != corner:
                parent[corner] = parent[parent[corner]]
                corner = parent[corner]
            return corner

        for piece in self.pieces:
            parent[root(piece.start)] = root(piece.end)
        roots = np.array([root(corner) for corner in range(len(self.corners))])
        kept = np.flatnonzero(roots == np.bincount(roots).argmax()).tolist()
        number = {old: new for new, old in enumerate(kept)}
        part = Streets([self.corners[old] for old in kept])
        part.pieces = [
            Piece(number[p.start], number[p.end], p.street, p.lane) for p in self.pieces if p.start in number and p.end in number
        ]
        return part


class Names:
    """Names of streets, none twice."""

    def __init__(self, draws: Draws) -> None:
        self._draws = draws
        self._given: set[str] = set()

    def new(self, lane: bool = False) -> str:
        """A name for a street or for a lane."""
        while True:
            name = self._draws.pick(_FIRST) + self._draws.pick(_SECOND) + self._draws.pick(_SMALL if lane else _BIG)
            if self._draws.chance(0.2) and lane:
                name = name[:-1] + self._draws.pick("一二三四五六七八") + name[-1]
            if name not in self._given:
                self._given.add(name)
                return name
