"""The encryption of HJ 212-2025: SM4 over what stands between `CP=&&` and the `&&` before the checksum. Pure.

SM4 (GB/T 32907-2016) with a key of 16 bytes, in ECB without padding: whole blocks of 16 bytes are encrypted where they stand,
what is left behind them stays as it is, and so the length of a frame never changes. The checksum is that of the plain text, so
that it tells whether a key was the right one. Who speaks (`MN`, `PW`) stands before it in clear.
"""

from typing import Final

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

BLOCK_BYTES: Final = 16
BEGIN: Final = b"CP=&&"
END: Final = b"&&"


def encrypted(segment: bytes, key: bytes) -> bytes:
    """The segment as a logger sends it; the same segment where there is no content of a block's length."""
    return _changed(segment, key, decrypts=False)


def decrypted(segment: bytes, key: bytes) -> bytes:
    """The segment in clear, if it was encrypted by this key; something senseless else: the checksum tells.

    >>> key = bytes(range(16))
    >>> plain = b"MN=1;CP=&&DataTime=20260103080000;a-Rtd=1&&"
    >>> decrypted(encrypted(plain, key), key) == plain, encrypted(plain, key)[10:] == plain[10:]
    (True, False)
    """
    return _changed(segment, key, decrypts=True)


def _changed(segment: bytes, key: bytes, *, decrypts: bool) -> bytes:
    start = segment.find(BEGIN) + len(BEGIN)
    stop = len(segment) - len(END)
    if start < len(BEGIN) or not segment.endswith(END) or stop - start < BLOCK_BYTES:
        return segment
    stop -= (stop - start) % BLOCK_BYTES
    cipher = Cipher(algorithms.SM4(key), modes.ECB())  # noqa: S305 - as the standard has it
    worker = cipher.decryptor() if decrypts else cipher.encryptor()
    return segment[:start] + worker.update(segment[start:stop]) + worker.finalize() + segment[stop:]
