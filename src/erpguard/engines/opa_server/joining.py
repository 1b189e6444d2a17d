"""The policies of a pack that ships as one module.

A server parses and compiles all that it has for each module that it is given, and once more when it has stored it
(`v1PoliciesPut` and `onCommit` of OPA's sources), so that the number of modules is what publishing costs. Joined they
define the same documents: `data.erpguard.<pack>.<policy>.deny`. Rules of a policy's own get its name as a prefix.

This is for what ships, whose form the tests hold: a policy defines `deny contains`, and names that begin with an
underscore; it imports shared modules only, and no name in it is that of a policy.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from erpguard.engines.modules import Module
from erpguard.engines.opa_server.uploads import Section, Upload

_HEAD = re.compile(r"(?:(?:#.*|package .*|import .*|)\n)*")
"""Up to the first rule."""

_IMPORT = re.compile(r"^import .*$", re.MULTILINE)
_NAME = re.compile(r'"(?:\\.|[^"\\])*"|`[^`]*`|#.*|(?<![\w.])_\w+|^deny(?= contains )', re.MULTILINE)
"""The name of a rule; or else a text or a comment, which hold none."""


def joined(pack: str, modules: Sequence[Module]) -> Upload:
    """The policies of a pack that ships."""
    heads = [_HEAD.match(module.text) for module in modules]
    ends = [head.end() if head else 0 for head in heads]
    imports = {line for module, end in zip(modules, ends, strict=True) for line in _IMPORT.findall(module.text[:end])}
    lines = [f"# The policies of the pack {pack}, joined.", f"package erpguard.{pack}", "", *sorted(imports)]
    sections = []
    for module, end in zip(modules, ends, strict=True):
        lines += ["", f"# {module.file}"]
        sections.append(Section(len(lines) + 1, module, module.text.count("\n", 0, end) + 1))
        lines += _renamed(module, end).splitlines()
    return Upload(f"{pack}.rego", f"erpguard.{pack}", "\n".join(lines) + "\n", tuple(sections))


def _renamed(module: Module, start: int) -> str:
    """The rules of a policy, under names that no other policy of the pack has."""
    name = module.package.rpartition(".")[2]

    def replace(found: re.Match[str]) -> str:
        word = found[0]
        if word == "deny":
            return f"{name}.deny"
        return f"{name}_{word}" if word.startswith("_") else word

    return _NAME.sub(replace, module.text[start:])
