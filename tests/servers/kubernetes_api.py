"""An API server of Kubernetes on the loopback interface: discovery and lists, and whatever can go wrong with them.

It answers as kubernetes.io/docs/reference/using-api/api-concepts/ documents, checks tokens and certificates, pages its
lists, and keeps a journal of every verb and path. Closing it fails if anything but a read arrived.
"""

from __future__ import annotations

import base64
import json
import re
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from tests.servers.arm.faults import Fault
from tests.servers.certificates import Certificates
from tests.servers.https import HttpsServer, Request, Response, as_json
from tests.servers.journal import Call

TOKEN = "a-token-for-tests"

_BUILT_IN: dict[str, str] = {
    "v1": "ConfigMap Endpoints Event LimitRange Namespace Node PersistentVolume PersistentVolumeClaim Pod "
    "ReplicationController ResourceQuota Secret Service ServiceAccount",
    "apps/v1": "ControllerRevision DaemonSet Deployment ReplicaSet StatefulSet",
    "batch/v1": "CronJob Job",
    "autoscaling/v2": "HorizontalPodAutoscaler",
    "autoscaling/v1": "HorizontalPodAutoscaler",
    "networking.k8s.io/v1": "Ingress IngressClass NetworkPolicy",
    "policy/v1": "PodDisruptionBudget",
    "rbac.authorization.k8s.io/v1": "ClusterRole ClusterRoleBinding Role RoleBinding",
    "scheduling.k8s.io/v1": "PriorityClass",
    "storage.k8s.io/v1": "StorageClass",
    "apiregistration.k8s.io/v1": "APIService",
}
_CLUSTER_SCOPED = """
    Namespace Node PersistentVolume IngressClass ClusterRole ClusterRoleBinding PriorityClass StorageClass APIService
    ClusterIssuer GatewayClass ClusterImageCatalog GlobalNetworkPolicy AdminNetworkPolicy
"""
_WITHOUT_NAMESPACE = frozenset(_CLUSTER_SCOPED.split())
_METADATA_ONLY = "as=PartialObjectMetadataList"


def plural(kind: str) -> str:
    """The name of a kind in URLs."""
    name = kind.lower()
    if name.endswith("s"):
        return name if name.endswith("endpoints") else name + "es"
    return name[:-1] + "ies" if name.endswith("y") and name[-2] not in "aeiou" else name + "s"


class _Planned:
    def __init__(self, fits: Callable[[Request], bool], fault: Fault, times: int) -> None:
        self.fits = fits
        self.fault = fault
        self.left = times


class KubernetesApi:
    """One cluster that holds some objects; `with` closes it.

    `custom`: `group/version` -> kinds that are served besides those of Kubernetes and those of the objects. `page`: the
    most objects that a page holds, whatever the client asks for.
    """

    def __init__(
        self,
        certificates: Certificates,
        objects: Iterable[dict[str, Any]] = (),
        custom: dict[str, str] | None = None,
        page: int = 10_000,
        tokens: Iterable[str] = (TOKEN,),
    ) -> None:
        self.certificates = certificates
        self.tokens = set(tokens)
        self.page = page
        self.served = {version: set(kinds.split()) for version, kinds in {**_BUILT_IN, **(custom or {})}.items()}
        self.objects: dict[tuple[str, str], list[dict[str, Any]]] = {}
        for body in objects:
            self.served.setdefault(body["apiVersion"], set()).add(body["kind"])
            self.objects.setdefault((body["apiVersion"], plural(body["kind"])), []).append(body)
        self._faults: list[_Planned] = []
        self._lock = threading.Lock()
        self.seen_headers: list[dict[str, str]] = []
        self._server = HttpsServer(self._answer, certificates)
        self.journal = self._server.journal

    @property
    def address(self) -> str:
        """What a kubeconfig names as the server."""
        return f"https://127.0.0.1:{self._server.port}"

    def fault(self, pattern: str, fault: Fault, times: int = -1, **query: str) -> None:
        """Hit requests whose path is matched whole by a pattern, and whose query fits, so many times.

        A query of `continue_="any"` asks for later pages, `continue_=""` for the first.
        """
        path = re.compile(pattern)

        def fits(request: Request) -> bool:
            wanted = query.get("continue_")
            token = request.query.get("continue", "")
            return path.fullmatch(request.path) is not None and (wanted is None or bool(token) == bool(wanted))

        self._faults.append(_Planned(fits, fault, times))

    def lists(self, resource: str) -> list[Call]:
        """The calls for a list of these."""
        return [call for call in self.journal.calls if call.path.endswith("/" + resource)]

    def close(self) -> None:
        """Listen no more."""
        self._server.close()

    def __enter__(self) -> KubernetesApi:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
        written = self.journal.other_than(lambda call: call.verb == "GET" and _READ.fullmatch(call.path) is not None)
        assert not written, f"more than reads arrived: {written}"

    def _answer(self, request: Request) -> Response:
        answer = self._right_answer(request)
        with self._lock:
            self.seen_headers.append(dict(request.headers))
            planned = next((one for one in self._faults if one.left and one.fits(request)), None)
            if planned is not None:
                planned.left -= 1
        return answer if planned is None else planned.fault(request, answer)

    def _right_answer(self, request: Request) -> Response:
        given = request.headers.get("authorization", "")
        if self.tokens and given.removeprefix("Bearer ") not in self.tokens:
            return status(401, "Unauthorized", "Unauthorized")
        if request.verb != "GET":
            return status(405, "MethodNotAllowed", "the server does not allow this method on the requested resource")
        if request.path == "/apis":
            return as_json({"kind": "APIGroupList", "apiVersion": "v1", "groups": list(self._groups())})
        version, _, rest = _split(request.path)
        if version not in self.served:
            return Response(404, b"404 page not found\n", {"Content-Type": "text/plain"})
        return self._list(request, version, rest) if rest else self._resources(version)

    def _groups(self) -> Iterable[dict[str, Any]]:
        named: dict[str, list[dict[str, str]]] = {}
        for served in self.served:
            group, slash, version = served.partition("/")
            if slash:
                named.setdefault(group, []).append({"groupVersion": served, "version": version})
        for group, versions in named.items():
            yield {"name": group, "versions": versions, "preferredVersion": versions[0]}

    def _resources(self, version: str) -> Response:
        found: list[dict[str, Any]] = [
            {
                "name": plural(kind),
                "singularName": kind.lower(),
                "namespaced": kind not in _WITHOUT_NAMESPACE,
                "kind": kind,
                "verbs": ["create", "delete", "get", "list", "patch", "update", "watch"],
            }
            for kind in sorted(self.served[version])
        ]
        found += [{**one, "name": f"{one['name']}/status"} for one in found]
        return as_json({"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": version, "resources": found})

    def _list(self, request: Request, version: str, rest: list[str]) -> Response:
        namespace = rest[1] if rest[0] == "namespaces" and len(rest) > 2 else ""
        resource = rest[2] if namespace else rest[0]
        kind = next((kind for kind in self.served[version] if plural(kind) == resource), None)
        if kind is None:
            return Response(404, b"404 page not found\n", {"Content-Type": "text/plain"})
        objects = [
            one
            for one in self.objects.get((version, resource), ())
            if not namespace or one["metadata"].get("namespace") == namespace
        ]
        if resource == "namespaces" and len(rest) == 2:
            found = [one for one in objects if one["metadata"]["name"] == rest[1]]
            return as_json(found[0]) if found else status(404, "NotFound", f'namespaces "{rest[1]}" not found')
        return self._paged(request, version, kind, objects)

    def _paged(self, request: Request, version: str, kind: str, objects: list[dict[str, Any]]) -> Response:
        start = int(base64.b64decode(request.query["continue"])) if request.query.get("continue") else 0
        end = start + min(int(request.query.get("limit", self.page)), self.page)
        metadata: dict[str, Any] = {"resourceVersion": "4711"}
        if end < len(objects):
            token = base64.b64encode(str(end).encode()).decode()
            metadata.update({"continue": token, "remainingItemCount": len(objects) - end})
        items = [{key: one[key] for key in one.keys() - {"apiVersion", "kind"}} for one in objects[start:end]]
        named = {"kind": f"{kind}List", "apiVersion": version}
        if _METADATA_ONLY in request.headers.get("accept", ""):
            named = {"kind": "PartialObjectMetadataList", "apiVersion": "meta.k8s.io/v1"}
            items = [{"metadata": one["metadata"]} for one in items]
        return as_json({**named, "metadata": metadata, "items": items})


_READ = re.compile(
    r"/api/v1|/apis|/api/v1/\w+|/api/v1/namespaces/[^/]+(?:/\w+)?|/apis/[^/]+/\w+(?:/(?:namespaces/[^/]+/)?\w+)?"
)


def _split(path: str) -> tuple[str, str, list[str]]:
    """(`group/version`, "", what follows)."""
    parts = path.strip("/").split("/")
    if parts[0] == "api":
        return "/".join(parts[1:2]), "", parts[2:]
    return "/".join(parts[1:3]), "", parts[3:]


def status(code: int, reason: str, message: str, **headers: str) -> Response:
    """A refusal as the API server words it."""
    value = {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure", "message": message}
    return as_json({**value, "reason": reason, "code": code}, code, **headers)


def refused(code: int, reason: str, message: str = "it was refused", **headers: str) -> Fault:
    """The same as a fault."""
    return lambda request, answer: status(code, reason, message, **headers)


def forbidden(resource: str, group: str = "") -> Fault:
    """403 for a list."""
    message = (
        f'{resource}{"." if group else ""}{group} is forbidden: User "reader" cannot list resource "{resource}" '
        f'in API group "{group}" at the cluster scope'
    )
    return refused(403, "Forbidden", message)


EXPIRED = refused(410, "Expired", "The provided continue parameter is too old to display a consistent list result.")
UNAVAILABLE = refused(503, "ServiceUnavailable", "the server is currently unable to handle the request")
THROTTLED = refused(429, "TooManyRequests", "the server has received too many requests", Retry_After="1")


def kubeconfig(
    api: KubernetesApi, context: str = "erp-prod", user: dict[str, Any] | None = None, **cluster: Any
) -> str:
    """A kubeconfig for the server, as text."""
    authority = base64.b64encode(Path(api.certificates.ca_file).read_bytes()).decode()
    server = {"server": api.address, "certificate-authority-data": authority, **cluster}
    return json.dumps(
        {
            "apiVersion": "v1",
            "kind": "Config",
            "current-context": context,
            "clusters": [{"name": "c", "cluster": {key: value for key, value in server.items() if value is not None}}],
            "users": [{"name": "u", "user": {"token": TOKEN} if user is None else user}],
            "contexts": [{"name": context, "context": {"cluster": "c", "user": "u"}}],
        }
    )
