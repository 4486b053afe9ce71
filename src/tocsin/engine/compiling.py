"""Compiles the kernels of detection into the cache, where they are not in it: `python -m tocsin.engine.compiling`.

To be started before the detector, beside whatever else a first start has to do; the detector then reads what was kept.
"""

from tocsin.engine.kernel import is_cold


def main() -> None:
    """Costs nothing but the look where the cache is warm."""
    if is_cold():
        from tocsin.engine.detection.detector import compile_kernels

        compile_kernels()


if __name__ == "__main__":
    main()
