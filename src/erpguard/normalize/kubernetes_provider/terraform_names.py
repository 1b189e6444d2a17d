"""How the Terraform provider for Kubernetes spells the API: types, and the names of blocks and attributes.

A resource is written in snake case, each block in the singular and as a list, also where the API has one object. Most
names follow from that; the tables hold the rest. They were made by comparing the schema of the provider
(registry.terraform.io/providers/hashicorp/kubernetes/2.38.0/docs; of the Gateway API the documentation of its main
branch) with the OpenAPI description of Kubernetes.
"""

from __future__ import annotations

import re
from typing import NamedTuple


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_VERSION = re.compile(r"_v\d+((alpha|beta)\d+)?$")


class Kind(NamedTuple):
    """What a resource type of the provider is called by the API."""

    api_version: str
    kind: str


_RBAC = "rbac.authorization.k8s.io/v1"
_STORAGE = "storage.k8s.io/v1"
_WEBHOOKS = "admissionregistration.k8s.io/v1"
_GATEWAY = "gateway.networking.k8s.io/v1"

_KINDS: dict[str, Kind] = {
    "api_service": Kind("apiregistration.k8s.io/v1", "APIService"),
    "backend_tls_policy": Kind(_GATEWAY, "BackendTLSPolicy"),
    "certificate_signing_request": Kind("certificates.k8s.io/v1", "CertificateSigningRequest"),
    "cluster_role": Kind(_RBAC, "ClusterRole"),
    "cluster_role_binding": Kind(_RBAC, "ClusterRoleBinding"),
    "config_map": Kind("v1", "ConfigMap"),
    "cron_job": Kind("batch/v1", "CronJob"),
    "csi_driver": Kind(_STORAGE, "CSIDriver"),
    "daemon_set": Kind("apps/v1", "DaemonSet"),
    "daemonset": Kind("apps/v1", "DaemonSet"),
    "default_service_account": Kind("v1", "ServiceAccount"),
    "deployment": Kind("apps/v1", "Deployment"),
    "endpoint_slice": Kind("discovery.k8s.io/v1", "EndpointSlice"),
    "endpoints": Kind("v1", "Endpoints"),
    "gateway": Kind(_GATEWAY, "Gateway"),
    "gateway_class": Kind(_GATEWAY, "GatewayClass"),
    "grpc_route": Kind(_GATEWAY, "GRPCRoute"),
    "horizontal_pod_autoscaler": Kind("autoscaling/v2", "HorizontalPodAutoscaler"),
    "http_route": Kind(_GATEWAY, "HTTPRoute"),
    "ingress": Kind("networking.k8s.io/v1", "Ingress"),
    "ingress_class": Kind("networking.k8s.io/v1", "IngressClass"),
    "job": Kind("batch/v1", "Job"),
    "limit_range": Kind("v1", "LimitRange"),
    "listener_set": Kind(_GATEWAY, "ListenerSet"),
    "mutating_webhook_configuration": Kind(_WEBHOOKS, "MutatingWebhookConfiguration"),
    "namespace": Kind("v1", "Namespace"),
    "network_policy": Kind("networking.k8s.io/v1", "NetworkPolicy"),
    "persistent_volume": Kind("v1", "PersistentVolume"),
    "persistent_volume_claim": Kind("v1", "PersistentVolumeClaim"),
    "pod": Kind("v1", "Pod"),
    "pod_disruption_budget": Kind("policy/v1", "PodDisruptionBudget"),
    "pod_security_policy": Kind("policy/v1beta1", "PodSecurityPolicy"),
    "priority_class": Kind("scheduling.k8s.io/v1", "PriorityClass"),
    "replication_controller": Kind("v1", "ReplicationController"),
    "resource_quota": Kind("v1", "ResourceQuota"),
    "role": Kind(_RBAC, "Role"),
    "role_binding": Kind(_RBAC, "RoleBinding"),
    "runtime_class": Kind("node.k8s.io/v1", "RuntimeClass"),
    "secret": Kind("v1", "Secret"),
    "service": Kind("v1", "Service"),
    "service_account": Kind("v1", "ServiceAccount"),
    "stateful_set": Kind("apps/v1", "StatefulSet"),
    "storage_class": Kind(_STORAGE, "StorageClass"),
    "validating_admission_policy": Kind(_WEBHOOKS, "ValidatingAdmissionPolicy"),
    "validating_admission_policy_binding": Kind(_WEBHOOKS, "ValidatingAdmissionPolicyBinding"),
    "validating_webhook_configuration": Kind(_WEBHOOKS, "ValidatingWebhookConfiguration"),
}

_OLD: dict[str, Kind] = {
    "kubernetes_ingress": Kind("networking.k8s.io/v1beta1", "Ingress"),
    "kubernetes_horizontal_pod_autoscaler_v1": Kind("autoscaling/v1", "HorizontalPodAutoscaler"),
}

PATCHES = frozenset(
    (
        "kubernetes_annotations",
        "kubernetes_config_map_v1_data",
        "kubernetes_env",
        "kubernetes_labels",
        "kubernetes_node_taint",
        "kubernetes_secret_v1_data",
    )
)
"""Types that change a part of an object which is managed elsewhere."""

NOT_OBJECTS = frozenset(("kubernetes_token_request_v1", "kubectl_server_version"))
"""Types that leave nothing in the cluster."""

_LISTS = _words(
    "add addresses allowed_topologies backend_refs ca_certificate_refs certificate_refs cluster_role_selectors egress"
    " env env_from filters from headers host_aliases image_pull_secrets ingress items kinds listeners match_expressions"
    " match_fields match_label_expressions matches parent_refs per_port ports"
    " preferred_during_scheduling_ignored_during_execution query_params"
    " required_during_scheduling_ignored_during_execution rules set sources tls to"
)
"""Blocks that are lists for the API, too, and have the same name."""

_OBJECTS = frozenset(
    (
        ("node_affinity", "required_during_scheduling_ignored_during_execution"),
        ("listeners", "tls"),
        ("per_port", "tls"),
    )
)
"""Parent and name of blocks that are single objects, although others of their name are lists."""

_PLURALS: dict[str, tuple[str, tuple[str, ...]]] = {
    "address": ("addresses", ()),
    "container": ("containers", ("spec",)),
    "endpoint": ("endpoints", ()),
    "http_header": ("httpHeaders", ()),
    "image_pull_secret": ("imagePullSecrets", ()),
    "init_container": ("initContainers", ()),
    "limit": ("limits", ("spec",)),
    "match_expression": ("matchExpressions", ()),
    "metric": ("metrics", ("spec",)),
    "node_selector_term": ("nodeSelectorTerms", ()),
    "not_ready_address": ("notReadyAddresses", ()),
    "on_pod_condition": ("onPodConditions", ()),
    "option": ("options", ("dns_config",)),
    "path": ("paths", ("http",)),
    "policy": ("policies", ("scale_down", "scale_up")),
    "port": ("ports", ("", "container", "init_container", "spec", "subset")),
    "readiness_gate": ("readinessGates", ()),
    "rule": ("rules", ("", "pod_failure_policy", "spec", "webhook")),
    "secret": ("secrets", ("",)),
    "subject": ("subjects", ()),
    "subset": ("subsets", ()),
    "sysctl": ("sysctls", ()),
    "toleration": ("tolerations", ()),
    "topology_spread_constraint": ("topologySpreadConstraints", ()),
    "volume": ("volumes", ("spec",)),
    "volume_claim_template": ("volumeClaimTemplates", ("spec",)),
    "volume_device": ("volumeDevices", ()),
    "volume_mount": ("volumeMounts", ()),
    "webhook": ("webhooks", ()),
}
"""Blocks in the singular that are lists of the API: its name, and the parents below which that is so (none: all)."""

_IRREGULAR = {
    "ceph_fs": "cephfs",
    "ceph_monitors": "monitors",
    "client_ip": "clientIP",
    "cluster_ip": "clusterIP",
    "cluster_ips": "clusterIPs",
    "condition": "conditions",
    "data_disk_uri": "diskURI",
    "dataset_uuid": "datasetUUID",
    "downward_api": "downwardAPI",
    "endpoints_name": "endpoints",
    "external_ips": "externalIPs",
    "host_ip": "hostIP",
    "host_ipc": "hostIPC",
    "host_pid": "hostPID",
    "insecure_skip_tls_verify": "insecureSkipTLSVerify",
    "load_balancer_ip": "loadBalancerIP",
    "non_resource_urls": "nonResourceURLs",
    "pd_id": "pdID",
    "rados_user": "user",
    "rbd_image": "image",
    "rbd_pool": "pool",
    "run_as_username": "runAsUserName",
    "target_cpu_utilization_percentage": "targetCPUUtilizationPercentage",
    "target_ww_ns": "targetWWNs",
    "timezone": "timeZone",
    "volume_id": "volumeID",
}

_OF_KIND = {
    ("DaemonSet", "strategy"): ("updateStrategy", False),
    ("Gateway", "tls"): ("tls", False),
    ("StorageClass", "storage_provisioner"): ("provisioner", False),
    # The provider's `data` is plain text and its `binary_data` is encoded; of a Secret, only the keys are kept.
    ("Secret", "binary_data"): ("stringData", False),
}

_DROPPED = {
    "": _words(
        "auto_approve binary_data_wo binary_data_wo_revision certificate data_wo data_wo_revision default_secret_name"
        " field_manager force id load_balancer_ingress status target_state timeouts wait_for_completion"
        " wait_for_default_service_account wait_for_load_balancer wait_for_rollout wait_for_service_account_token"
        " wait_until_bound"
    ),
    "metadata": frozenset(("generation", "resource_version", "self_link", "uid")),
}
"""By parent: what steers the provider, or is the server's own."""

MAPS = _words(
    "annotations binary_data capacity data default default_request hard labels limits match_labels max"
    " max_limit_request_ratio min node_selector options parameters requests selector volume_attributes"
)
"""Attributes whose keys are free."""

SPLICED = "persistent_volume_source"
"""The one block that the API does not have: what is in it stands one level higher."""

INTEGERS = _words("fs_group replicas run_as_group run_as_user toleration_seconds ttl_seconds_after_finished")
"""Integers that the provider keeps as text, so that unset and 0 differ."""

OCTAL = frozenset(("default_mode", "mode"))
PORTS = frozenset(("max_surge", "max_unavailable", "min_available", "port", "service_port", "target_port"))
"""Integers or names: text that is a number is one."""

UNSET_AT_ZERO = _words(
    "active_deadline_seconds average_utilization end_port health_check_node_port host_port min_replicas node_port"
    " number starting_deadline_seconds target_cpu_utilization_percentage"
)
"""Integers that the provider leaves out when they are 0, and reads back as 0."""


def kind_of(type_: str) -> Kind | None:
    """What the API calls a resource type: `kubernetes_deployment_v1` is a Deployment of apps/v1."""
    if type_ in _OLD:
        return _OLD[type_]
    return _KINDS.get(_VERSION.sub("", type_.removeprefix("kubernetes_")))


def is_dropped(parent: str, name: str) -> bool:
    """Whether an attribute below a block (empty for the resource itself) is none of the API's."""
    return name in _DROPPED.get(parent, ())


def api_name(kind: str, parent: str, name: str) -> tuple[str, bool]:
    """The API's name of an attribute or block below a block, and whether it is a list of objects."""
    if (kind, name) in _OF_KIND and parent in ("", "spec"):
        return _OF_KIND[kind, name]
    plural, parents = _PLURALS.get(name, ("", ()))
    if plural and (not parents or parent in parents):
        return plural, True
    return _IRREGULAR.get(name) or camel(name), name in _LISTS and (parent, name) not in _OBJECTS


def camel(name: str) -> str:
    """`image_pull_policy` -> `imagePullPolicy`."""
    first, *rest = name.split("_")
    return first + "".join(part[:1].upper() + part[1:] for part in rest)
