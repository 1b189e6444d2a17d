"""The rules of a SARIF run: one for each policy that was selected."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from erpguard.model import Parameter, Policy, Reference, Severity
from erpguard.reporters.escape import cut, markdown, prose, replaced, sarif_message
from erpguard.reporters.sarif_locations import NAME_LIMIT, Json

PROJECT_PAGE = "https://erpguard.example/"
"""A reserved name (RFC 2606) for as long as the project has no page: no report links to what another could own."""
TEXT_LIMIT = 1024
HELP_LIMIT = 10_000
TAG_LIMIT = 10
_UNSAFE = frozenset(' <>"\\^`{|}')

LEVELS = {Severity.CRITICAL: "error", Severity.HIGH: "error", Severity.MEDIUM: "warning", Severity.LOW: "note"}

# Consumers read this number as a CVSS score; 9.0 itself is read as critical by some and as high by others.
SECURITY_SEVERITY = {Severity.CRITICAL: "9.5", Severity.HIGH: "8.0", Severity.MEDIUM: "5.5", Severity.LOW: "2.0"}

PROBLEM_SEVERITY = {
    Severity.CRITICAL: "error",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "recommendation",
}


def rule(policy: Policy, taxa: Sequence[Json] = ()) -> Json:
    """A policy as reporting descriptor; `taxa` are references to the controls that it checks."""
    found: Json = {
        "id": rule_id(policy.id),
        "name": cut(replaced(pascal_case(policy.name)), NAME_LIMIT) or rule_id(policy.id),
        "shortDescription": {"text": _text(policy.title, policy.name, policy.id)},
        "fullDescription": {"text": _text(policy.description, policy.title, policy.name, policy.id)},
        "help": {"text": help_text(policy), "markdown": help_markdown(policy)},
        "helpUri": next((url for url in (web_page(one.url) for one in policy.references) if url), PROJECT_PAGE),
        "defaultConfiguration": {"level": LEVELS[policy.severity]},
        "properties": {
            "precision": "high",
            "problem.severity": PROBLEM_SEVERITY[policy.severity],
            "security-severity": SECURITY_SEVERITY[policy.severity],
            "tags": tags(policy),
        },
    }
    aliases = sorted({replaced(alias) for alias in policy.aliases if alias})
    if aliases:
        found["deprecatedIds"] = aliases
    return found | relations(taxa)


def relations(taxa: Sequence[Json]) -> Json:
    """The last property of a rule, if it has any controls."""
    return {"relationships": [{"target": taxon, "kinds": ["relevant"]} for taxon in taxa]} if taxa else {}


def rule_id(policy: str) -> str:
    """The id of a policy as SARIF shows it."""
    return cut(replaced(policy), NAME_LIMIT) or "unnamed"


def tags(policy: Policy) -> list[str]:
    """What consumers filter by; GitHub ranks by security-severity only what is tagged `security`."""
    platforms = {"azure" if type_.startswith("Microsoft.") else "kubernetes" for type_ in policy.resource_types}
    found = ["security", policy.pack, *sorted(platforms), *(["deprecated"] if policy.deprecated else [])]
    return [cut(replaced(tag)) for tag in dict.fromkeys(found) if tag][:TAG_LIMIT]


def help_text(policy: Policy) -> str:
    """Description, remedy, parameters and references as plain text."""
    blocks = [
        policy.description or policy.title,
        f"Remediation: {policy.remediation}" if policy.remediation else "",
        *(f"Parameter {one.name} (default {_default(one)}): {one.description}" for one in policy.parameters),
        *(f"See: {one.description} {one.url}" for one in policy.references),
        f"Policy {policy.name}, pack {policy.pack}.",
    ]
    return "\n\n".join(sarif_message(prose(block), HELP_LIMIT) for block in blocks if block)


def help_markdown(policy: Policy) -> str:
    """The same as Markdown."""
    blocks = [
        _markdown(policy.description or policy.title),
        f"**Remediation**: {_markdown(policy.remediation)}" if policy.remediation else "",
        "\n".join(["**Parameters**", "", *map(_parameter, policy.parameters)]) if policy.parameters else "",
        "\n".join(["**References**", "", *map(_link, policy.references)]) if policy.references else "",
        f"Policy {_markdown(policy.name)}, pack {_markdown(policy.pack)}.",
    ]
    return "\n\n".join(block for block in blocks if block)


def pascal_case(name: str) -> str:
    """`ingress-host-without-tls` as the identifier that SARIF's conventions ask for."""
    return "".join(word[:1].upper() + word[1:] for word in name.replace("_", "-").split("-"))


def _text(*choices: str) -> str:
    return next((text for text in (sarif_message(prose(one), TEXT_LIMIT) for one in choices) if text), "Policy")


def _markdown(text: str) -> str:
    return markdown(cut(prose(text), HELP_LIMIT))


def _parameter(one: Parameter) -> str:
    return f"- {_markdown(one.name)} (default {_markdown(_default(one))}): {_markdown(one.description)}"


def _default(one: Parameter) -> str:
    return cut(_words(one.default))


def _words(value: Any) -> str:
    if isinstance(value, (list, tuple)):
        return ", ".join(map(_words, value)) or "none"
    return "none" if value is None or value == "" else str(value)


def _link(one: Reference) -> str:
    page = web_page(one.url)
    return f"- [{_markdown(one.description or page)}](<{page}>)" if page else f"- {_markdown(one.description)}"


def web_page(address: str) -> str:
    """An address if it is one that a reader may safely follow, else nothing."""
    url = address.strip()
    is_page = url.startswith(("https://", "http://")) and url.isascii() and url.isprintable()
    return url if is_page and _UNSAFE.isdisjoint(url) else ""
