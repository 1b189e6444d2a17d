"""The bytes of a file to text, or the problem that it cannot be text."""

from __future__ import annotations

import codecs

from erpguard.model import Place, Problem

LARGEST_FILE = 128 * 1024 * 1024

_BOMS = (
    # UTF-32 first: its little-endian mark begins with that of UTF-16.
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (codecs.BOM_UTF8, "utf-8"),
)


def decode(data: bytes, file: str) -> str | Problem:
    """The text of UTF-8 (with or without a byte order mark) or UTF-16 (with one), without the mark."""
    if len(data) > LARGEST_FILE:
        return too_large(file, len(data))
    encoding, start = "utf-8", 0
    for mark, name in _BOMS:
        if data.startswith(mark):
            encoding, start = name, len(mark)
            break
    if encoding == "UTF-32":
        return _problem(file, "encoding", "is encoded in UTF-32: save it as UTF-8", "", 0)
    if encoding == "utf-8" and (nul := data.find(b"\0")) >= 0:
        before = data[start:nul].decode("utf-8", "replace")
        return _problem(file, "binary-file", f"is a binary file (a NUL byte at offset {nul}): exclude it", before, nul)
    try:
        text = data[start:].decode(encoding) if start else data.decode(encoding)
    except UnicodeDecodeError as error:
        before = data[start : start + error.start].decode(encoding, "replace")
        what = f"is not valid {encoding[:6].upper().rstrip('-')} at byte offset {start + error.start}: save it as UTF-8"
        return _problem(file, "encoding", what, before, start + error.start)
    nul = text.find("\0") if encoding != "utf-8" else -1
    if nul >= 0:
        return _problem(file, "binary-file", "is a binary file (it holds NUL): exclude it", text[:nul], nul)
    return text


def too_large(file: str, size: int) -> Problem:
    """The problem that a file is larger than what is read at all."""
    limit, mib = LARGEST_FILE // 2**20, size / 2**20
    return _problem(file, "file-too-large", f"has {mib:.0f} MiB, more than the limit of {limit}: split it", "", 0)


def _problem(file: str, code: str, what: str, before: str, offset: int) -> Problem:
    if not file:
        return Problem(code, f"standard input {what}")
    if not before and not offset:
        return Problem(code, f"the file {what}", Place(file))
    lines = before.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    column = utf16_length(lines[-1]) + 1
    return Problem(code, f"the file {what}", Place(file, len(lines), column, len(lines), column))


def utf16_length(text: str) -> int:
    """The number of UTF-16 code units of a text, which is what SARIF counts columns in."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2
