"""A hint to the processor: this record will be needed soon.

Readings come in random order, and the state of their sensors lies far away in memory; asked for a few readings ahead, it is there
in time.
"""

from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray


def _prefetch(_: Any, array: Any, index: Any) -> Any:
    """`llvm.prefetch` of the record array[index], for reading and writing, to be kept in all caches."""
    from llvmlite import ir
    from numba import types

    def generate(context: Any, builder: Any, signature: Any, arguments: tuple[Any, Any]) -> Any:
        records = context.make_array(array)(context, builder, arguments[0])
        wide = context.cast(builder, arguments[1], signature.args[1], types.intp)
        pointer = builder.gep(records.data, [wide])
        byte, word = ir.IntType(8).as_pointer(), ir.IntType(32)
        hint = builder.module.declare_intrinsic("llvm.prefetch", [byte], ir.FunctionType(ir.VoidType(), [byte, word, word, word]))
        builder.call(hint, [builder.bitcast(pointer, byte), word(1), word(3), word(1)])
        return context.get_dummy_value()

    return types.void(array, index), generate


class _Hint:
    """What stands for the hint until a kernel is compiled, see `engine.kernel`."""

    @cached_property
    def _intrinsic(self) -> Any:
        from numba.extending import intrinsic

        return intrinsic(_prefetch)

    @property
    def _numba_type_(self) -> Any:
        from numba.core.registry import cpu_target

        hint, context = self._intrinsic, cpu_target.typing_context
        context.refresh()
        return context.resolve_value_type(hint)


prefetch = cast("Callable[[NDArray[np.void], int], None]", _Hint())
