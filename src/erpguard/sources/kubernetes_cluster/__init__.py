"""Live clusters: the objects that policies and analyses need, read from the API server and from nowhere else.

Only GETs of lists, of discovery documents and of named namespaces; of Secrets only their metadata.
`docs/kubernetes-permissions.md` has the roles that this needs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from importlib.util import find_spec

from erpguard.errors import UsageError
from erpguard.sources.kubernetes_cluster.calls import Calls
from erpguard.sources.kubernetes_cluster.cluster import Cluster
from erpguard.sources.kubernetes_cluster.credentials import Credentials, NoCredentialError
from erpguard.sources.kubernetes_cluster.kubeconfig import Context, load
from erpguard.sources.kubernetes_cluster.tasks import Discovery, Scope
from erpguard.sources.kubernetes_cluster.transport import Failure, Transport
from erpguard.sources.live import Gap, Item, KubernetesConnection, Run, Target

# RFC 1123 labels: kubernetes.io/docs/concepts/overview/working-with-objects/names/. They become parts of paths.
_NAMESPACE = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")

MISSING = 'live Kubernetes needs the extra: pip install "erpguard[kubernetes]"'


class KubernetesCollector:
    """Reads clusters by the contexts of a kubeconfig; satisfies `erpguard.sources.live.Collector`.

    `contexts`: their names, by default the current one; a cluster is called by its context. `namespaces`: only what
    stands in them, and what stands in no namespace; by default everything. Raises UsageError for a name that no
    namespace can have.
    """

    def __init__(
        self, connection: KubernetesConnection, contexts: Iterable[str] = (), namespaces: Iterable[str] = ()
    ) -> None:
        self._connection = connection
        self._names = tuple(contexts)
        self._namespaces = tuple(dict.fromkeys(namespaces))
        for name in self._namespaces:
            if _NAMESPACE.fullmatch(name) is None:
                raise UsageError(f'"{name[:80]}" cannot be the name of a namespace')
        self._chosen: list[Context] | None = None

    def targets(self) -> list[Target]:
        """The clusters, by the names of their contexts. Raises UsageError where a context does not exist."""
        return [Target("kubernetes", context.name, self._namespaces) for context in self._contexts()]

    def notes(self) -> list[str]:
        """What the user should be told of the connections: one line each."""
        return [
            f'the context "{context.name}" does not verify who the server is (insecure-skip-tls-verify)'
            for context in self._contexts()
            if context.cluster.value.get("insecure-skip-tls-verify") is True
        ]

    def records(self, run: Run) -> Iterator[Item | Gap]:
        """Everything that is found, cluster by cluster; see `Collector.records`."""
        if find_spec("kubernetes") is None:
            raise UsageError(MISSING)
        clusters = [
            (context.name, transport, credentials)
            for context in self._contexts()
            for credentials in [Credentials(context, self._connection.allow_exec)]
            for transport in [Transport(context, credentials, run.concurrency)]
        ]
        return self._records(clusters, run)

    def _records(self, clusters: list[tuple[str, Transport, Credentials]], run: Run) -> Iterator[Item | Gap]:
        for name, transport, credentials in clusters:
            discovery = Discovery(Scope(name, self._namespaces))
            if run.over:
                yield from discovery.gaps(Failure(run.over))
                continue
            try:
                credentials.headers()  # a program that gets a certificate gets it before the connections are prepared
                transport.open()
                yield from Cluster(name, Calls(transport, credentials, run), run).records(discovery)
            except NoCredentialError as error:
                yield from discovery.gaps(Failure("unauthorized", 0, str(error)))
            finally:
                transport.close()

    def _contexts(self) -> list[Context]:
        if self._chosen is None:
            self._chosen = load(self._connection.kubeconfig).chosen(self._names)
        return self._chosen
