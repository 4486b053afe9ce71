"""Which valves to close in a city of 107,000 assets, beside SciPy's maximum flow on the same net."""

import time

import numpy as np
import scipy.sparse
from rich.console import Console
from rich.table import Table
from scipy.sparse import csgraph

from tocsin.base.errors import TocsinError
from tocsin.engine.isolation import Mains, isolate
from tocsin.engine.network import Network
from tocsin.warning.outlook.policy import shipped_hazards
from tocsin.workshop.bench.city import LargeCity

UTILITIES = ("gas", "heat", "water")
FAULTS, QUICK_FAULTS = 60, 8
PLENTY = 1_000_000  # units through what can't be closed


def run(console: Console, quick: bool) -> None:
    """Prints milliseconds a fault; TocsinError where the peer finds a smaller or a larger set."""
    network = Network.from_features(LargeCity.build().features())
    table = Table(title=f"Valves to close, {len(network):,} assets", title_justify="left")
    for heading in ("net", "lines", "faults", "median ms", "largest ms", "SciPy, median ms", "most valves"):
        table.add_column(heading, justify="left" if heading == "net" else "right")
    for name in UTILITIES:
        mains = Mains.build(network, shipped_hazards().rules.utilities[name])
        lines = mains.member[mains.is_line]
        faults = lines[:: max(1, len(lines) // (QUICK_FAULTS if quick else FAULTS))].tolist()
        isolate(network, mains, faults[0])  # compiled
        ours, peers, valves = [], [], []
        for fault in faults:
            began = time.perf_counter()
            found = isolate(network, mains, fault)
            ours.append(1000 * (time.perf_counter() - began))
            if found:
                began = time.perf_counter()
                smallest = _by_maximum_flow(mains, fault)
                peers.append(1000 * (time.perf_counter() - began))
                valves.append(len(found[0].valves))
                if smallest != valves[-1]:
                    raise TocsinError(f"{network.codes[fault]}: {valves[-1]} valves, but {smallest} by maximum flow")
        figures = (f"{np.median(ours):.1f}", f"{max(ours):.1f}", f"{np.median(peers):.1f}", str(max(valves)))
        table.add_row(name, f"{len(lines):,}", str(len(faults)), *figures)
    console.print(table)


def _by_maximum_flow(mains: Mains, fault: int) -> int:
    """The size of a smallest cut: every member split in two, one unit through what can be closed, all sources drained."""
    count = len(mains.member)
    here = int(np.searchsorted(mains.member, fault))
    members = np.arange(count)
    owner = np.repeat(members, np.diff(mains.start))
    through = np.where(mains.closable & (members != here), 1, PLENTY)
    drained = np.flatnonzero(mains.feeds)
    source = np.concatenate((2 * members, 2 * owner + 1, 2 * drained + 1))
    target = np.concatenate((2 * members + 1, 2 * mains.neighbour, np.full(len(drained), 2 * count)))
    room = np.concatenate((through, np.full(len(owner), PLENTY), np.full(len(drained), PLENTY))).astype(np.int32)
    size = 2 * count + 1
    graph = scipy.sparse.csr_array((room, (source, target)), shape=(size, size))
    return int(csgraph.maximum_flow(graph, 2 * here + 1, 2 * count).flow_value)
