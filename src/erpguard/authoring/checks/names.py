"""Names of packs, files and packages, and ids: each is used once, and says the same everywhere."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from erpguard.authoring.complaints import Complaint
from erpguard.authoring.folder import Folder
from erpguard.authoring.metadata import Metadata
from erpguard.packs import COMPARISONS, load

_NAME = re.compile(r"[a-z][a-z0-9_]*")


def package_of(file: str) -> str:
    """The package that a policy's module has to have."""
    return "erpguard." + file.removesuffix(".rego").replace("/", ".")


def check(folder: Folder, told: Mapping[str, Metadata]) -> Iterator[Complaint]:
    """Ids and names that are used twice, or will not do."""
    shipped = load()
    taken = {} if folder.is_shipped else {id_: f"{one.pack} of erpguard" for id_, one in shipped.policies.items()}
    taken |= {id_: "the comparisons of erpguard" for id_ in shipped.comparisons}
    packs = {COMPARISONS} if folder.is_shipped else {COMPARISONS, *shipped.packs}
    for file, metadata in told.items():
        pack, _, name = file.removesuffix(".rego").partition("/")
        for word in (pack, name):
            if not _NAME.fullmatch(word):
                yield Complaint(file, 1, "name", f"{word}: rename it to small letters, digits and underscores")
        if pack in packs:
            yield Complaint(file, 1, "pack-name", f"a pack named {pack} ships with erpguard: rename the folder")
        id_ = str(metadata.custom.get("id", ""))
        if id_ in taken:
            text = f"the id {id_} is used already by {taken[id_]}: choose another one"
            yield Complaint(file, metadata.line("custom", "id"), "id", text)
        elif id_:
            taken[id_] = file
