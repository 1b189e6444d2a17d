"""The steps of a preview: of `pulumi preview --json`, and of the events that it streams.

Operations: github.com/pulumi/pulumi, sdk/go/common/apitype/updates.go. A resource may have several steps (a replacement
has up to three); it is counted once.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from erpguard.model import Path
from erpguard.model.arm_ids import is_arm_id
from erpguard.sources.json_members import JsonText
from erpguard.sources.pulumi.contents import Contents, Entry, Json, text_of
from erpguard.sources.pulumi.states import as_it_is, as_it_will_be, is_resource, read, wrong_state

_RANKS = {
    "refresh": 1,
    "delete": 1,
    "same": 2,
    "create": 3,
    "import": 3,
    "update": 4,
    "replace": 5,
    "create-replacement": 5,
    "import-replacement": 5,
}
"""Operations after which there is something to judge; of several on one resource, that of the highest rank counts."""

_CHANGES = {
    "create": "create",
    "import": "no-op",
    "update": "update",
    "replace": "replace",
    "create-replacement": "replace",
    "import-replacement": "replace",
}

# What is read is no resource of the program; of what is replaced, the new one counts.
_NOTHING = frozenset(
    ("read", "read-replacement", "discard", "discard-replaced", "delete-replaced", "remove-pending-replace")
)


class Step(NamedTuple):
    """One step: where the text has it, and where its states are below that."""

    op: Any
    old: Any
    new: Any
    start: int
    old_prefix: Path
    new_prefix: Path


class Steps:
    """Takes the steps of a preview, one by one. `count` counts them, `same` those that leave a resource unchanged."""

    def __init__(self, text: JsonText, contents: Contents) -> None:
        self._text = text
        self._contents = contents
        self._best: dict[str, tuple[str, Entry | None]] = {}
        self.count = self.same = 0

    def take(self, step: Step) -> None:
        """Add the resource of a step; what is wrong with one is a problem, and the others count."""
        self.count += 1
        op, state = step.op, step.new if step.new is not None else step.old
        wrong = wrong_state(state) or (step.old is not None and wrong_state(step.old)) or ""
        if not wrong and (not isinstance(op, str) or (op not in _RANKS and op not in _NOTHING)):
            wrong = f"({state['urn']}) has the operation {str(op)[:40]!r}, which is not known"
        if wrong:
            self._problem("pulumi-step", f"a step of the preview {wrong}: make the preview again", step)
            self._contents.is_open = True
            return
        self.same += op == "same"
        if is_resource(state, self._contents) and op not in _NOTHING:
            self._settle(state["urn"], op, step)

    def finish(self) -> None:
        """Add the resources to what the file holds."""
        self._contents.entries += [entry for _, entry in self._best.values() if entry is not None]

    def _settle(self, urn: str, op: str, step: Step) -> None:
        """Keep the step that says most of a resource."""
        known = self._best.get(urn)
        if known is not None and known[0] == op:
            self._problem(
                "duplicate-urn",
                f"{urn} has the operation {op} twice, only the first counts: make the preview again",
                step,
            )
        if known is None or _RANKS[op] > _RANKS[known[0]]:
            self._best[urn] = (op, self._entry(op, step))

    def _entry(self, op: str, step: Step) -> Entry | None:
        if op == "refresh":
            return self._as_it_is(step.new, step, step.new_prefix) if step.new is not None else None
        if op == "delete":
            return self._deleted(step)
        if op == "same":
            has_outputs = isinstance(step.old, dict) and step.old.get("outputs")
            state, prefix = (step.old, step.old_prefix) if has_outputs else (step.new or step.old, step.new_prefix)
            entry = self._as_it_is(state, step, prefix)
            entry.position = text_of((step.new or state).get("sourcePosition")) or entry.position
            return entry
        return self._changed(op, step)

    def _as_it_is(self, state: Json, step: Step, prefix: Path) -> Entry:
        return as_it_is(state, step.start, prefix, self._contents)

    def _deleted(self, step: Step) -> Entry:
        state = step.old if step.old is not None else step.new
        entry = self._as_it_is(state, step, step.old_prefix)
        if state.get("retainOnDelete") is True:
            return entry  # Pulumi forgets it, and leaves it where it is
        entry.change, entry.before = "delete", entry.properties.values
        entry.properties = read({**state, "inputs": None, "outputs": None}, ("inputs",), self._contents)
        return entry

    def _changed(self, op: str, step: Step) -> Entry:
        state = step.new if step.new is not None else step.old
        entry = as_it_will_be(state, step.start, step.new_prefix, self._contents)
        entry.change = _CHANGES[op]
        if entry.change in ("update", "replace"):
            # The spelling of inputs is compared with that of inputs.
            entry.before = read(step.old, ("inputs",), self._contents).values if step.old is not None else {}
        if entry.change == "replace" and step.old is not None and is_arm_id(step.old.get("id")):
            entry.before = {**(entry.before or {}), "id": step.old["id"]}
        if entry.change in ("create", "replace"):
            entry.id = ""
        elif step.old is not None:
            entry.id = entry.id or text_of(step.old.get("id"))
        return entry

    def _problem(self, code: str, text: str, step: Step) -> None:
        self._contents.problems.append(self._text.problem(code, text, step.start))
