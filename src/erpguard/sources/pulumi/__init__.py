"""The source for Pulumi: previews, exported stacks and checkpoints."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from erpguard.model import Problem
from erpguard.sources import Collected, Input
from erpguard.sources.handover import Prefixes, hand_over
from erpguard.sources.input_files import read
from erpguard.sources.json_members import JsonText
from erpguard.sources.pulumi.contents import Contents
from erpguard.sources.pulumi.declarations import declarations
from erpguard.sources.pulumi.kinds import MAKE
from erpguard.sources.pulumi.origins import PulumiText
from erpguard.sources.pulumi.program import Program
from erpguard.sources.pulumi.reader import read as read_text
from erpguard.sources.text_decoding import decode
from erpguard.sources.text_positions import Positions

if TYPE_CHECKING:
    from erpguard.normalize.azure.families import Draft

ANY_TYPE = "*"


class Pulumi:
    """The source for `pulumi preview --json`, its stream of events, `pulumi stack export` and checkpoints."""

    name = "pulumi"

    def collect(self, inputs: Iterable[Input], settings: Mapping[str, Any] | None = None) -> Collected:
        """The resources of the inputs, in their order; see `Source.collect`.

        `settings` may have `source_dir`, the folder of the program, to whose files findings then point, and `root`,
        what names of files are relative to.
        """
        settings, collected = settings or {}, Collected()
        program, prefixes = _program(settings), Prefixes()
        drafts: list[list[Draft]] = []
        for given in inputs:
            data = given.data if given.data is not None else read(given)
            text = decode(data, given.name) if isinstance(data, bytes) else data
            if isinstance(text, Problem):
                collected.problems.append(text)
                collected.open_types.add(ANY_TYPE)
            else:
                contents = self._contents(text, given.name, collected)
                text_ = PulumiText(text, given.name, Positions(text), program)
                # A preview and a state of one stack have the same URNs.
                prefix = prefixes.take((entry.urn for entry in contents.entries), given.name)
                drafts.append(hand_over(declarations(contents, text_, prefix), settings, self.name, collected))
        if any(drafts):
            from erpguard.sources.azure_resources import add_plans

            add_plans(drafts, settings, collected)
        return collected

    def _contents(self, text: str, file: str, collected: Collected) -> Contents:
        json = JsonText(text, file)
        if not text.lstrip().startswith("{"):
            what = f"neither a Pulumi preview nor a state in JSON: make {MAKE}"
            contents = Contents()
            contents.problems.append(json.problem("pulumi-kind", f"this is {what}", 0))
            contents.broken = True
        else:
            contents = read_text(json)
        collected.documents += 1
        collected.problems += contents.problems
        if contents.broken or contents.is_open:
            collected.open_types.add(ANY_TYPE)
        for reason, count in contents.skipped.items():
            collected.skip(reason, count)
        return contents


def _program(settings: Mapping[str, Any]) -> Program | None:
    """The folder of the program; None where none is given. One outside of the scan's root is its own root."""
    folder = str(settings.get("source_dir") or "")
    if not folder or not os.path.isdir(folder):
        return None
    root = os.path.realpath(str(settings.get("root") or os.getcwd()))
    shown = os.path.relpath(os.path.realpath(folder), root).replace(os.sep, "/")
    return Program(folder, "" if shown == "." or shown.split("/")[0] == ".." else shown)
