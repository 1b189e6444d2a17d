"""What the parser of the engine does not know is told with what to write instead."""

from __future__ import annotations

import pytest

from erpguard.engines.child.interpreter import ForeignInterpreter
from erpguard.errors import PackError


@pytest.mark.parametrize(
    ("rule", "column", "told"),
    [
        ('r := $"a {x}"', 6, "string interpolation is not known here: write `sprintf`"),
        ("r := [1, $`é {x}`]", 10, "string interpolation is not known here: write `sprintf`"),
        ("r if { a and b }", 10, "`and` is not known here: write the two statements one after the other"),
        ("r if a or b", 8, "`or` is not known here: write a rule for each of the two"),
        ("r if { not { a; b } }", 8, "a body in `not` is not known here: write `not name`, with a rule that has the"),
        ("r contains x if { x } { y }", 23, "two bodies of one set are not known here: write a rule for each of them"),
        ('f("x")', 1, "a head alone is not known here: write `f(x) := true`"),
        ("r := 1\nimport data.x ", 1, "an import below a rule is not known here: write it above the rules"),
        ("r := 1 1", 8, "expecting"),
        ("r contains x { x }", 14, "`if` keyword is required before rule body"),
        ("r := ", 1, "expecting"),
    ],
)
def test_of_errors_of_syntax(rule: str, column: int, told: str) -> None:
    with pytest.raises(PackError) as caught:
        ForeignInterpreter().add("p.rego", f"package p\n{rule}\n")
    line = 3 if rule.endswith(" ") else 2
    assert str(caught.value).startswith(f"p.rego:{line}:{column}: {told}")
