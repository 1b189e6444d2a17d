"""Finds policies in Python: entry points, loaded only by name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from erpguard.errors import PackError, UsageError
from erpguard.model import Part, Policy
from erpguard.packs.metadata import make_policy
from erpguard.plugins import GROUP, PythonPolicy

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint


def load_plugin(name: str) -> Part:
    """The policies of one entry point. UsageError where there is none, or two; PackError where it cannot be loaded."""
    shown = f"plugin {name}: "
    try:
        given = list(_entry_point(name).load())
        policies = dict(_policy(one) for one in given)
    except UsageError:
        raise
    except PackError as error:
        raise PackError(f"{shown}{error}") from error
    except (Exception, SystemExit) as error:  # it is not ours, and may fail in any way
        raise PackError(f"{shown}cannot be loaded: {type(error).__name__}: {error}") from error
    if len(policies) != len(given) or not given:
        raise PackError(f"{shown}{'an id is used twice' if given else 'it has no policies'}")
    code = dict(zip(policies, given, strict=True))
    return Part("", shown, dict(sorted(policies.items())), (), code)


def _entry_point(name: str) -> EntryPoint:
    from importlib.metadata import entry_points

    installed = entry_points(group=GROUP)
    found = [one for one in installed if one.name == name]
    if len(found) == 1:
        return found[0]
    if found:
        origins = ", ".join(sorted(one.dist.name if one.dist else one.value for one in found))
        raise UsageError(f"the plugin {name!r} is installed more than once, by {origins}: uninstall one of them")
    names = ", ".join(sorted({one.name for one in installed}))
    raise UsageError(f"there is no plugin {name!r}: {f'installed are {names}' if names else 'none is installed'}")


def _policy(given: PythonPolicy) -> tuple[str, Policy]:
    """A policy by its id, in the place that its package says."""
    metadata: Mapping[str, object] = given.metadata
    root, *names = str(metadata.get("package", "")).split(".")
    if root != "erpguard" or len(names) != 2:
        raise PackError(f"{type(given).__name__}: its `package` has to be erpguard.<pack>.<policy_name>")
    policy = make_policy("/".join(names) + ".py", metadata)
    return policy.id, policy


def load_plugins(names: Iterable[str]) -> list[Part]:
    """The policies of some entry points, each once."""
    return [load_plugin(name) for name in dict.fromkeys(names)]
