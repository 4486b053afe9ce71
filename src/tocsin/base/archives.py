"""Archives from elsewhere: what Python raises for a damaged, locked or unknown one."""

import struct
import zlib
from lzma import LZMAError
from typing import Final
from zipfile import BadZipFile, LargeZipFile

BROKEN_ARCHIVE: Final = (
    BadZipFile,
    EOFError,
    LZMAError,
    LargeZipFile,
    NotImplementedError,  # a packing that Python does not know
    OSError,  # of BZIP2
    RuntimeError,  # a password
    struct.error,
    zlib.error,
)
"""Raised while a ZIP is opened and its parts are read; a part that is missing is a KeyError besides."""
