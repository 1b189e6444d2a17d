"""The policies as an OPA bundle (openpolicyagent.org/docs/management-bundles/#bundle-file-format).

For servers that load policies themselves, and are only read by a scan: `OpaConnection(read_only=True)`.
"""

from __future__ import annotations

import gzip
import io
import json
import tarfile
from collections.abc import Mapping, Sequence

from erpguard.engines.opa_server.modules import Module, every, revision
from erpguard.errors import PackError, UsageError
from erpguard.shipped import shipped
from erpguard.version import VERSION

ROOT = "erpguard"
"""All packages are below it; a server lets nobody else define anything there."""


def write(file: str, folder: str | None = None) -> str:
    """Write the policies of a folder (by default the ones that ship) as `.tar.gz`; gives the bundle's revision.

    The same policies make the same bytes. PackError for a module outside of `erpguard`, UsageError for a file that
    cannot be written.
    """
    modules = _modules(folder or shipped("policies"))
    content = pack({".manifest": manifest(modules), **{f"{ROOT}/{one.file}": one.text for one in modules}})
    try:
        with open(file, "wb") as opened:
            opened.write(content)
    except OSError as error:
        raise UsageError(f"{file} cannot be written: {error.strerror}") from error
    return revision(modules)


def _modules(folder: str) -> list[Module]:
    modules = every(folder)
    for module in modules:
        if not module.package.startswith(f"{ROOT}."):
            raise PackError(f"{module.file}: the package {module.package} is not below {ROOT}")
    return modules


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
