"""What goes by Unicode, over all of its characters, beside OPA."""

from __future__ import annotations

import json
import subprocess
import unicodedata
from pathlib import Path

import pytest

from erpguard.engines.builtins.unicodes import has_other_cases, is_later
from erpguard.engines.child.interpreter import ForeignInterpreter
from erpguard.errors import EngineError
from tests.test_rego import OPA, needs_opa

_CHARACTERS = "".join(
    character
    for character in map(chr, range(0x110000))
    if unicodedata.category(character) not in ("Cn", "Co", "Cs") or is_later(character)
)
_PATTERNS = [
    r"\p{L}", r"\p{Lu}", r"\p{Ll}", r"\p{Lm}", r"\p{Lo}", r"\p{M}", r"\p{Mn}", r"\p{Mc}", r"\p{Nd}", r"\p{No}",
    r"\p{P}", r"\p{S}", r"\p{So}", r"\p{Z}", r"\p{C}", r"\PL", r"\p{^Lu}", r"[^\p{L}\d]", r"\p{Latin}", r"\p{Han}",
    r"\p{Common}", r"\p{Arabic}", r"\p{Myanmar}", r"\p{Cyrillic}", r"\p{Tibetan}", r"\p{Zanabazar_Square}",
    r"(?i)\p{Lu}", r"(?i)\p{Lt}", r"(?i)\p{Greek}", r"(?i)[^\p{Lu}]", r"(?i)[k-s]", r"(?i)[α-ω]", r"(?i)[а-я]",
    r"(?i)ß", r"(?i)ı", r"(?i)İ", r"[\w\s]", r"[[:alpha:]]", r"(?i)[[:upper:]]",
]  # fmt: skip


def _module() -> str:
    rules = [f"p{number} := regex.find_n(`{pattern}`, input, -1)" for number, pattern in enumerate(_PATTERNS)]
    more = [
        "up := upper(input)",
        "down := lower(input)",
        'space := [x | some x in split(input, ""); trim_space(x) == ""]',
    ]
    return "\n".join(["package p", *rules, *more])


@needs_opa
def test_they_are_as_in_opa(tmp_path: Path) -> None:
    assert OPA is not None, "opa is missing, and CI must not leave it out"
    (tmp_path / "p.rego").write_text(_module(), encoding="utf-8")
    (tmp_path / "input.json").write_text(json.dumps(_CHARACTERS), encoding="utf-8")
    command = [OPA, "eval", "-d", str(tmp_path / "p.rego"), "-i", str(tmp_path / "input.json"), "data.p"]
    told = subprocess.run(command, capture_output=True, text=True, check=True)
    wanted = json.loads(told.stdout)["result"][0]["expressions"][0]["value"]
    interpreter = ForeignInterpreter()
    interpreter.add("p.rego", _module())
    interpreter.set_input_text(json.dumps(_CHARACTERS))
    different = [name for name in sorted(wanted) if json.loads(interpreter.value(f"data.p.{name}")) != wanted[name]]
    assert different == []


@pytest.mark.parametrize("pattern", ["(?i)ɤ", "(?i)[a-ɤ]", r"a(?i:\x{19b})", "(?i)Ᲊ", r"(?i)\pL"])
def test_characters_that_have_another_case_by_now(pattern: str) -> None:
    interpreter = ForeignInterpreter()
    interpreter.add("p.rego", f'package p\n\nx := regex.match(`{pattern}`, "a")')
    with pytest.raises(EngineError, match=r"^p\.rego:3:6: regex\.match: a character that has another case in newer"):
        interpreter.value("data.p.x")


def test_what_is_later() -> None:
    assert [is_later(text) for text in ("a", "é", "日", "\ua7cb", "a\u1c8a", "\U0002ee5d")] == [
        False, False, False, True, True, True
    ]  # fmt: skip
    assert has_other_cases("a", "z") is False
    assert has_other_cases("a", "\u0264") is True
