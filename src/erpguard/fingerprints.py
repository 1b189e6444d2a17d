"""Fingerprints: what makes a finding the same finding in the next scan.

A fingerprint is made of the policy, the identity of the resource and the path to the node, in which an index of a list
is replaced by what the item is called. So it survives moved lines, renamed files and reordered lists.
"""

from __future__ import annotations

import json
from collections import defaultdict
from typing import Any

from erpguard.digests import sha256
from erpguard.model import Path, Resource

Label = list[Any]
"""How an item of a list is called: the field, its value, and its rank among siblings of the same name."""

Memo = dict[int, list[Label]]
"""The labels of lists met before, by `id` of the list; valid while the resources live and do not change."""

# The first of these that an item has names it; of several fields, all that are there count.
_NAMES: tuple[tuple[str, ...], ...] = (
    ("name",),
    ("key",),
    ("host",),
    ("port", "protocol"),
    ("containerPort", "protocol"),
    ("mountPath",),
    ("match",),
    ("ip",),
    ("path",),
    ("secretName",),
    ("id",),
)
_LENGTH = 32


def fingerprint(policy_id: str, resource: Resource, path: Path, key: str = "", *, memo: Memo | None = None) -> str:
    """32 hexadecimal digits that name one finding of one policy in one resource.

    `key` tells several findings at one path apart. Who makes many fingerprints passes one `memo` to all calls, so that
    each list is looked through once.
    """
    identity = resource.identity or resource.id
    return _digest([policy_id, identity, _steps(resource.body, path, {} if memo is None else memo), key])


def _digest(value: Any) -> str:
    return sha256(json.dumps(value, default=str).encode())[:_LENGTH]


def _steps(node: Any, path: Path, memo: Memo) -> list[Any]:
    steps: list[Any] = []
    for step in path:
        if isinstance(node, list) and isinstance(step, int) and 0 <= step < len(node):
            steps.append(_labels(node, memo)[step])
            node = node[step]
        else:
            steps.append(step)
            node = node.get(step) if isinstance(node, dict) else None
    return steps


def _labels(items: list[Any], memo: Memo) -> list[Label]:
    labels = memo.get(id(items))
    if labels is None:
        labels = memo[id(items)] = _ranked(items)
    return labels


def _ranked(items: list[Any]) -> list[Label]:
    """Namesakes are told apart by their rank in the order of their contents, which does not depend on their place."""
    named = [_name(item) for item in items]
    same: dict[str, list[int]] = defaultdict(list)
    for index, name in enumerate(named):
        same[json.dumps(name, default=str)].append(index)
    labels: list[Label] = [[*name, 0] for name in named]
    for indexes in same.values():
        if len(indexes) > 1:
            for rank, index in enumerate(sorted(indexes, key=lambda index: _canonical(items[index]))):
                labels[index][-1] = rank
    return labels


def _name(item: Any) -> Label:
    if not isinstance(item, (dict, list)):
        return ["", item]
    if isinstance(item, dict):
        for fields in _NAMES:
            if _is_name(item.get(fields[0])):
                return [fields[0], *(item[field] for field in fields if _is_name(item.get(field)))]
    return ["#", _digest(_canonical(item))]


def _is_name(value: Any) -> bool:
    return value is not None and value != "" and not isinstance(value, (dict, list))


def _canonical(value: Any) -> str:
    """JSON with sorted keys and sorted lists: the same for every order in which a value can be written."""
    if isinstance(value, dict):
        fields = sorted((json.dumps(str(key)), _canonical(item)) for key, item in value.items())
        return "{" + ",".join(f"{key}:{item}" for key, item in fields) + "}"
    if isinstance(value, list):
        return "[" + ",".join(sorted(map(_canonical, value))) + "]"
    return json.dumps(value, default=str)
