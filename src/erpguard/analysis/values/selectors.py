"""Label selectors (kubernetes.io/docs/concepts/overview/working-with-objects/labels/).

All requirements of a selector must hold; an empty selector selects everything. What a *missing* selector means differs
from API to API, so callers decide that. The flat selector of a Service is `{"matchLabels": selector}`.

Three values: True, False, or None where the parts that are not known decide. Placeholders (`${X}`) in labels and
selectors are not known values, but two equal ones are equal.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from erpguard.model import Path, Resource
from erpguard.normalize.shapes import has_placeholder

_WITH_VALUES = ("In", "NotIn")
_WITHOUT_VALUES = ("Exists", "DoesNotExist")
_NOTHING: frozenset[Path] = frozenset()


class _Requirement(NamedTuple):
    """One condition on one key. An item of `values` that is None is not known."""

    key: str
    operator: str
    values: tuple[str | None, ...] = ()


class _IllegalSelectorError(ValueError):
    """The API server would refuse the selector."""


def matches(selector: Mapping[str, Any], labels: Mapping[str, str]) -> bool:
    """Whether a selector `{matchLabels, matchExpressions}` surely selects these labels, all of which are known.

    False for a selector that the API server would refuse; where that matters, use `matches_known`.
    """
    return matches_known(selector, labels) is True


def matches_known(
    selector: Mapping[str, Any],
    labels: Mapping[str, str],
    unknown_selector: Collection[Path] = (),
    unknown_labels: Collection[Path] = (),
) -> bool | None:
    """Whether a selector selects these labels; None where that is not known or the selector is illegal.

    `unknown_selector` and `unknown_labels` are paths below the selector and below the labels whose value is not known
    or was taken out, as `hidden_below` gives them; `()` among them means all of it.
    """
    if () in unknown_selector:
        return None
    try:
        requirements = list(_requirements(selector, frozenset(unknown_selector)))
    except _IllegalSelectorError:
        return None
    answers = {None if one is None else _holds(one, labels, unknown_labels) for one in requirements}
    return all_of(answers)


def hidden_below(resource: Resource, path: Path) -> frozenset[Path]:
    """The unknown and invalid paths at and below `path`, relative to it; `()` where it or an ancestor is one."""
    if not (resource.unknown or resource.invalid):
        return _NOTHING
    depth = len(path)
    return frozenset(
        other[depth:] for other in (*resource.unknown, *resource.invalid) if other[:depth] == path[: len(other)]
    )


def all_of(answers: Iterable[bool | None]) -> bool | None:
    """Three-valued *and*: False if any is False, else None if any is None."""
    given = set(answers)
    return False if False in given else None if None in given else True


def any_of(answers: Iterable[bool | None]) -> bool | None:
    """Three-valued *or*: True if any is True, else None if any is None."""
    given = set(answers)
    return True if True in given else None if None in given else False


def _requirements(selector: Mapping[str, Any], hidden: frozenset[Path]) -> Iterator[_Requirement | None]:
    """The conditions of a selector; None for each that is not known."""
    labels = selector.get("matchLabels") or {}
    for key, value in labels.items():
        wanted = _seen(value, ("matchLabels", key), hidden)
        yield None if has_placeholder(key) else _Requirement(key, "In", (wanted,))
    for path in hidden:
        if path in (("matchLabels",), ("matchExpressions",)):
            yield None
        elif path[0] == "matchLabels" and path[1] not in labels:
            yield _Requirement(str(path[1]), "In", (None,))
    for index, expression in enumerate(selector.get("matchExpressions") or ()):
        below = {path[2:] for path in hidden if path[:2] == ("matchExpressions", index)}
        yield _expression(expression or {}, below)


def _expression(expression: Mapping[str, Any], hidden: set[Path]) -> _Requirement | None:
    key, operator = expression.get("key"), expression.get("operator")
    if not hidden.isdisjoint(((), ("key",), ("operator",))):
        return None
    given = expression.get("values") or ()
    values = tuple(_seen(value, ("values", index), hidden) for index, value in enumerate(given))
    if ("values",) in hidden:
        values = (None,)
    if not key or operator not in _WITH_VALUES + _WITHOUT_VALUES or bool(values) != (operator in _WITH_VALUES):
        raise _IllegalSelectorError(operator)
    return None if has_placeholder(key) else _Requirement(key, operator, values)


def _seen(value: Any, path: Path, hidden: Collection[Path]) -> str | None:
    """A text as far as it can be compared: a placeholder equals itself, any other hidden value is not known."""
    if not isinstance(value, str) or (path in hidden and not has_placeholder(value)):
        return None
    return value


def _holds(requirement: _Requirement, labels: Mapping[str, str], hidden: Collection[Path]) -> bool | None:
    key = requirement.key
    present = _present(key, labels, hidden)
    if requirement.operator == "Exists":
        return present
    if requirement.operator == "DoesNotExist":
        return None if present is None else not present
    among = _among(_seen(labels.get(key), (key,), hidden), requirement.values) if present else present
    if requirement.operator == "In":
        return among
    return None if among is None else not among


def _present(key: str, labels: Mapping[str, str], hidden: Collection[Path]) -> bool | None:
    if () in hidden:
        return None
    if key in labels:
        return True
    # A key such as `${TEAM}-app` may turn out to be any key.
    return None if (key,) in hidden or any(has_placeholder(other) for other in labels) else False


def _among(value: str | None, values: tuple[str | None, ...]) -> bool | None:
    if value is not None and value in values:
        return True
    if value is None or has_placeholder(value):
        return None
    return None if any(other is None or has_placeholder(other) for other in values) else False
