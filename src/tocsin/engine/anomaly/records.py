"""Records: the largest figures that blocks of readings have shown. Whatever was reached more than once, such as a planned stop,
is reached again, however far it is from what mean and deviation of the blocks foretell.
"""

import numpy as np
from numpy.typing import NDArray

from tocsin.engine.kernel import aside

MEMORY = 240.0  # blocks in which a record fades


@aside
def keep(records: NDArray[np.float64], largest: float, usual: float) -> None:
    """Takes the `largest` of a block into `records` float64[k], the largest first, which all fade towards the `usual` one."""
    for k in range(len(records)):
        record = records[k] + (usual - records[k]) / MEMORY
        records[k] = max(record, largest)
        largest = min(record, largest)
