"""URNs and type tokens (https://www.pulumi.com/docs/iac/concepts/resources/names/#urns)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

_PREFIX = "urn:pulumi:"
_PROVIDERS = "pulumi:providers:"
_DEFAULT = re.compile(r"default_(\d+)_")
_VERSION = re.compile(r"/(?:v\d{8}\w*|latest)$")
_API_VERSION = re.compile(r"[/_]v(\d{4})(\d\d)(\d\d)([a-z]*)(?::|$)")
_LOCAL_PACKAGE = re.compile(r"(azure-native)_\w+")
_OLD_NAME = "azure-nextgen"


class Urn(NamedTuple):
    """The parts of a URN; `type` is the resource's own token, without those of its parents."""

    stack: str
    project: str
    type: str
    name: str


def parse(urn: str) -> Urn | None:
    """The parts of `urn:pulumi:<stack>::<project>::<parent$...$type>::<name>`; names may hold `::` themselves."""
    parts = urn.split("::", 3)
    if len(parts) != 4 or not parts[0].startswith(_PREFIX):
        return None
    stack, project, types, name = parts
    return Urn(stack.removeprefix(_PREFIX), project, types.rpartition("$")[2], name)


def is_engines_own(token: str) -> bool:
    """Whether a type is Pulumi's: stacks, providers, references to other stacks."""
    return token.startswith("pulumi:")


def is_provider(token: str) -> bool:
    """Whether a type is a provider."""
    return token.startswith(_PROVIDERS)


def provider_of(token: str) -> str:
    """The provider's name: `azure-native`, `kubernetes`, `azure`."""
    name = token.partition(":")[0]
    if name == _OLD_NAME:
        return "azure-native"
    local = _LOCAL_PACKAGE.fullmatch(name)
    return local[1] if local else name


def type_of(token: str) -> str:
    """The token without the version of an Azure API: `azure-native:network/v20230501:Subnet` has one in its module.

    The packages that are generated for one version have it in their name, `azure-native_network_v20230501`
    (https://www.pulumi.com/registry/packages/azure-native/version-guide/).
    """
    provider = provider_of(token)
    if provider != "azure-native":
        return token
    _, _, rest = token.partition(":")
    module, _, name = rest.rpartition(":")
    return f"{provider}:{_VERSION.sub('', module)}:{name}"


def api_version_of(token: str) -> str:
    """The version of the Azure API that a token names, as Azure writes it (`2023-05-01-preview`); empty without one."""
    named = _API_VERSION.search(token.rpartition(":")[0]) if provider_of(token) == "azure-native" else None
    if named is None:
        return ""
    year, month, day, stage = named.groups()
    return f"{year}-{month}-{day}" + (f"-{stage}" if stage else "")


def major_version(reference: str, versions: Mapping[str, str]) -> int:
    """The major version of the provider that a reference (`<urn>::<id>`) names; 0 if it is not known.

    `versions` are those of the providers in the file by URN. Default providers have theirs in their name.
    """
    urn = reference.rpartition("::")[0]
    parts = parse(urn)
    if parts is None:
        return 0
    named = _DEFAULT.match(parts.name)
    if named:
        return int(named[1])
    major = versions.get(urn, "").lstrip("v").partition(".")[0]
    return int(major) if major.isdecimal() and major.isascii() and len(major) < 4 else 0
