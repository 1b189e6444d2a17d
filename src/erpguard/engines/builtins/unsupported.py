"""What our functions raise where they cannot say what OPA would."""

from __future__ import annotations


class Unsupported(NotImplementedError):
    """The arguments are in what this engine does otherwise than OPA: the rule ends with an error, and no answer."""

    def __init__(self, text: str) -> None:
        super().__init__(f"{text} is not supported here")
