"""Documents that cannot be read: what to say about them, and which types they may have held."""

from __future__ import annotations

import re

from yaml import MarkedYAMLError, YAMLError
from yaml.reader import ReaderError

from erpguard.model import Problem
from erpguard.model.problem import Level
from erpguard.sources.documents import Document
from erpguard.sources.yaml_tags import Refused

ANY_TYPE = "*"

_UNPRINTABLE = re.compile("[^\t\n\r -~\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_TAB_INDENT = re.compile(r" *\t")
_TEMPLATE = re.compile(r"\{\{|\{%")
_TEMPLATE_LINE = re.compile(r"^[ \t]*(?:- +)?(?:\{\{|\{%)", re.MULTILINE)
_HELM = re.compile(r"\{\{-?[ \t]*(?:\.|\$|include\b|template\b|define\b|range\b|with\b|if\b|else\b|end\b|/\*|to[A-Z])")
_PLACEHOLDER = re.compile(r"\$\{[A-Za-z_]\w*[^}\n]*\}|\$[A-Z_]\w*\b")
_API_VERSION = re.compile(r"^apiVersion:[ \t]*[\"']?([\w.-]+(?:/[\w-]+)?)[\"']?[ \t]*(?:#.*)?\r?$", re.MULTILINE)
_KIND = re.compile(r"^kind:[ \t]*[\"']?(\w+)[\"']?[ \t]*(?:#.*)?\r?$", re.MULTILINE)

_RENDER = {
    "Helm": "`helm template RELEASE CHART | erpguard scan -`",
    "Jinja": "the program that fills it in, and pipe the result to `erpguard scan -`",
    "envsubst": "`envsubst < FILE | erpguard scan -`",
}


def problem_at(document: Document, index: int, code: str, message: str, level: Level = "error") -> Problem:
    """A problem at an offset of the document's text; standard input has no places, so the line goes into the text."""
    if document.file:
        return Problem(code, message, document.place_at(index, index), level=level)
    return Problem(code, f"standard input, line {document.line_of(index)}: {message}", level=level)


def explain(error: Refused | YAMLError, document: Document) -> Problem:
    """The problem that a YAML document is refused with."""
    text = document.text
    if isinstance(error, Refused):
        if error.code == "yaml-key" and (found := _needs_rendering(document, error.index, error.index)):
            return found
        return problem_at(document, max(error.index, 0), error.code, error.message)
    if isinstance(error, ReaderError):
        match = _UNPRINTABLE.search(text)
        what = f"the control character U+{ord(match[0]):04X} is not allowed in YAML" if match else error.reason
        return problem_at(document, match.start() if match else 0, "yaml-syntax", what)
    if isinstance(error, MarkedYAMLError) and error.problem_mark is not None:
        index = min(error.problem_mark.index, len(text))
        context = error.context_mark.index if error.context_mark is not None else index
        if found := _needs_rendering(document, context, index):
            return found
        return _syntax_error(document, context if _noticed_late(error) else index, error)
    return problem_at(document, 0, "yaml-syntax", "not valid YAML")


def duplicate(document: Document, key: str, index: int) -> Problem:
    """The problem that a key stands twice in one mapping."""
    message = f"the key {key[:80]!r} stands twice in one mapping, only the last one counts: remove one"
    return problem_at(document, index, "duplicate-key", message)


def _noticed_late(error: MarkedYAMLError) -> bool:
    """Whether what is wrong stands where the parser began: a key without a colon, a quote that is never closed."""
    return error.context == "while scanning a simple key" or (
        error.context == "while scanning a quoted scalar" and str(error.problem).startswith("found unexpected")
    )


def _syntax_error(document: Document, index: int, error: MarkedYAMLError) -> Problem:
    start, stop = _line_around(document.text, index, index)
    if tab := _TAB_INDENT.match(document.text, start, stop):
        message = "tab used for indentation: YAML wants spaces"
        return problem_at(document, tab.end() - 1, "yaml-tab", message)
    parts = [part for part in (error.context, error.problem) if part]
    return problem_at(document, index, "yaml-syntax", "not valid YAML: " + ", ".join(parts)[:200])


def syntax_problem(document: Document, index: int, code: str, message: str) -> Problem:
    """The problem of a syntax error at an offset, or that the text is a template to be rendered first."""
    return _needs_rendering(document, index, index) or problem_at(document, index, code, message)


def _needs_rendering(document: Document, context: int, index: int) -> Problem | None:
    engine, offset = _template(document.text, context, index)
    if not engine:
        return None
    what = {"envsubst": "placeholders of envsubst", "Helm": "a template of Helm"}.get(
        engine, "a template such as Jinja's"
    )
    message = f"not YAML yet but {what}: render it first with {_RENDER[engine]}"
    return problem_at(document, offset, "needs-rendering", message)


def _template(text: str, context: int, index: int) -> tuple[str, int]:
    """Whose template the lines around an error belong to, and where it is; empty if they seem to be none."""
    if "{{" in text or "{%" in text:
        start, stop = _line_around(text, min(context, index), max(context, index))
        start = max(start, stop - 4000)
        if match := _TEMPLATE.search(text, start, stop) or _TEMPLATE_LINE.search(text):
            return "Jinja" if "{%" in text or not _HELM.search(text) else "Helm", match.end() - 2
    if "$" in text:
        _, stop = _line_around(text, index, index)
        # The error may stand on the line after the one that it comes from, or at the end of the text.
        stop = len(text[:stop].rstrip())
        start = text.rfind("\n", 0, max(text.rfind("\n", 0, stop), 0)) + 1
        if match := _PLACEHOLDER.search(text, max(start, stop - 1000), stop):
            return "envsubst", match.start()
    return "", index


def _line_around(text: str, first: int, last: int) -> tuple[int, int]:
    """The bounds of the lines that hold two offsets."""
    start = max(text.rfind("\n", 0, first), text.rfind("\r", 0, first)) + 1
    ends = [end for end in (text.find("\n", last), text.find("\r", last)) if end >= 0]
    return start, min(ends, default=len(text))


def guessed_type(text: str) -> str:
    """The type that a document which cannot be read seems to declare; `*`, any type, if it does not say."""
    versions, kinds = set(_API_VERSION.findall(text)), set(_KIND.findall(text))
    if len(versions) != 1 or len(kinds) != 1:
        return ANY_TYPE
    version, kind = versions.pop(), kinds.pop()
    if kind.endswith("List"):
        return ANY_TYPE
    return f"{version.rpartition('/')[0] or 'core'}/{kind}"
