"""Storage accounts that are used for backups.

An account is one where it, the value of a tag, or one of its containers is called so (globs: `backup_stores` in the
`estate` section of the configuration), or where Velero, CloudNativePG or the Barman Cloud plugin of the same estate
writes to it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from typing import NamedTuple

from erpguard.analysis import Analyses
from erpguard.analysis.values.selectors import any_of
from erpguard.model import Path, Resource, value_at
from erpguard.normalize.shapes import has_placeholder

ACCOUNT = "Microsoft.Storage/storageAccounts"
CONTAINER = "Microsoft.Storage/storageAccounts/blobServices/containers"
DEFAULT_NAMES = ("*backup*", "*barman*", "*velero*")

_LOCATION = "velero.io/BackupStorageLocation"
_DESTINATIONS: dict[str, Path] = {
    "postgresql.cnpg.io/Cluster": ("spec", "backup", "barmanObjectStore", "destinationPath"),
    "barmancloud.cnpg.io/ObjectStore": ("spec", "configuration", "destinationPath"),
}
_NAME: Path = ("name",)
# https://<account>.blob.core.windows.net/<container>/..., and the other clouds' domains
_URL = re.compile(r"https://(?P<account>[a-z0-9]{3,24})\.blob\.[a-z0-9.]+/(?P<container>[^/?]+)", re.IGNORECASE)


class Store(NamedTuple):
    """Whether an account is used for backups; None where that is not known.

    whole       whether all that is in it counts as backups: its name or a tag says so
    containers  name in lower case -> whether backups are in it
    somewhere   whether backups are written to a container that is not known
    """

    whole: bool | None
    containers: Mapping[str, bool | None]
    somewhere: bool | None

    @property
    def used(self) -> bool | None:
        """Whether there are backups in the account."""
        return any_of((self.whole, self.somewhere, *self.containers.values()))

    def takes(self, prefix: str) -> bool | None:
        """Whether some of the blobs whose path begins like this, container first, are backups."""
        name, slash, _ = prefix.lower().partition("/")
        named = (used for one, used in self.containers.items() if (one == name if slash else one.startswith(name)))
        # Whatever the container is that backups are written to, no prefix takes it too.
        somewhere = None if prefix and self.somewhere else self.somewhere
        return any_of((self.whole, somewhere, *named))


class _Target(NamedTuple):
    """Where something writes backups to, in lower case; None for what is not known."""

    account: str | None
    container: str | None


def backup_stores(analyses: Analyses) -> dict[str, Store]:
    """Key of a storage account -> what of it is used for backups."""
    made: dict[str, Store] = analyses.once("azure.backup_stores", _all)
    return made


def account_of(analyses: Analyses, child: Resource) -> Resource | None:
    """The storage account that a service, a container or a share belongs to, if it is in the estate."""
    id_ = child.parent
    for _ in range(3):
        found = analyses.estate.arm(id_).resource if id_ else None
        if found is not None and found.type == ACCOUNT:
            return found
        id_ = found.parent if found is not None else id_.rpartition("/")[0].rpartition("/")[0]
    return None


def _all(analyses: Analyses) -> dict[str, Store]:
    globs = names_of_stores(analyses)
    targets = [*_velero(analyses), *_barman(analyses)]
    containers: dict[str, list[Resource]] = {}
    for container in analyses.estate.of_type(CONTAINER):
        owner = account_of(analyses, container)
        if owner is not None:
            containers.setdefault(owner.key, []).append(container)
    return {
        account.key: _store(account, containers.get(account.key, []), globs, targets)
        for account in analyses.estate.of_type(ACCOUNT)
    }


def _store(account: Resource, inner: list[Resource], globs: list[str], targets: list[_Target]) -> Store:
    if account.is_hidden(_NAME):
        targets = [_Target(None, None) for _ in targets]  # any of them may be meant for it
    own = [target for target in targets if target.account in (None, account.name.lower())]
    containers = {one.name.lower(): _called(one, globs) for one in inner if not one.is_hidden(_NAME)}
    containers |= {one.container: True for one in own if one.account is not None and one.container is not None}
    loose = [None if one.account is None else True for one in own if one.account is None or one.container is None]
    loose += [_called(one, globs) for one in inner if one.is_hidden(_NAME)]
    whole = any_of((_called(account, globs), _tagged(account, globs)))
    return Store(whole, containers, any_of(loose))


def _called(resource: Resource, globs: list[str]) -> bool | None:
    """Whether its name says that something is for backups, or what a plan calls it that does not know its name yet."""
    found = matches(resource.name.lower(), globs)
    return None if found is False and resource.is_hidden(_NAME) else found


def names_of_stores(analyses: Analyses) -> list[str]:
    """The globs, in lower case, of names that say that something is for backups."""
    return [glob.lower() for glob in analyses.settings.get("backup_stores") or DEFAULT_NAMES]


def matches(name: str, globs: Iterable[str]) -> bool | None:
    """Whether a name, in lower case, is that of something for backups; None where it is not known."""
    if has_placeholder(name):
        return None
    return any(fnmatchcase(name, glob) for glob in globs)


def _tagged(account: Resource, globs: list[str]) -> bool | None:
    """Whether a tag says that the account is for backups, as `purpose: velero` does.

    A tag that is itself called so speaks of something else: `backup: daily` asks for backups of the account.
    """
    answers = [matches(value.lower(), globs) for name, value in account.labels.items() if not matches(name, globs)]
    return any_of((*answers, False if account.is_known(("tags",)) else None))


def _velero(analyses: Analyses) -> Iterator[_Target]:
    for location in analyses.estate.of_type(_LOCATION):
        provider = str(value_at(location.body, ("spec", "provider")) or "")
        if not location.is_known(("spec", "provider")) or provider.rpartition("/")[2] == "azure":
            account = _known(location, ("spec", "config", "storageAccount"))
            yield _Target(account, _known(location, ("spec", "objectStorage", "bucket")))


def _barman(analyses: Analyses) -> Iterator[_Target]:
    for type_, path in _DESTINATIONS.items():
        for resource in analyses.estate.of_type(type_):
            given = value_at(resource.body, path)
            match = _URL.match(given) if isinstance(given, str) else None
            if match:
                container = match["container"].lower()
                yield _Target(match["account"].lower(), None if has_placeholder(container) else container)
            elif not resource.is_known(path):
                yield _Target(None, None)


def _known(resource: Resource, path: Path) -> str | None:
    """The text at a path in lower case; None where it is not known, or not there though it has to be."""
    given = value_at(resource.body, path)
    return given.lower() if isinstance(given, str) and resource.is_known(path) else None
