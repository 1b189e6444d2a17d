"""What Terraform and Pulumi print for people, told by how lines begin: a manifest may quote it, but indented."""

from __future__ import annotations

import re

_STYLE = r"^(?:\x1b\[[\d;]*m)*"
_TERRAFORM = re.compile(
    _STYLE + r"(?:(?:Terraform|OpenTofu) (?:will perform the following actions|used the selected providers)"
    r"|No changes\. (?:Your infrastructure|Infrastructure is)"
    r"|(?:resource|data) \"[^\"\n]{1,200}\" \"[^\"\n]{1,200}\" \{"
    r"|(?:module|variable|output|provider) \"[^\"\n]{1,200}\" \{"
    r"|\{\"format_version\")",
    re.MULTILINE,
)
_PULUMI = re.compile(_STYLE + r"Previewing (?:update|destroy|refresh)\b", re.MULTILINE)


def printed_by(text: str) -> str:
    """The name of the source that knows what to do instead; empty for any other text."""
    if _TERRAFORM.search(text):
        return "terraform_plan"
    return "pulumi" if _PULUMI.search(text) else ""
