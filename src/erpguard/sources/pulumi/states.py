"""The resources of a state: of `pulumi stack export`, and of a checkpoint as a backend stores it."""

from __future__ import annotations

from typing import Any

from erpguard.model import Path
from erpguard.sources.json_members import Element, JsonText
from erpguard.sources.pulumi import urns
from erpguard.sources.pulumi.contents import Contents, Entry, Json, text_of
from erpguard.sources.pulumi.values import Properties, note_kubernetes_secret

TO_BE_DELETED = "resource that Pulumi is to delete (left over from a replacement)"
TO_BE_REPLACED = "resource that Pulumi has deleted and is to create again"

KUBERNETES_SECRET = "kubernetes:core/v1:Secret"


class Resources:
    """Takes the resources of a state, one by one."""

    def __init__(self, text: JsonText, contents: Contents) -> None:
        self._text = text
        self._contents = contents
        self._seen: set[str] = set()

    def take(self, element: Element) -> None:
        """Add a resource; what is wrong with one is a problem, and the others count."""
        state = element.value
        wrong = wrong_state(state)
        if wrong:
            self._problem("pulumi-resource", f"a resource of the state {wrong}: export the state again", element)
            self._contents.is_open = True
        elif is_resource(state, self._contents):
            self._add(state, element)

    def _add(self, state: Json, element: Element) -> None:
        if state.get("delete") is True:
            self._contents.skip(TO_BE_DELETED)
        elif state.get("pendingReplacement") is True:
            self._contents.skip(TO_BE_REPLACED)
        elif state["urn"] in self._seen:
            text = f"{state['urn']} stands twice in the state, only the first counts: export it again"
            self._problem("duplicate-urn", text, element)
        else:
            self._seen.add(state["urn"])
            self._contents.entries.append(as_it_is(state, element.start, (), self._contents))

    def _problem(self, code: str, text: str, element: Element) -> None:
        self._contents.problems.append(self._text.problem(code, text, element.start))


def wrong_state(state: Any) -> str:
    """What a state lacks; empty if it has all that is needed."""
    if not isinstance(state, dict):
        return "is no object"
    for key in ("urn", "type"):
        if not text_of(state.get(key)):
            return f"({state['urn']}) has no {key}" if key == "type" else f"has no {key}"
    if urns.parse(state["urn"]) is None:
        return f"has a URN that is none, {state['urn'][:80]!r}"
    for key in ("inputs", "outputs"):
        if not isinstance(state.get(key), (dict, type(None))):
            return f"({state['urn']}) has {key} that are no object"
    return ""


def is_resource(state: Json, contents: Contents) -> bool:
    """Whether a state is one of a provider's resources that Pulumi manages; the versions of providers are noted.

    Components only group others, which are in the file by themselves; what is external is only read.
    """
    if urns.is_provider(state["type"]):
        version = (state.get("inputs") or state.get("outputs") or {}).get("version")
        contents.versions[state["urn"]] = text_of(version)
    if urns.is_engines_own(state["type"]) or state.get("external") is True:
        return False
    return state.get("custom") is True


def as_it_is(state: Json, start: int, prefix: Path, contents: Contents) -> Entry:
    """The entry of a resource that exists: its outputs, and those inputs that it does not return."""
    return _entry(state, start, prefix, ("outputs", "inputs"), contents)


def as_it_will_be(state: Json, start: int, prefix: Path, contents: Contents) -> Entry:
    """The entry of a resource that a preview makes or changes: its inputs.

    Its outputs are sometimes there and sometimes not (github.com/pulumi/pulumi/issues/9571).
    """
    return _entry(state, start, prefix, ("inputs",), contents)


def read(state: Json, keys: tuple[str, ...], contents: Contents) -> Properties:
    """The properties under these keys of a state; of one that is under several, the first counts."""
    given: Json = {}
    for key in reversed(keys):
        given.update(state.get(key) or {})
    if state["type"] == KUBERNETES_SECRET:
        note_kubernetes_secret(given, contents.secrets)
    by_name = urns.provider_of(state["type"]) != "kubernetes"
    return Properties(given, contents.secrets, by_name, state.get("additionalSecretOutputs"))


def _entry(state: Json, start: int, prefix: Path, keys: tuple[str, ...], contents: Contents) -> Entry:
    prefixes = tuple((*prefix, key) for key in keys)
    return Entry(state, start, prefixes, read(state, keys, contents))
