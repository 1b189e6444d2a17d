"""Every exception that erpguard raises.

    ErpguardError
    ├── UsageError              bad arguments, paths or identifiers: exit code 2
    │   └── ConfigurationError  the configuration file is wrong, with file and line: exit code 2
    ├── PackError               a policy pack cannot be used (metadata, Rego syntax): exit code 2
    └── EngineError             an engine cannot evaluate a policy; the scan records it as a problem
        ├── EngineUnavailable   it will not for the rest of the scan: the engine, or one policy of it, is out
        └── DocumentTooLarge    not in one piece: fewer resources at a time may do

What goes wrong with an *input* is data, not an exception: see `erpguard.model.Problem`.
"""

from __future__ import annotations


class ErpguardError(Exception):
    """Base of everything that erpguard raises on purpose; its text is one line for the user."""


class UsageError(ErpguardError):
    """The call cannot be carried out as it was written."""


class ConfigurationError(UsageError):
    """The configuration is not valid; the text names the file and the line."""


class PackError(ErpguardError):
    """A policy pack is not usable; the text names the policy and the line."""


class EngineError(ErpguardError):
    """A policy could not be evaluated; the text names the policy."""


class EngineUnavailable(EngineError):
    """An engine, or one policy of it, is out for the rest of the scan; the text says why."""


class DocumentTooLarge(EngineError):
    """The input is larger than the engine takes; the text says how large."""
