"""Where the server has the policies from: published by this scan or one before, or loaded from a bundle."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from erpguard.engines.modules import Module
from erpguard.engines.opa_server.answers import Answer
from erpguard.engines.opa_server.server import Rejected, Server
from erpguard.errors import EngineError, EngineUnavailable
from erpguard.model import Policy, Problem
from erpguard.model.problem import Level

_ERROR: Level = "error"
_WARNING: Level = "warning"
"""The verdicts stand."""


class Bundled:
    """Policies of a bundle that the server loads; nothing is written there."""

    def __init__(self, server: Server, revision: str) -> None:
        self._server = server
        self._revision = revision

    def begin(self) -> dict[str, EngineUnavailable]:
        """Nothing to do: every answer says which bundles it comes from."""
        return {}

    def check(self, answer: Answer) -> None:
        """EngineUnavailable for an answer by another bundle."""
        if self._revision in answer.revisions.values():
            return
        others = ", ".join(f"{name} of revision {text[:16] or 'none'}" for name, text in answer.revisions.items())
        raise EngineUnavailable(
            f"{self._server.place} has not loaded the bundle of these policies (revision {self._revision[:16]}): "
            f"it has {others or 'none'}; make it by `erpguard policies bundle`"
        )

    def lacks(self, policy: Policy) -> bool:
        """Never: the whole bundle is there."""
        return False

    def end(self) -> list[Problem]:
        """Nothing to tell."""
        return []


class Published:
    """Policies that this scan puts there, each under a name that holds its digest.

    What is there with the same text is used as it is, and stays; another text of the same package is refused, for OPA
    would judge by both.
    """

    def __init__(self, server: Server, modules: Sequence[Module], remove: bool) -> None:
        self._server = server
        self._modules = list(modules)
        self._remove = remove
        self._own: list[str] = []
        self._is_there = False

    def begin(self) -> dict[str, EngineUnavailable]:
        """Publish what is absent. Gives the policies that the server cannot compile, by id."""
        missing = self._missing()
        refused: dict[str, EngineUnavailable] = {}
        for module in missing:
            self._own.append(module.id)  # before it is sent, for an interrupted request may have arrived
            try:
                self._server.publish(module.id, module.text)
            except Rejected as error:
                self._own.remove(module.id)
                self._modules.remove(module)
                fault = EngineUnavailable(f"{_named(module)}{_told(error, module)}")
                if not module.policy:
                    raise fault from error
                refused[module.policy] = fault
        if missing:
            lost = self._missing()  # and nobody published other ones at the same time
            if lost:
                raise EngineUnavailable(self._lost(lost))
        self._is_there = True
        return refused

    def check(self, answer: Answer) -> None:
        """Nothing to see in an answer."""

    def lacks(self, policy: Policy) -> bool:
        """Whether the policy is gone; else there is another reason why its rule has no value."""
        return any(module.policy == policy.id for module in self._missing())

    def end(self) -> list[Problem]:
        """Take away what was published if that is wanted; tells what went wrong with it, or behind our back."""
        self._server.hurry()
        return [*self._changes(), *(self._take_away() if self._remove and self._own else ())]

    def _changes(self) -> Iterator[Problem]:
        """What others did to the policies since they were there."""
        try:
            lost = self._missing() if self._is_there else []
        except EngineError as error:
            yield _problem(str(error))
        else:
            if lost:
                yield _problem(self._lost(lost))

    def _missing(self) -> list[Module]:
        """The modules that are not there; EngineUnavailable where others stand in their place."""
        there = {(one.package, one.text): one for one in self._server.modules()}
        own = {(module.package, module.text) for module in self._modules}
        foreign = [one for key, one in there.items() if key not in own]
        for module in self._modules:
            for one in foreign:
                if f"{module.package}.".startswith(f"{one.package}."):
                    raise EngineUnavailable(
                        f"{self._server.place} has another version of {module.shown} "
                        f"({one.id}, package {one.package}): remove that one there, or use a server of its own"
                    )
        return [module for module in self._modules if (module.package, module.text) not in there]

    def _lost(self, modules: Sequence[Module]) -> str:
        files = ", ".join(module.shown for module in modules[:3]) + (" and others" if len(modules) > 3 else "")
        return f"another client of {self._server.place} removed {files} during this scan: its verdicts do not count"

    def _take_away(self) -> Iterator[Problem]:
        """Remove what was published, policies before what they import; tells what stays."""
        staying = []
        reason, level = "in use by other policies", _WARNING
        for name in reversed(self._own):
            try:
                self._server.remove(name)
            except Rejected:  # they would not compile without it
                staying.append(name)
            except EngineError as error:
                staying += self._own[: self._own.index(name) + 1]
                reason, level = str(error), _ERROR
                break
        self._own = []
        shown = ", ".join(sorted(staying)[:3]) + (f" and {len(staying) - 3} others" if len(staying) > 3 else "")
        if staying:
            yield _problem(f"left behind on {self._server.place}: {shown}: {reason}", level)


def _problem(text: str, level: Level = _ERROR) -> Problem:
    return Problem("opa-server", text, stage="policy", level=level)


def _named(module: Module) -> str:
    return f"{module.policy}: {module.shown}" if module.policy else module.shown


def _told(error: Rejected, module: Module) -> str:
    """The first complaint about a module, or else the first of all: `:line:column: message`."""
    own = [one for one in error.complaints if one.file == module.id]
    first = (own or error.complaints)[0]
    elsewhere = "" if own or not first.file else f" (in {first.file})"
    return f"{first.where if own else ''}: {first.message or error.message}{elsewhere}"
