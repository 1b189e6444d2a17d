"""Where the server has the policies from: published by this scan or one before, or loaded from a bundle."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from erpguard.engines.opa_server.answers import Answer
from erpguard.engines.opa_server.server import Rejected, Server
from erpguard.engines.opa_server.uploads import Upload
from erpguard.errors import EngineError, EngineUnavailable
from erpguard.model import Problem
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

    def lost(self) -> list[Upload]:
        """Nothing: the whole bundle is there."""
        return []

    def end(self) -> list[Problem]:
        """Nothing to tell."""
        return []


class Published:
    """Policies that this scan puts there, each under a name that holds its digest.

    What is there with the same text is used as it is, and stays; another text of the same package is refused, for OPA
    would judge by both.
    """

    def __init__(self, server: Server, uploads: Sequence[Upload], remove: bool) -> None:
        self._server = server
        self._uploads = list(uploads)
        self._remove = remove
        self._own: list[str] = []
        self._sent = ""
        self._is_there = False

    def begin(self) -> dict[str, EngineUnavailable]:
        """Publish what is absent. Gives the policies that the server cannot compile, by id."""
        missing = self._missing()
        out: dict[str, EngineUnavailable] = {}
        for upload, error in self._publish(missing):
            self._uploads.remove(upload)
            fault = EngineUnavailable(_told(error, upload))
            if not upload.policies:
                raise fault from error
            out |= dict.fromkeys(upload.policies, fault)
        if missing:
            lost = self._missing()  # and nobody published other ones at the same time
            if lost:
                raise EngineUnavailable(self._lost(lost))
        self._is_there = True
        return out

    def _publish(self, uploads: Sequence[Upload]) -> list[tuple[Upload, Rejected]]:
        """Publish, and once more what may have been waiting for a function of another; gives what does not compile."""
        refused = []
        for upload in uploads:
            self._own.append(upload.id)  # before it is sent, for an interrupted request may have arrived, or arrive yet
            self._sent = upload.id
            try:
                self._server.publish(upload.id, upload.text)
            except Rejected as error:
                self._own.remove(upload.id)
                refused.append((upload, error))
            self._sent = ""
        if 0 < len(refused) < len(uploads):
            return self._publish([upload for upload, _ in refused])
        return refused

    def check(self, answer: Answer) -> None:
        """Nothing to see in an answer."""

    def lost(self) -> list[Upload]:
        """What is gone."""
        return self._missing()

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

    def _missing(self) -> list[Upload]:
        """What is not there; EngineUnavailable where others stand in its place."""
        there = {(one.package, one.text): one for one in self._server.modules()}
        own = {(upload.package, upload.text) for upload in self._uploads}
        foreign = [one for key, one in there.items() if key not in own]
        for upload in self._uploads:
            for one in foreign:
                if _overlap(upload.package, one.package):
                    raise EngineUnavailable(
                        f"{self._server.place} has another version of {upload.shown} "
                        f"({one.id}, package {one.package}): remove that one there, have it load the bundle of these "
                        "policies instead (`erpguard policies bundle`), or use a server of its own"
                    )
        return [upload for upload in self._uploads if (upload.package, upload.text) not in there]

    def _lost(self, uploads: Sequence[Upload]) -> str:
        files = ", ".join(upload.shown for upload in uploads[:3]) + (" and others" if len(uploads) > 3 else "")
        return f"another client of {self._server.place} removed {files} during this scan: its verdicts do not count"

    def _take_away(self) -> Iterator[Problem]:
        """Remove what was published, policies before what they import; tells what stays."""
        staying = []
        reason, level = "in use by other policies", _WARNING
        for name in reversed(self._own):
            try:
                self._server.remove(name, is_under_way=name == self._sent)
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


def _overlap(package: str, other: str) -> bool:
    """Whether one of two packages is in the other, or the same: both define what is there."""
    return f"{package}.".startswith(f"{other}.") or f"{other}.".startswith(f"{package}.")


def _told(error: Rejected, upload: Upload) -> str:
    """The first complaint about what was sent, or else the first of all: `file:line:column: message`.

    After the id of the policy, if there is one alone.
    """
    only = f"{upload.policies[0]}: " if len(upload.policies) == 1 else ""
    own = [(one, spot) for one in error.complaints for spot in one.spots[:1] if spot.file == upload.id]
    if own:
        complaint, spot = own[0]
        return f"{only}{upload.place(spot)}: {complaint.message or error.message}"
    first = error.complaints[0]
    elsewhere = f" (in {first.spots[0].file})" if first.spots else ""
    return f"{only}{upload.shown}: {first.message or error.message}{elsewhere}"
