"""The engine: policies in an OPA server, one request for all policies and a shard of the resources."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from erpguard.engines import Answers
from erpguard.engines.opa_server.answers import Answer
from erpguard.engines.opa_server.connection import OpaConnection, check
from erpguard.engines.opa_server.modules import RULE, every, revision, uploads
from erpguard.engines.opa_server.publishing import Bundled, Published
from erpguard.engines.opa_server.server import LIMIT, Clock, Excessive, Failed, Server
from erpguard.engines.opa_server.uploads import Upload
from erpguard.errors import DocumentTooLarge, EngineError, EngineUnavailable, PackError
from erpguard.model import Part, Policy, Problem

OLDEST = 1
"""The first major version of OPA whose Rego is ours."""

MOST_EXCESSES = 3
"""So many policies, each alone, may take too long or answer too much; then the server is given up."""

_WHY = "it was restarted, or another client removed them"


class OpaEngine:
    """Judges in a server, which is first asked when the first input is there.

    connection  UsageError where it cannot be used as given
    parts       folders of packs; `policies` are the ones of them that judge
    clock       tells the time and waits
    limit       bytes of input per request; DocumentTooLarge above
    """

    def __init__(
        self,
        connection: OpaConnection,
        parts: Sequence[Part],
        policies: Iterable[Policy],
        clock: Clock | None = None,
        limit: int = LIMIT,
    ) -> None:
        check(connection)
        self._connection = connection
        self._parts = list(parts)
        self._uploads = uploads(self._parts, policies)
        self._clock = clock or Clock()
        self._limit = limit
        self._server: Server | None = None
        self._origin: Published | Bundled | None = None
        self._down: EngineUnavailable | None = None
        self._out: dict[str, EngineUnavailable] = {}
        self._excesses = 0

    def evaluate(self, policies: Sequence[Policy], document: Mapping[str, Any]) -> Answers:
        """See `PolicyEngine.evaluate`."""
        if self._down:
            raise self._down
        try:
            server = self._server or self._begin()
            out: Answers = {policy.id: self._out[policy.id] for policy in policies if policy.id in self._out}
            return {**out, **self._judge(server, [one for one in policies if one.id not in out], document)}
        except EngineUnavailable as error:
            self._down = error
            raise
        except EngineError as error:  # what is no fault of a policy
            if self._origin and isinstance(error, DocumentTooLarge):
                raise
            self._down = EngineUnavailable(f"{self._connection.place} cannot be used: {error}")
            raise self._down from error

    def close(self) -> list[Problem]:
        """See `PolicyEngine.close`. Takes away what was published if the connection says so."""
        if self._server is None:
            return []
        told = self._end()
        self._server.close()
        self._server = self._origin = None
        self._down = self._down or EngineUnavailable("the engine is closed")
        return [one for one in told if one.message != str(self._down)]

    def _end(self) -> list[Problem]:
        """Clean up; once more if that is interrupted, so that nothing stays behind for it."""
        if self._origin is None:
            return []
        try:
            return self._origin.end()
        except BaseException:  # a signal: all others are told
            self._origin.end()
            raise

    def _begin(self) -> Server:
        """Reach the server, see that it is one, and have the policies there."""
        self._server = server = Server(self._connection, self._clock, self._limit)
        server.await_ready(self._connection.read_only)
        answer = server.ask(RULE, "violations", {"policies": {}})
        _check_version(server, answer)
        self._origin = self._policies(server, answer)
        self._origin.check(answer)
        self._out = self._origin.begin()
        return server

    def _policies(self, server: Server, answer: Answer) -> Published | Bundled:
        """The bundle if there has to be one, or if the server has loaded just the policies that there are here."""
        read_only = self._connection.read_only
        try:
            modules = every(self._parts) if read_only or answer.revisions else []
        except PackError:
            if read_only:
                raise
            modules = []  # they fit into no bundle, so that none is theirs
        ours = revision(modules)
        if read_only or ours in answer.revisions.values():
            self._uploads = [Upload.of(module) for module in modules]
            return Bundled(server, ours)
        return Published(server, self._uploads, self._connection.remove)

    def _judge(self, server: Server, policies: list[Policy], document: Mapping[str, Any]) -> Answers:
        """Ask for all at once; without the ones that fail, or one by one where nobody knows which one it is."""
        if not policies:
            return {}
        try:
            return self._ask(server, policies, document)
        except Failed as failed:
            guilty = self._guilty(failed, policies)
            if guilty:
                told: Answers = {one.id: EngineError(f"{one.id}: {self._place(failed)}{failed}") for one in guilty}
                return {**told, **self._judge(server, [one for one in policies if one not in guilty], document)}
        except Excessive as excess:
            if len(policies) == 1:
                return {policies[0].id: self._give_up(policies[0], excess)}
        found: Answers = {}
        for policy in policies:
            found.update(self._judge(server, [policy], document))
        return found

    def _ask(self, server: Server, policies: Sequence[Policy], document: Mapping[str, Any]) -> Answers:
        asked = {policy.id: policy.package.split(".")[1:] for policy in policies}
        answer = server.ask(RULE, "violations", {**document, "policies": asked})
        if self._origin:
            self._origin.check(answer)
        if not isinstance(answer.value, dict):
            raise EngineUnavailable(f"{server.place} has lost the policies: {_WHY}")
        there = answer.value
        if self._origin and not asked.keys() <= there.keys():
            for upload in self._origin.lost():
                fault = EngineUnavailable(f"{server.place} has lost {upload.shown}: {_WHY}")
                self._out |= dict.fromkeys(upload.policies, fault)
        found: dict[str, Any] = {**dict.fromkeys(asked), **self._out, **there}  # None: its rule has no value
        return {name: found[name] for name in asked}

    def _guilty(self, failed: Failed, policies: Sequence[Policy]) -> list[Policy]:
        """The policy that failed, if the server says so or there is only one."""
        found = [upload.section(spot) for spot in failed.spots for upload in self._uploads if upload.is_at(spot)]
        named = {section.module.policy for section in found}
        return [policy for policy in policies if policy.id in named or len(policies) == 1]

    def _place(self, failed: Failed) -> str:
        """Where it failed, in the file of the pack."""
        places = [upload.place(spot) for spot in failed.spots[:1] for upload in self._uploads if upload.is_at(spot)]
        return f"{places[0]}: " if places else ""

    def _give_up(self, policy: Policy, excess: Excessive) -> EngineUnavailable:
        self._excesses += 1
        if self._excesses >= MOST_EXCESSES:
            raise excess
        self._out[policy.id] = EngineUnavailable(f"{policy.id}: {excess}")
        return self._out[policy.id]


def _check_version(server: Server, answer: Answer) -> None:
    major = answer.version.partition(".")[0]
    if not (major.isascii() and major.isdigit()) or int(major) < OLDEST:
        version = answer.version or "of a version that it does not tell"
        raise EngineUnavailable(f"{server.place} is OPA {version}: {OLDEST}.0 or newer is needed")
