"""Many threads begin with one type at once: msgspec by itself ends the process then."""

import subprocess
import sys
from pathlib import Path

from tocsin.base.decoding import convert, prepared

SOURCE = Path(__file__).resolve().parents[1] / "src" / "tocsin"
ROUNDS = 150
RACE = f"""
import gc, sys, threading
import msgspec
from tocsin.base.decoding import convert

gc.set_threshold(5, 2, 2)
sys.setswitchinterval(1e-6)

def begin(kind, barrier):
    barrier.wait()
    convert({{"rows": [{{"a": 1, "b": "x", "c": [1]}}], "more": {{"a": 1}}}}, kind)

for number in range({ROUNDS}):
    row = msgspec.defstruct(f"Row{{number}}", [("a", int), ("b", str), ("c", list[int])])
    kind = msgspec.defstruct(f"Table{{number}}", [("rows", list[row]), ("more", dict[str, int])])
    barrier = threading.Barrier(4)
    threads = [threading.Thread(target=begin, args=(kind, barrier)) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
print("done")
"""


def test_threads_that_begin_with_one_type_at_once() -> None:
    done = subprocess.run([sys.executable, "-c", RACE], capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, "done"), done.stderr[-2000:]


def test_it_reads_as_msgspec_does() -> None:
    assert convert({"a": ["1"]}, dict[str, list[int]], strict=False) == {"a": [1]}
    assert prepared(list[int]) == list[int]


def test_everybody_converts_by_it() -> None:
    direct = [
        str(path.relative_to(SOURCE))
        for path in SOURCE.rglob("*.py")
        if "msgspec.convert(" in path.read_text(encoding="utf-8") and path.name != "decoding.py"
    ]
    assert direct == [], "use tocsin.base.decoding.convert: a type's first use by two threads at once ends the process"
