"""A binary plan (`terraform plan -out`): a zip that also holds the configuration, which places come from.

The plan itself is in a form that HashiCorp does not document, and the state in it is secret: neither is read.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

from erpguard.model import Place, Problem
from erpguard.sources import Input
from erpguard.sources.text_decoding import decode

SIGNATURE = b"PK\x03\x04"
MOST_MEMBERS = 10_000
LARGEST = 512 * 1024 * 1024
RATIO = 100

_END = b"PK\x05\x06"
_END_SIZE = 22
_LOCATOR = b"PK\x06\x07"
_LOCATOR_SIZE = 20
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED = 1
_LARGEST_DIRECTORY = MOST_MEMBERS * 1024


def members(data: bytes, given: Input) -> dict[str, str] | Problem:
    """The configuration and the lock file: name -> text. A problem for what is no binary plan, or too large."""
    wrong = _too_many(data)
    if wrong:
        return _problem(given, wrong)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            if "tfplan" not in archive.NameToInfo:
                return _problem(given, "this archive is no binary plan of Terraform: exclude it", "terraform-kind")
            wrong = _odd(entries, len(data))
            if wrong:
                return _problem(given, wrong)
            found: dict[str, str] = {}
            for entry in entries:
                if entry.filename.startswith("tfconfig/") or entry.filename == ".terraform.lock.hcl":
                    text = decode(_content(archive, entry), given.name)
                    if isinstance(text, str):
                        found[entry.filename] = text
            return found
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as error:
        return _problem(given, f"the binary plan cannot be read ({str(error)[:80]})")


def _odd(entries: list[zipfile.ZipInfo], size: int) -> str:
    """What is wrong with the members of an archive, which are not opened for it; empty if nothing is."""
    if len(entries) > MOST_MEMBERS:
        return f"the archive has more than {MOST_MEMBERS} members"
    # Go's archive/zip writes no other methods, and the readers of others have no bounds.
    if any(entry.compress_type not in _METHODS or entry.flag_bits & _ENCRYPTED for entry in entries):
        return "the archive is packed in a way that Terraform does not use"
    if sum(entry.file_size for entry in entries) > min(LARGEST, max(RATIO * size, 1 << 20)):
        return f"the archive unpacks to more than {RATIO} times its size, or more than 512 MiB"
    return ""


def _content(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """What a member holds, and not a byte more than it says: the sizes were added up before."""
    with archive.open(entry) as opened:
        data = opened.read(entry.file_size + 1)
    if len(data) > entry.file_size:
        raise zipfile.BadZipFile("a member is larger than it says")
    return data


def _too_many(data: bytes) -> str:
    """Whether the archive has too many members: told before a list of them is made."""
    at = data.rfind(_END, max(0, len(data) - 65_535 - _END_SIZE))
    if at < 0 or at + _END_SIZE > len(data):
        return "the archive has no end, as if it was cut off"
    count, size = struct.unpack("<HI", data[at + 10 : at + 16])
    # Another place for these numbers is only needed by archives that are too large.
    is_zip64 = data[max(0, at - _LOCATOR_SIZE) : at].startswith(_LOCATOR)
    if count > MOST_MEMBERS or size > _LARGEST_DIRECTORY or is_zip64:
        return f"the archive has more than {MOST_MEMBERS} members"
    return ""


def _problem(given: Input, text: str, code: str = "terraform-archive") -> Problem:
    text = text if ": " in text else f"{text}: make the plan again"
    return Problem(code, text if given.name else f"standard input: {text}", Place(given.name))
