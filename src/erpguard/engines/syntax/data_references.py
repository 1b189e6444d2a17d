"""What a module refers to below `data`: that no module defines it is no error in Rego, and its rules are silent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from erpguard.engines.syntax.facts import ModuleFacts, nodes
from erpguard.engines.syntax.reading import spelled
from erpguard.engines.syntax.references import fixed, root

_REFERENCES = ("RefDot", "RefBrack")
Path = tuple[str, ...]
Defined = Mapping[Path, frozenset[str]]
"""Package -> the first names of its rules."""


def defined(modules: Iterable[ModuleFacts]) -> Defined:
    """What some modules define."""
    found: dict[Path, frozenset[str]] = {}
    for module in modules:
        package = tuple(module.package.split("."))
        names = frozenset(rule.name.partition(".")[0] for rule in module.rules)
        found[package] = found.get(package, frozenset()) | names
    return found


def undefined(tree: Any, known: Defined) -> Iterator[tuple[int, str]]:
    """The references of a module to what there is not: lines, and what to do."""
    for line, path in sorted(_references(tree["ast"])):
        if path and not _is_there(path, known):
            name = spelled(("data", *path))
            yield line, f"there is no {name}: write it into a module, such as lib/NAME.rego; packs have no data files"


def _references(module: Any) -> set[tuple[int, Path]]:
    """Lines, and paths without `data`, of imports and of rules; not what `with` puts there."""
    every = list(nodes(module["rules"]))
    replaced = [one["refr"] for node in every for one in node.get("with_mods") or ()]
    targets = [fixed(one)[1:] for one in replaced]
    # A function that is called is objected to elsewhere, and `data.a.b` is not `data.a` besides.
    others = {id(one) for one in replaced} | {id(node["fcn"]) for node in every if "fcn" in node}
    others |= {id(node[kind]["refr"]) for node in every for kind in _REFERENCES if kind in node}
    used = [node for node in every if id(node) not in others and any(kind in node for kind in _REFERENCES)]
    paths = [(root(one)["span"]["line"], fixed(one)) for one in (*(one["refr"] for one in module["imports"]), *used)]
    return {(line, path[1:]) for line, path in paths if path[:1] == ("data",) and not _meets(path[1:], targets)}


def _meets(path: Path, others: Iterable[Path]) -> bool:
    return any(one[: len(path)] == path[: len(one)] for one in others)


def _is_there(path: Path, known: Defined) -> bool:
    """Whether it is a package, above packages, or in a package that has a rule of the name."""
    return any(
        package[: len(path)] == path or (path[: len(package)] == package and path[len(package)] in names)
        for package, names in known.items()
    )
