"""The declarations of one plan or state, one by one: objects, and what cannot be one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import deepcopy
from typing import Any, NamedTuple

from erpguard.model import Origin, Path, Problem
from erpguard.normalize import kubernetes
from erpguard.normalize.declared import Declared
from erpguard.normalize.kubernetes_provider import Made, Parse, pulumi
from erpguard.normalize.kubernetes_provider.open_types import kubernetes_types
from erpguard.normalize.kubernetes_provider.origins import Locate, TranslatedOrigin, at, below, by_moves
from erpguard.normalize.kubernetes_provider.terraform import api_path, converted
from erpguard.normalize.kubernetes_provider.terraform_names import NOT_OBJECTS, PATCHES, kind_of
from erpguard.normalize.kubernetes_versions import current_group

PATCH = " (changes a part of an object that is managed elsewhere)"
LIST = " (a list of objects)"

_NAME: Path = ("metadata", "name")
_NAMESPACE: Path = ("metadata", "namespace")
_PULUMI = "kubernetes:"
_NOTHING: frozenset[Path] = frozenset()

# Nothing refers to objects of these types by name, so that one without a known name hides no other.
_NEVER_NAMED = frozenset(
    (
        "autoscaling/HorizontalPodAutoscaler",
        "batch/CronJob",
        "batch/Job",
        "core/LimitRange",
        "core/Pod",
        "core/ResourceQuota",
        "networking.k8s.io/Ingress",
        "networking.k8s.io/NetworkPolicy",
        "policy/PodDisruptionBudget",
        "rbac.authorization.k8s.io/ClusterRoleBinding",
        "rbac.authorization.k8s.io/RoleBinding",
    )
)


class _Draft(NamedTuple):
    """An object on its way.

    new         turns the provider's paths into those of the object (None: the object does not have it)
    assumed     paths of the object that the provider fills in
    write_only  the provider's paths of what is in no plan
    """

    declared: Declared
    body: dict[str, Any]
    locate: Locate
    new: Callable[[Path], Path | None]
    assumed: frozenset[Path] = _NOTHING
    write_only: frozenset[Path] = _NOTHING

    def moved(self, paths: Iterable[Path]) -> frozenset[Path]:
        """Those of the provider's paths that the object has, as its own."""
        return frozenset(path for path in map(self.new, paths) if path is not None)

    @property
    def type(self) -> str:
        """The canonical type."""
        return "/".join(current_group(str(self.body["apiVersion"]), str(self.body["kind"])))


class Translation:
    """Translates the declarations of one source."""

    def __init__(self, settings: Mapping[str, Any], source: str, parse: Parse | None) -> None:
        self._settings = settings
        self._source = source
        self._parse = parse
        self._made = Made([], [], {}, set())
        self._namespaces: dict[str, str] = {}

    def run(self, declared: Iterable[Declared]) -> Made:
        """All of them. The namespaces first: what is in one may know it only by its address."""
        drafts = [draft for one in declared if one.change != "delete" for draft in self._drafts(one)]
        for draft in drafts:
            if draft.type == "core/Namespace":
                self._namespaces[draft.declared.address] = _name(draft.body, draft.declared.address)
        for draft in drafts:
            self._finish(draft)
        return self._made

    def _drafts(self, one: Declared) -> Iterator[_Draft]:
        if one.type.startswith(_PULUMI):
            yield from self._pulumi(one)
        elif one.provider == "helm" or one.type == "helm_release":
            self._helm(one, one.values.get("name"))
        elif one.type == "kubernetes_manifest":
            yield from self._manifest(one)
        elif one.type == "kubectl_manifest":
            yield from self._yaml(one)
        elif one.type in PATCHES:
            self._skip(one.type + PATCH)
        elif one.type not in NOT_OBJECTS:
            yield from self._typed(one)

    def _typed(self, one: Declared) -> Iterator[_Draft]:
        made = converted(one.type, one.values, one.unknown, one.defaults)
        if made is None:
            self._gap(one, "unknown-type", f"{one.type} {_called(one)} is of a type that is not known: not judged")
            return
        yield _Draft(
            one,
            made.body,
            by_moves(made.moved),
            lambda path: api_path(one.type, path),
            assumed=frozenset(made.assumed),
            write_only=_write_only(one),
        )

    def _manifest(self, one: Declared) -> Iterator[_Draft]:
        body: Any = one.values.get("manifest")
        if not _is_object(body):
            self._gap(one, "unknown-object", f"{_called(one)}: what it will be is not known before apply: not judged")
            return
        yield _Draft(one, deepcopy(body), below(("manifest",)), _after("manifest"))

    def _yaml(self, one: Declared) -> Iterator[_Draft]:
        """The text of a `kubectl_manifest`, or the copy in which only its sensitive fields are hidden."""
        attribute = next((key for key in ("yaml_body", "yaml_body_parsed") if isinstance(one.values.get(key), str)), "")
        if not attribute or self._parse is None:
            self._gap(one, "unknown-object", f"{_called(one)}: its YAML is not known before apply: not judged")
            return
        try:
            documents = [document for document in self._parse(one.values[attribute]) if document is not None]
        except ValueError as error:
            self._gap(one, "yaml-syntax", f"{_called(one)}: {attribute} cannot be read: {error}", "error", (attribute,))
            return
        for body in documents:
            if not _is_object(body):
                text = f"{_called(one)}: {attribute} holds no object with apiVersion and kind"
                self._gap(one, "no-kind", text, "error", (attribute,))
                continue
            namespace = one.values.get("override_namespace")
            if isinstance(namespace, str) and namespace:
                body["metadata"] = {**(body.get("metadata") or {}), "namespace": namespace}
            yield _Draft(one, body, at((attribute,)), lambda _: None)

    def _pulumi(self, one: Declared) -> Iterator[_Draft]:
        kind = pulumi.kind_of(one.type)
        if pulumi.is_helm(one.type):
            self._helm(one, one.values.get("name") or one.values.get("chart"))
        elif pulumi.is_group(one.type) or kind is None:
            return
        elif pulumi.is_patch(one.type):
            self._skip(one.type + PATCH)
        elif kind.kind.endswith("List") and isinstance(one.values.get("items"), list):
            self._skip(one.type + LIST)
            self._made.open_types.add("/".join(current_group(kind.api_version, kind.kind.removesuffix("List"))))
        else:
            yield _Draft(one, deepcopy(pulumi.body_of(kind, one.values)), lambda path: path, lambda path: path)

    def _finish(self, draft: _Draft) -> None:
        one, body = draft.declared, draft.body
        unknown = draft.moved((one.unknown | draft.write_only) - one.unset)
        origin = TranslatedOrigin(one.origin, draft.locate, one.address)
        is_named, is_placed = self._stand_in(draft, unknown, origin)
        unknown -= {_NAME, _NAMESPACE}  # a placeholder stands there, which says the same
        normalized = kubernetes.resource(body, origin, self._settings, self._source, unknown)
        self._made.problems.extend(normalized.problems)
        made = normalized.resource
        if made is None:
            return
        if not is_named:
            made.name = _called(one)
        if not is_placed or not (is_named or made.type in _NEVER_NAMED):
            self._made.open_types.add(made.type)  # it may be any of those that others refer to
        made.change = one.change
        made.sensitive = draft.moved(one.sensitive)
        made.assumed |= draft.assumed
        made.links = {**made.links, **_links(draft)}
        self._made.resources.append(made)

    def _stand_in(self, draft: _Draft, unknown: frozenset[Path], origin: Origin) -> tuple[bool, bool]:
        """Put placeholders where name or namespace are not known yet; tells whether each is known."""
        body, address = draft.body, draft.declared.address
        metadata = body.get("metadata")
        if not isinstance(metadata, dict):
            if metadata is not None:
                return True, True  # of a wrong type: told as such
            metadata = body["metadata"] = {}
        hidden = [_is_hidden(path, unknown) for path in (_NAME, _NAMESPACE)]
        is_named = bool(metadata.get("name")) or not hidden[0] or bool(metadata.get("generateName"))
        is_placed = bool(metadata.get("namespace")) or not hidden[1] or kubernetes.is_cluster_scoped(draft.type)
        if not is_named:
            metadata["name"] = _placeholder(address)
        if not is_placed:
            metadata["namespace"] = self._namespace_of(draft)
        return is_named, is_placed

    def _namespace_of(self, draft: _Draft) -> str:
        """The name of the one namespace that the unknown one refers to, or a placeholder."""
        for path, references in draft.declared.references.items():
            if draft.new(path) in (_NAMESPACE, ("metadata",)):
                found = {self._namespaces[one.address] for one in references if one.address in self._namespaces}
                if len(found) == 1:
                    return found.pop()
        return _placeholder(draft.declared.address + ".namespace")

    def _helm(self, one: Declared, name: Any) -> None:
        called = name if isinstance(name, str) and name else _called(one)
        text = (
            f"Helm release {called} is not rendered, so that its objects are not judged: "
            "pipe `helm template RELEASE CHART` to `erpguard scan -`"
        )
        self._gap(one, "helm-release", text)

    def _gap(self, one: Declared, code: str, text: str, level: Any = "warning", path: Path = ()) -> None:
        origin = TranslatedOrigin(one.origin, lambda inner: inner, one.address)
        self._made.problems.append(Problem(code, text, origin.place(path), level=level))
        self._made.open_types.update(_possible(one))

    def _skip(self, reason: str) -> None:
        self._made.not_judged[reason] = self._made.not_judged.get(reason, 0) + 1


def _links(draft: _Draft) -> dict[Path, tuple[str, str]]:
    """What unknown values will be attributes of, where that is one thing."""
    found: dict[Path, tuple[str, str]] = {}
    for path, references in draft.declared.references.items():
        new = draft.new(path)
        if new is not None and len(references) == 1:
            found[new] = (references[0].address, ".".join(map(str, references[0].attribute)))
    return found


def _possible(one: Declared) -> set[str]:
    """The types that what cannot be read may be of."""
    api_version, kind = one.values.get("api_version"), one.values.get("kind")
    if isinstance(api_version, str) and isinstance(kind, str) and api_version and kind:
        return {"/".join(current_group(api_version, kind))}
    return kubernetes_types()


def _write_only(one: Declared) -> frozenset[Path]:
    """The data of a Secret that is never in a plan: write-only attributes."""
    known = kind_of(one.type)
    if known is None or known.kind != "Secret":
        return _NOTHING
    hidden = {"data_wo_revision": ("data",), "binary_data_wo_revision": ("binary_data",)}
    return frozenset(path for name, path in hidden.items() if one.values.get(name) and not one.values.get(path[0]))


def _after(first: str) -> Callable[[Path], Path | None]:
    return lambda path: path[1:] if path[:1] == (first,) and len(path) > 1 else None


def _is_object(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    return all(isinstance(value.get(key), str) and value[key] for key in ("apiVersion", "kind"))


def _is_hidden(path: Path, unknown: frozenset[Path]) -> bool:
    return any(path[: len(other)] == other for other in unknown)


def _name(body: dict[str, Any], address: str) -> str:
    metadata = body.get("metadata")
    name = metadata.get("name") if isinstance(metadata, dict) else None
    return name if isinstance(name, str) and name else _placeholder(address)


def _placeholder(address: str) -> str:
    """What stands for a value that is not known yet, as `${X}` does in a manifest; of one address always the same."""
    return "${" + address.replace("{", "(").replace("}", ")") + "}"


def _called(one: Declared) -> str:
    """What the program calls the resource: `odoo` of `module.erp.kubernetes_secret.odoo`, the name at a URN's end."""
    if "::" in one.address:
        return one.address.split("::", 3)[-1]
    return one.address.rpartition(".")[2]
