"""One thing of the estate, in canonical spelling."""

from __future__ import annotations

from typing import Any, Protocol

from erpguard.model.place import Path, Place


class Origin(Protocol):
    """Knows where the nodes of a resource stand; asked only for findings and problems, so it may be slow."""

    @property
    def file(self) -> str:
        """The file, as in `Place.file`; empty when there is none."""

    def place(self, path: Path) -> Place:
        """The region of the node at `path`: key and value of a scalar entry, the key of a composite one.

        For a path that does not exist, the deepest ancestor that does.
        """

    def place_of_line(self, path: Path, line: int) -> Place:
        """The region of one line (0-based) within the text at `path`."""

    def text(self, path: Path) -> str:
        """The scalar entry of a mapping at `path`, key and value as they are written.

        Empty where there is none, and where a change of it would change something else (anchors, merged mappings).
        """


_EMPTY: dict[str, str] = {}  # shared by all resources without labels or annotations, which nobody changes
_NO_PARTS: dict[str, Path] = {}  # likewise
_NO_LINKS: dict[Path, tuple[str, str]] = {}


class Resource:
    """One object of the estate.

    type         canonical: `core/Service`, `apps/Deployment`, `traefik.io/IngressRoute`, or an ARM type
    id           for joins: `cluster/group/Kind/namespace/name` for Kubernetes (namespace empty where there is none)
    key          like `id`, but unique within an estate: duplicates get `~2`, `~3`, ... (set by the estate)
    identity     for fingerprints and waivers: stable over sources
    body         the whole object in canonical spelling
    input        for live resources, which have no file: the address or the snapshot that they were read from
    parent       the `id` of the ARM resource that this one is a child, a lock or a setting of; empty if there is none
    change       for plans: `create`, `update`, `replace`, `delete`, `no-op`; else empty
    before       for updates in a plan: the body as it is now
    links        for plans: path of a value that is not known yet -> the `id` of the resource, and the attribute of it
                 (in the provider's spelling), that the value will be
    parts        for ARM resources that hold others: the id of each part -> its path in the body
    unknown, invalid, assumed
                 paths into `body` whose value is not known yet, was removed because its type is wrong, or was
                 filled from a documented default
    sensitive    those of the unknown paths whose value is known, but must not be shown: it was removed
    """

    __slots__ = (
        "_held",
        "annotations",
        "assumed",
        "before",
        "body",
        "change",
        "cluster",
        "environment",
        "id",
        "identity",
        "input",
        "invalid",
        "key",
        "labels",
        "links",
        "name",
        "namespace",
        "origin",
        "parent",
        "parts",
        "sensitive",
        "source",
        "type",
        "unknown",
    )

    def __init__(
        self,
        type: str,
        id: str,
        name: str,
        namespace: str,
        body: dict[str, Any],
        origin: Origin,
        source: str,
        cluster: str = "default",
        labels: dict[str, str] | None = None,
        annotations: dict[str, str] | None = None,
        environment: str = "production",
        identity: str = "",
        unknown: frozenset[Path] = frozenset(),
        invalid: frozenset[Path] = frozenset(),
        assumed: frozenset[Path] = frozenset(),
        sensitive: frozenset[Path] = frozenset(),
        parent: str = "",
        change: str = "",
    ) -> None:
        self.type = type
        self.id = id
        self.name = name
        self.namespace = namespace
        self.body = body
        self.origin = origin
        self.source = source
        self.cluster = cluster
        self.labels = labels or _EMPTY
        self.annotations = annotations or _EMPTY
        self.environment = environment
        self.identity = identity
        self.key = ""
        self.input = ""
        self.parent = parent
        self.change = change
        self.before: dict[str, Any] | None = None
        self.links: dict[Path, tuple[str, str]] = _NO_LINKS
        self.parts: dict[str, Path] = _NO_PARTS
        self.unknown = unknown
        self.invalid = invalid
        self.assumed = assumed
        self.sensitive = sensitive
        self._held: tuple[frozenset[Path], frozenset[Path], set[Path]] | None = None

    @property
    def kind(self) -> str:
        """The last part of the type: `Deployment`."""
        return self.type.rpartition("/")[2]

    @property
    def name_path(self) -> Path:
        """Where the body says the resource's name."""
        if self.type == "erpguard/Deletion":
            return ("resource", "name")
        return ("name",) if self.type.startswith("Microsoft.") else ("metadata", "name")

    def is_known(self, path: Path) -> bool:
        """Whether neither `path`, nor anything above or below it, is unknown or invalid."""
        if not self.unknown and not self.invalid:
            return True
        return not self.is_hidden(path) and path not in self._holders()

    def is_hidden(self, path: Path) -> bool:
        """Whether the value at `path` cannot be seen: it, or something above it, is unknown or invalid."""
        unknown, invalid = self.unknown, self.invalid
        if not unknown and not invalid:
            return False
        # By the path's own beginnings: thousands of rules may each have something that is unknown.
        return any(path[:length] in unknown or path[:length] in invalid for length in range(len(path) + 1))

    def _holders(self) -> set[Path]:
        """The paths of what holds something unknown or invalid."""
        known = self._held
        if known is None or known[0] is not self.unknown or known[1] is not self.invalid:
            paths = (*self.unknown, *self.invalid)
            holders = {one[:length] for one in paths for length in range(len(one))}
            known = self._held = (self.unknown, self.invalid, holders)
        return known[2]
