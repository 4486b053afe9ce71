"""How a break shows in the pressure of a looped net: hydraulics made linear around the way the net runs now.

A pipe in which a little more flows loses head in proportion. By Hazen and Williams (h = 10.67 L Q^1.852 / (C^1.852 D^4.87)), with
the speed of water alike in all pipes, as nets are laid out, its conductance dQ/dh goes with D^3.17 / L. At sources head is held.
So what a gauge loses while more is drawn somewhere is the friction that both share on their ways from the sources: much where
that place lies upstream, little beside a source, and in a dead end as much as at the branch to it. This is the sensitivity matrix
by which leaks are looked for in water nets (Pudar and Liggett, J. Hydraul. Eng. 118 (1992) 1031-1046), without calibration.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tocsin.engine.network import Network

Floats = NDArray[np.float64]
Positions = NDArray[np.intp]

USUAL_MM = 200.0  # where no pipe of a net has a diameter
_LOOSE = 1e-8  # conductance, in units of the middle pipe's, that keeps a part which nothing feeds from having no head at all


@dataclass(frozen=True, eq=False)
class PressureNet:
    """The pipes of a net, k of them, between its m joints.

    `line` intp[k]: the pipe's position on the map, ascending; `start`, `end` intp[k]: its joints; `joint` intp[m]: the position
    of each on the map, ascending; `conductance` float64[k], of the middle pipe 1; `is_held` bool[m]: joints that keep their head.
    """

    line: Positions
    start: Positions
    end: Positions
    joint: Positions
    conductance: Floats
    is_held: NDArray[np.bool_]

    @classmethod
    def around(cls, network: Network, x_m: float, y_m: float, *, within_m: float, most_joints: int) -> "PressureNet | None":
        """The water mains within so many metres of a place, those of its nearest joints if there are more than `most_joints`.

        Head is held at pumping stations and where a main leads out of that part. None where it is held nowhere.
        """
        near = network.within(x_m, y_m, within_m)
        lines = np.array([line for line in near.tolist() if network.kind[line] == "water_main" and min(network.ends(line)) >= 0])
        if not len(lines):
            return None
        ends = np.stack((network.from_node[lines], network.to_node[lines])).astype(np.intp)
        joints = np.unique(ends)
        metres = np.hypot(network.x_m[joints] - x_m, network.y_m[joints] - y_m)
        kept = np.argsort(metres, kind="stable")[:most_joints]
        inside = np.isin(ends, joints[kept[metres[kept] <= within_m]])
        some = inside.any(axis=0)
        held = np.union1d(ends[~inside & some], [joint for joint in joints.tolist() if network.kind[joint] == "pump_station"])
        return cls.build(lines[some], ends[:, some], network.length_m[lines[some]], network.diameter_mm[lines[some]], held)

    @classmethod
    def build(
        cls, line: Positions, ends: Positions, length_m: Floats, diameter_mm: Floats, held: Positions
    ) -> "PressureNet | None":
        """The net of pipes `line` [k] between the assets `ends` intp[2, k], of which `held` keep their head; None where none of
        those is the end of a pipe. A diameter that is NaN is taken to be the middle one.
        """
        joint, of_end = np.unique(ends, return_inverse=True)
        start, end = of_end.reshape(ends.shape)
        is_held = np.isin(joint, held)
        if not is_held.any():
            return None
        known = diameter_mm[np.isfinite(diameter_mm)]
        diameter = np.where(np.isfinite(diameter_mm), diameter_mm, np.median(known) if len(known) else USUAL_MM)
        conductance = diameter**3.17 / np.maximum(length_m, 1.0)
        return cls(line, start, end, joint, conductance / np.median(conductance), is_held)

    def lost_at(self, assets: Positions) -> Floats:
        """What each of the joints `assets` [a] loses while as much more is drawn at any of all m joints, float64[m, a]; NaN for
        assets that are none.
        """
        balance = np.zeros((len(self.joint),) * 2)
        np.add.at(balance, (self.start, self.end), -self.conductance)
        balance += balance.T
        np.fill_diagonal(balance, _LOOSE - balance.sum(axis=1))
        free = np.flatnonzero(~self.is_held)
        at = np.minimum(np.searchsorted(self.joint, assets), len(self.joint) - 1)
        drawn = (self.joint[at] == assets) & ~self.is_held[at]
        lost = np.zeros((len(self.joint), len(assets)))
        units = np.zeros((len(free), int(drawn.sum())))
        units[np.searchsorted(free, at[drawn]), np.arange(units.shape[1])] = 1.0
        if units.size:  # what one loses by another is what the other loses by it
            lost[np.ix_(free, np.flatnonzero(drawn))] = np.linalg.solve(balance[np.ix_(free, free)], units)
        lost[:, self.joint[at] != assets] = np.nan
        return lost

    def along(self, lost: Floats, lines: Positions, part: Floats) -> Floats:
        """The same, float64[n, a], while it is drawn on each of the `lines` [n], `part` (0 to 1) of the way along; NaN for lines
        that are no pipes of the net.
        """
        at = np.minimum(np.searchsorted(self.line, lines), len(self.line) - 1)
        found = (1 - part)[:, None] * lost[self.start[at]] + part[:, None] * lost[self.end[at]]
        found[self.line[at] != lines] = np.nan
        return np.asarray(found, np.float64)
