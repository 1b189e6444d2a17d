"""The stream of events that `pulumi preview --json` writes with PULUMI_ENABLE_STREAMING_JSON_PREVIEW: one JSON a line.

Source: github.com/pulumi/pulumi, sdk/go/common/apitype/events.go. Events have no dependencies between resources.
"""

from __future__ import annotations

from typing import Any

from erpguard.sources.json_members import Element, JsonError, JsonText
from erpguard.sources.pulumi.contents import Contents, Json
from erpguard.sources.pulumi.kinds import ENDS_EARLY, failed, unchanged_left_out
from erpguard.sources.pulumi.previews import Step, Steps

_METADATA = ("resourcePreEvent", "metadata")


def is_event_key(key: str) -> bool:
    """Whether an object that begins with this key is an event."""
    return key in ("sequence", "timestamp") or key.endswith("Event")


class EventStream:
    """Reads the events of a stream."""

    def __init__(self, text: JsonText, contents: Contents) -> None:
        self._text = text
        self._contents = contents
        self._steps = Steps(text, contents)
        self._has_failed = self._has_ended = False

    def run(self) -> None:
        """Read all events. Raises JsonError, once what stands before it has been added."""
        try:
            for element in self._text.values():
                self._take(element)
        finally:
            self._steps.finish()
        if not self._has_ended:
            raise JsonError("pulumi-events", ENDS_EARLY, len(self._text.text))

    def _take(self, element: Element) -> None:
        event = element.value
        if not isinstance(event, dict):
            raise JsonError("pulumi-events", "not an event: an object is expected in every line", element.start)
        if "resourcePreEvent" in event:
            self._step(event["resourcePreEvent"], element)
        elif "summaryEvent" in event:
            self._summary(event["summaryEvent"], element)
        elif "diagnosticEvent" in event:
            given = event["diagnosticEvent"]
            if isinstance(given, dict) and given.get("severity") == "error":
                self._fail(element)
        elif "errorEvent" in event:
            self._fail(element)

    def _step(self, given: Any, element: Element) -> None:
        metadata: Json = given.get("metadata") or {} if isinstance(given, dict) else {}
        if not isinstance(metadata, dict):
            metadata = {}
        old, new = metadata.get("old"), metadata.get("new")
        self._steps.take(Step(metadata.get("op"), old, new, element.start, (*_METADATA, "old"), (*_METADATA, "new")))

    def _summary(self, given: Any, element: Element) -> None:
        self._has_ended = True
        summary: Json = given if isinstance(given, dict) else {}
        if summary.get("result") in ("failed", "canceled"):
            self._fail(element)
        left_out = unchanged_left_out(summary.get("resourceChanges"), self._steps.same)
        if left_out:
            problem = self._text.problem("pulumi-sames", left_out, element.start)
            self._contents.problems.append(problem._replace(level="warning"))
            self._contents.is_open = True

    def _fail(self, element: Element) -> None:
        self._contents.is_open = True
        if not self._has_failed:
            self._contents.problems.append(self._text.problem("pulumi-failed", failed(), element.start))
        self._has_failed = True
