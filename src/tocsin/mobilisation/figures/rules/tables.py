"""A table of counts and its sums: what is counted by leaves of one tree or several is added up to every node."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

type Counts = npt.NDArray[np.int64]
type Marks = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Axis:
    """A tree: for each node the one above it, -1 for the top. Nodes without any below are leaves.

    >>> Axis((-1, 0, 0)).leaves
    (1, 2)
    """

    parents: tuple[int, ...]

    @property
    def leaves(self) -> tuple[int, ...]:
        """Nodes with none below."""
        inner = set(self.parents)
        return tuple(node for node in range(len(self.parents)) if node not in inner)

    @property
    def sums(self) -> Counts:
        """(nodes, leaves): 1 where the node holds the leaf."""
        held = np.zeros((len(self.parents), len(self.leaves)), np.int64)
        for at, leaf in enumerate(self.leaves):
            node = leaf
            while node >= 0:
                held[node, at] = 1
                node = self.parents[node]
        return held


def add_up(leaves: npt.NDArray[np.number], axes: tuple[Axis, ...]) -> Counts:
    """Every cell of the table of these leaves.

    >>> add_up(np.array([3, 4]), (Axis((-1, 0, 0)),)).tolist()
    [7, 3, 4]
    """
    told = leaves
    for axis in axes:
        told = np.moveaxis(np.tensordot(axis.sums, told, axes=(1, 0)), 0, -1)
    return np.asarray(told)
