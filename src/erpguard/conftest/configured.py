"""The packages that a configuration names (`conftest:`)."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Any

from erpguard.conftest import ConftestOptions
from erpguard.conftest.data_files import split
from erpguard.errors import ConfigurationError


def configured(section: Mapping[str, Any], folder: str, where: Callable[..., str]) -> ConftestOptions:
    """The options of the section `conftest`, its paths relative to the configuration's folder.

    `where` tells the file and the line of a setting. ConfigurationError for a path that does not exist.
    """
    given: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in section.items()
    }
    if given.get("all_namespaces") and "namespaces" in given:
        text = "conftest: namespaces and all_namespaces: give one of them"
        raise ConfigurationError(f"{where('conftest', 'all_namespaces')}: {text}")
    for name in ("policies", "data"):
        for number, path in enumerate(given.get(name, ())):
            if not os.path.exists(path_of(path, folder)):
                text = f"conftest: {path}: no such file or folder"
                raise ConfigurationError(f"{where('conftest', name, number)}: {text}")
    given["policies"] = tuple(os.path.join(folder, path) for path in given["policies"])
    given["data"] = tuple(_joined(path, folder) for path in given.get("data", ()))
    return ConftestOptions(**given)


def path_of(given: str, folder: str) -> str:
    """A path, below a folder; without the names that data may have before it."""
    return os.path.join(folder, split(given, folder)[1])


def _joined(given: str, folder: str) -> str:
    """A path of data, below a folder, and still after its names."""
    names = ".".join(split(given, folder)[0])
    return f"{names}:{path_of(given, folder)}" if names else path_of(given, folder)
