"""What our functions raise where they cannot say what OPA would."""

from __future__ import annotations


class Unsupported(NotImplementedError):
    """The arguments are in what this engine does otherwise than OPA: the rule ends with an error, and no answer.

    is_ambiguous  whether that is a number which OPA may have in more than one form
    """

    def __init__(self, text: str, *, is_ambiguous: bool = False) -> None:
        super().__init__(f"{text} is not supported here")
        self.is_ambiguous = is_ambiguous
