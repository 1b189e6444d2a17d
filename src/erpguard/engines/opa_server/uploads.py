"""What goes to a server: modules under the names that they have there, and where their lines come from."""

from __future__ import annotations

from typing import NamedTuple

from erpguard.digests import sha256
from erpguard.engines.modules import Module
from erpguard.engines.opa_server.answers import Spot


class Section(NamedTuple):
    """From a line on, the text is that of a module of ours, from one of its lines on."""

    start: int
    module: Module
    line: int


class Upload(NamedTuple):
    """One module of a server. `sections` are sorted, and at least one."""

    file: str
    package: str
    text: str
    sections: tuple[Section, ...]

    @classmethod
    def of(cls, module: Module) -> Upload:
        """A module as it is."""
        return cls(module.file, module.package, module.text, (Section(1, module, 1),))

    @property
    def id(self) -> str:
        """Its name on a server: another text is another name."""
        return f"erpguard/{sha256(self.text.encode())[:16]}/{self.file}"

    @property
    def policies(self) -> list[str]:
        """The ids of the policies in it; a shared module has none."""
        return [section.module.policy for section in self.sections if section.module.policy]

    @property
    def shown(self) -> str:
        """The file in messages."""
        start, module, _ = self.sections[0]
        return module.shown if start == 1 else self.file

    def is_at(self, spot: Spot) -> bool:
        """Whether a place of a server is in it, loaded under its name or from a bundle."""
        return f"/{spot.file}".endswith(f"/{self.file}")

    def section(self, spot: Spot) -> Section:
        """What a place in it belongs to."""
        return next((one for one in reversed(self.sections) if one.start <= spot.row), self.sections[0])

    def place(self, spot: Spot) -> str:
        """The file of ours at a place in it, with line and column; in joined modules columns are not ours."""
        start, module, line = self.section(spot)
        if not spot.row:
            return module.shown
        column = f":{spot.column}" if spot.column and start == 1 else ""
        return f"{module.shown}:{spot.row - start + line}{column}"
