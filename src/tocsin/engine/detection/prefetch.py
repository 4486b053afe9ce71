"""A hint to the processor: this record will be needed soon.

Readings come in random order, and the state of their sensors lies far away in memory; asked for a few readings ahead, it is there
in time.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic
from numpy.typing import NDArray


def _prefetch(_: Any, array: Any, index: Any) -> Any:
    """`llvm.prefetch` of the record array[index], for reading and writing, to be kept in all caches."""

    def generate(context: Any, builder: ir.IRBuilder, signature: Any, arguments: tuple[ir.Value, ir.Value]) -> ir.Value:
        records = context.make_array(array)(context, builder, arguments[0])
        wide = context.cast(builder, arguments[1], signature.args[1], types.intp)
        pointer = builder.gep(records.data, [wide])
        byte, word = ir.IntType(8).as_pointer(), ir.IntType(32)
        hint = builder.module.declare_intrinsic("llvm.prefetch", [byte], ir.FunctionType(ir.VoidType(), [byte, word, word, word]))
        builder.call(hint, [builder.bitcast(pointer, byte), word(1), word(3), word(1)])
        return context.get_dummy_value()

    return types.void(array, index), generate


_intrinsic: Any = intrinsic
prefetch: Callable[[NDArray[np.void], int], None] = _intrinsic(_prefetch)
