"""The engine that a scan asks for, open as long as it judges."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from erpguard.engines import Answers, PolicyEngine
from erpguard.errors import EngineUnavailable
from erpguard.model import Part, Policy, Problem

if TYPE_CHECKING:
    from erpguard.engines.child import Limits
    from erpguard.engines.opa_server import OpaConnection


@contextmanager
def engine(
    connection: OpaConnection | None,
    parts: Sequence[Part],
    policies: Sequence[Policy],
    problems: list[Problem],
    limits: Limits | None = None,
) -> Iterator[PolicyEngine]:
    """The server of a connection, or without one the embedded engine: in this process for what ships, in a child else.

    What it tells at its end joins the problems. UsageError for a connection that cannot be used, PackError for a policy
    that does not compile here. `limits` bound the child.
    """
    made = _local(parts, policies, limits) if connection is None else _server(connection, parts, policies, limits)
    try:
        yield made
    finally:
        problems += made.close()


def _server(
    connection: OpaConnection, parts: Sequence[Part], policies: Sequence[Policy], limits: Limits | None
) -> PolicyEngine:
    from erpguard.engines.opa_server import OpaEngine

    compile_own(parts, policies, limits)
    in_rego = [policy for policy in policies if not any(policy.id in part.code for part in parts)]
    return _with_code(OpaEngine(connection, [part for part in parts if part.folder], in_rego), parts, policies)


def compile_own(parts: Sequence[Part], policies: Iterable[Policy], limits: Limits | None = None) -> None:
    """PackError for an own policy that does not compile, or calls what no policy may: a server reaches the network."""
    own = _own(parts, policies)
    if own:
        from erpguard.engines.child import ChildEngine

        ChildEngine(parts, own, limits, is_judge=False).close()


def _own(parts: Sequence[Part], policies: Iterable[Policy]) -> list[Policy]:
    """The policies in Rego that are not ours."""
    return [policy for policy in policies if any(policy.id in part.policies for part in parts[1:] if part.folder)]


def _local(parts: Sequence[Part], policies: Sequence[Policy], limits: Limits | None) -> PolicyEngine:
    from erpguard.engines.embedded import EmbeddedEngine

    ours = [policy for policy in policies if policy.id in parts[0].policies]
    made: PolicyEngine = EmbeddedEngine(parts[0].folder, parts[0].modules, ours)
    own = _own(parts, policies)
    if own:
        from erpguard.engines.child import ChildEngine

        made = _Divided({policy.id for policy in own}, ChildEngine(parts, own, limits), made)
    return _with_code(made, parts, policies)


def _with_code(made: PolicyEngine, parts: Sequence[Part], policies: Sequence[Policy]) -> PolicyEngine:
    """An engine, and beside it what calls the policies in Python, if there are any."""
    code = {policy.id: part.code[policy.id] for part in parts for policy in policies if policy.id in part.code}
    if not code:
        return made
    from erpguard.engines.python_policies import PythonEngine

    return _Divided(set(code), PythonEngine(code), made)


class _Divided:
    """Two engines: one for some policies, by their ids, and one for the others."""

    def __init__(self, ids: set[str], some: PolicyEngine, others: PolicyEngine) -> None:
        self._ids = ids
        self._some = some
        self._others = others

    def evaluate(self, policies: Sequence[Policy], document: Mapping[str, Any]) -> Answers:
        """See `PolicyEngine.evaluate`. One engine that is out does not cost the other's policies."""
        answers: Answers = {}
        for made, is_some in ((self._some, True), (self._others, False)):
            asked = [policy for policy in policies if (policy.id in self._ids) is is_some]
            try:
                answers |= made.evaluate(asked, document) if asked else {}
            except EngineUnavailable as error:
                answers |= {policy.id: error for policy in asked}
        return answers

    def close(self) -> Sequence[Problem]:
        """See `PolicyEngine.close`."""
        return [*self._some.close(), *self._others.close()]
