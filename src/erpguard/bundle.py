"""The policies as an OPA bundle (openpolicyagent.org/docs/management-bundles/#bundle-file-format).

For servers that load policies themselves, and are only read by a scan: `OpaConnection(read_only=True)`.
"""

from __future__ import annotations

import gzip
import io
import json
import tarfile
from collections.abc import Iterable, Mapping, Sequence

from erpguard.engines.choice import compile_own
from erpguard.engines.modules import Module
from erpguard.engines.opa_server.modules import every, revision
from erpguard.errors import UsageError
from erpguard.packs import load
from erpguard.version import VERSION

ROOT = "erpguard"
"""All packages are below it; a server lets nobody else define anything there."""


def write(file: str, packs: Iterable[str] = ()) -> str:
    """Write the policies that ship, and those of folders of own packs, as `.tar.gz`; gives the bundle's revision.

    The same policies make the same bytes. PackError for an own pack that cannot be used, UsageError for a file that
    cannot be written.
    """
    parts, policies = load(own=packs)
    compile_own(parts, policies.values())
    return write_modules(file, every(parts))


def write_modules(file: str, modules: Sequence[Module]) -> str:
    """Write modules; gives the revision."""
    content = pack({".manifest": manifest(modules), **{f"{ROOT}/{one.file}": one.text for one in modules}})
    try:
        with open(file, "wb") as opened:
            opened.write(content)
    except OSError as error:
        raise UsageError(f"{file} cannot be written: {error.strerror}") from error
    return revision(modules)


def manifest(modules: Sequence[Module]) -> str:
    """What a server has to know: the revision, whose packages these are, and in which Rego they are written."""
    told = {
        "revision": revision(modules),
        "roots": [ROOT],
        "rego_version": 1,
        "metadata": {"erpguard": {"version": VERSION}},
    }
    return json.dumps(told, indent=2) + "\n"


def pack(files: Mapping[str, str]) -> bytes:
    """Files by name as `.tar.gz`, without anything of this machine or of this moment."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name in sorted(files):
            content = files[name].encode()
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return gzip.compress(packed.getvalue(), mtime=0)
