"""What a configuration may ask for only where a user named it: none that belongs to the scanned tree."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

from erpguard.config import Settings
from erpguard.errors import ConfigurationError

if TYPE_CHECKING:
    from erpguard.conftest import ConftestOptions
    from erpguard.engines.opa_server import OpaConnection


def plugins(settings: Settings, is_trusted: bool) -> Sequence[str]:
    """The plugins of the configuration. They run here with all rights, and so none are those that a tree names."""
    if settings.plugins and not is_trusted:
        raise ConfigurationError(
            f"{settings.where('plugins')}: plugins: they run with all rights, so that the scanned tree must not name "
            "them: give this file by --config, or the plugins by --plugin"
        )
    return settings.plugins


def server(settings: Settings, is_trusted: bool) -> OpaConnection | None:
    """The server of the configuration. It gets the estate, and so it is none that the scanned tree names."""
    if not settings.opa:
        return None
    if not is_trusted:
        raise ConfigurationError(
            f"{settings.where('opa')}: opa: a server gets the estate, so that the scanned tree must not name it: "
            "give this file by --config, or the server by --engine opa --opa-url"
        )
    from erpguard.engines.opa_server.configured import configured

    return configured(settings.opa, os.path.dirname(settings.file))


def packages(settings: Settings) -> ConftestOptions | None:
    """The packages of conftest that the configuration names; also a tree's own, for they run in a process of their own.

    The command refuses those of a tree that are outside of it.
    """
    if not settings.conftest:
        return None
    from erpguard.conftest.configured import configured

    return configured(settings.conftest, os.path.dirname(settings.file), settings.where)
