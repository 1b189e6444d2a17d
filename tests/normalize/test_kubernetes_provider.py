"""Kubernetes objects of Terraform and Pulumi: shapes, names, what is not known, and where it stands.

The values are what `terraform show -json` has for hashicorp/kubernetes 2.x: blocks are lists, what nobody set is
null or empty in a plan, and empty or zero in a state.
"""

from __future__ import annotations

from typing import Any

import pytest
import yaml

import erpguard
from erpguard.model import Path, Resource
from erpguard.normalize.declared import Declared, Reference
from erpguard.normalize.kubernetes_provider import Made, resources
from erpguard.normalize.kubernetes_provider.terraform import api_path, converted
from tests.analysis.estates import FakeOrigin

CONTAINER: dict[str, Any] = {
    "args": [],
    "command": None,
    "env": [
        {"name": "HOST", "value": "db", "value_from": []},
        {
            "name": "PASSWORD",
            "value": "",
            "value_from": [{"secret_key_ref": [{"key": "password", "name": "db", "optional": None}], "field_ref": []}],
        },
    ],
    "env_from": [{"config_map_ref": [{"name": "odoo", "optional": False}], "prefix": "", "secret_ref": []}],
    "image": "odoo:17.0",
    "image_pull_policy": "IfNotPresent",
    "lifecycle": [],
    "liveness_probe": [
        {
            "exec": [],
            "failure_threshold": 3,
            "http_get": [{"host": "", "http_header": [], "path": "/web/health", "port": "8069", "scheme": "HTTP"}],
            "tcp_socket": [],
        }
    ],
    "name": "odoo",
    "port": [{"container_port": 8069, "host_ip": "", "host_port": 0, "name": "http", "protocol": "TCP"}],
    "resources": [{"limits": {"memory": "2Gi"}, "requests": {"cpu": "500m", "memory": "1Gi"}}],
    "security_context": [
        {
            "allow_privilege_escalation": False,
            "capabilities": [{"add": [], "drop": ["ALL"]}],
            "privileged": None,
            "read_only_root_filesystem": True,
            "run_as_group": "",
            "run_as_non_root": None,
            "run_as_user": "101",
            "seccomp_profile": [],
        }
    ],
    "volume_mount": [{"mount_path": "/var/lib/odoo", "name": "data", "read_only": False, "sub_path": ""}],
    "working_dir": "",
}

POD_TEMPLATE: list[Any] = [
    {
        "metadata": [
            {"annotations": {}, "generate_name": "", "labels": {"app": "odoo"}, "name": "", "namespace": ""},
        ],
        "spec": [
            {
                "active_deadline_seconds": 0,
                "affinity": [],
                "automount_service_account_token": False,
                "container": [CONTAINER],
                "host_ipc": False,
                "host_network": None,
                "init_container": [],
                "node_selector": None,
                "priority_class_name": "erp",
                "security_context": [{"fs_group": "101", "run_as_non_root": True, "supplemental_groups": None}],
                "service_account_name": "odoo",
                "toleration": [{"effect": "NoSchedule", "key": "erp", "toleration_seconds": "", "operator": "Exists"}],
                "volume": [
                    {"name": "data", "persistent_volume_claim": [{"claim_name": "odoo", "read_only": False}]},
                    {"name": "tmp", "empty_dir": [{"medium": "", "size_limit": "1Gi"}]},
                    {
                        "name": "conf",
                        "config_map": [
                            {
                                "default_mode": "0640",
                                "items": [{"key": "odoo.conf", "mode": "", "path": "odoo.conf"}],
                                "name": "odoo",
                                "optional": None,
                            }
                        ],
                    },
                ],
            }
        ],
    }
]

POD_TEMPLATE_API = """
metadata: {labels: {app: odoo}}
spec:
  automountServiceAccountToken: false
  containers:
  - name: odoo
    image: odoo:17.0
    imagePullPolicy: IfNotPresent
    env:
    - {name: HOST, value: db}
    - {name: PASSWORD, valueFrom: {secretKeyRef: {name: db, key: password}}}
    envFrom: [{configMapRef: {name: odoo, optional: false}}]
    livenessProbe: {failureThreshold: 3, httpGet: {path: /web/health, port: 8069, scheme: HTTP}}
    ports: [{name: http, containerPort: 8069, protocol: TCP}]
    resources: {limits: {memory: 2Gi}, requests: {cpu: 500m, memory: 1Gi}}
    securityContext:
      allowPrivilegeEscalation: false
      capabilities: {drop: [ALL]}
      readOnlyRootFilesystem: true
      runAsUser: 101
      runAsNonRoot: false
    volumeMounts: [{name: data, mountPath: /var/lib/odoo, readOnly: false}]
  hostIPC: false
  priorityClassName: erp
  securityContext: {fsGroup: 101, runAsNonRoot: true}
  serviceAccountName: odoo
  tolerations: [{key: erp, effect: NoSchedule, operator: Exists}]
  volumes:
  - {name: data, persistentVolumeClaim: {claimName: odoo, readOnly: false}}
  - {name: tmp, emptyDir: {sizeLimit: 1Gi}}
  - {name: conf, configMap: {name: odoo, defaultMode: 416, items: [{key: odoo.conf, path: odoo.conf}]}}
"""


def metadata(name: str, **more: Any) -> list[Any]:
    """The metadata block of a plan."""
    block = {"annotations": None, "generate_name": None, "labels": None, "name": name, "namespace": "erp", **more}
    return [block]


def indented(text: str, by: int) -> str:
    """A text further to the right."""
    return text.replace("\n", "\n" + " " * by)


CASES: dict[str, tuple[str, dict[str, Any], str]] = {
    "deployment": (
        "kubernetes_deployment_v1",
        {
            "id": "erp/odoo",
            "metadata": metadata("odoo", generation=3, resource_version="812", uid="2c1b", labels={"app": "odoo"}),
            "spec": [
                {
                    "min_ready_seconds": 0,
                    "replicas": "0",
                    "selector": [{"match_expressions": [], "match_labels": {"app": "odoo"}}],
                    "strategy": [{"rolling_update": [{"max_surge": "25%", "max_unavailable": "0"}], "type": "Rolling"}],
                    "template": POD_TEMPLATE,
                }
            ],
            "timeouts": None,
            "wait_for_rollout": True,
        },
        f"""
apiVersion: apps/v1
kind: Deployment
metadata: {{name: odoo, namespace: erp, labels: {{app: odoo}}}}
spec:
  minReadySeconds: 0
  replicas: 0
  selector: {{matchLabels: {{app: odoo}}}}
  strategy: {{type: Rolling, rollingUpdate: {{maxSurge: 25%, maxUnavailable: 0}}}}
  template: {indented(POD_TEMPLATE_API, 4)}
""",
    ),
    "daemon set": (
        "kubernetes_daemonset",
        {
            "metadata": metadata("agent"),
            "spec": [{"selector": [{"match_labels": {"a": "b"}}], "strategy": [{"type": "OnDelete"}], "template": []}],
        },
        """
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent, namespace: erp}
spec: {selector: {matchLabels: {a: b}}, updateStrategy: {type: OnDelete}}
""",
    ),
    "stateful set": (
        "kubernetes_stateful_set",
        {
            "metadata": metadata("postgres"),
            "spec": [
                {
                    "persistent_volume_claim_retention_policy": [{"when_deleted": "Retain", "when_scaled": None}],
                    "service_name": "postgres",
                    "volume_claim_template": [
                        {
                            "metadata": metadata("data", namespace=None),
                            "spec": [
                                {
                                    "access_modes": ["ReadWriteOnce"],
                                    "resources": [{"limits": None, "requests": {"storage": "64Gi"}}],
                                    "storage_class_name": "",
                                }
                            ],
                        }
                    ],
                }
            ],
        },
        """
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: postgres, namespace: erp}
spec:
  persistentVolumeClaimRetentionPolicy: {whenDeleted: Retain}
  serviceName: postgres
  volumeClaimTemplates:
  - metadata: {name: data}
    spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 64Gi}}}
""",
    ),
    "cron job": (
        "kubernetes_cron_job_v1",
        {
            "metadata": metadata("dump"),
            "spec": [
                {
                    "concurrency_policy": "Forbid",
                    "failed_jobs_history_limit": 0,
                    "job_template": [
                        {
                            "metadata": [{"annotations": None, "labels": None}],
                            "spec": [
                                {"backoff_limit": 2, "template": POD_TEMPLATE, "ttl_seconds_after_finished": "60"}
                            ],
                        }
                    ],
                    "schedule": "0 1 * * *",
                    "starting_deadline_seconds": 0,
                    "suspend": False,
                    "timezone": "Etc/UTC",
                }
            ],
        },
        f"""
apiVersion: batch/v1
kind: CronJob
metadata: {{name: dump, namespace: erp}}
spec:
  concurrencyPolicy: Forbid
  failedJobsHistoryLimit: 0
  jobTemplate:
    metadata: {{}}
    spec:
      backoffLimit: 2
      ttlSecondsAfterFinished: 60
      template: {indented(POD_TEMPLATE_API, 8)}
  schedule: 0 1 * * *
  suspend: false
  timeZone: Etc/UTC
""",
    ),
    "ingress": (
        "kubernetes_ingress_v1",
        {
            "metadata": metadata("odoo", annotations={"nginx.ingress.kubernetes.io/ssl-redirect": "true"}),
            "spec": [
                {
                    "default_backend": [],
                    "ingress_class_name": "nginx",
                    "rule": [
                        {
                            "host": "erp.example.com",
                            "http": [
                                {
                                    "path": [
                                        {
                                            "backend": [
                                                {
                                                    "resource": [],
                                                    "service": [
                                                        {"name": "odoo", "port": [{"name": "", "number": 8069}]}
                                                    ],
                                                }
                                            ],
                                            "path": "/",
                                            "path_type": "Prefix",
                                        }
                                    ]
                                }
                            ],
                        },
                        {
                            "host": "chat.example.com",
                            "http": [
                                {
                                    "path": [
                                        {
                                            "backend": [
                                                {"service": [{"name": "odoo", "port": [{"name": "chat", "number": 0}]}]}
                                            ],
                                            "path": "",
                                        }
                                    ]
                                }
                            ],
                        },
                    ],
                    "tls": [{"hosts": ["erp.example.com"], "secret_name": "erp-tls"}],
                }
            ],
            "status": [{"load_balancer": [{"ingress": []}]}],
            "wait_for_load_balancer": None,
        },
        """
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: odoo
  namespace: erp
  annotations: {nginx.ingress.kubernetes.io/ssl-redirect: "true"}
spec:
  ingressClassName: nginx
  rules:
  - host: erp.example.com
    http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: odoo, port: {number: 8069}}}}]}
  - host: chat.example.com
    http: {paths: [{backend: {service: {name: odoo, port: {name: chat}}}}]}
  tls: [{hosts: [erp.example.com], secretName: erp-tls}]
""",
    ),
    "network policy": (
        "kubernetes_network_policy",
        {
            "metadata": metadata("db"),
            "spec": [
                {
                    "egress": [],
                    "ingress": [
                        {
                            "from": [
                                {
                                    "ip_block": [],
                                    "namespace_selector": [{"match_expressions": [], "match_labels": None}],
                                    "pod_selector": [],
                                },
                                {"ip_block": [{"cidr": "10.0.0.0/8", "except": ["10.1.0.0/16"]}]},
                            ],
                            "ports": [
                                {"end_port": 0, "port": "5432", "protocol": "TCP"},
                                {"port": "metrics", "protocol": "TCP"},
                            ],
                        },
                        {"from": [], "ports": []},
                    ],
                    "pod_selector": [
                        {
                            "match_expressions": [{"key": "app", "operator": "In", "values": ["postgres"]}],
                            "match_labels": {},
                        }
                    ],
                    "policy_types": ["Ingress", "Egress"],
                }
            ],
        },
        """
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: db, namespace: erp}
spec:
  ingress:
  - from:
    - namespaceSelector: {}
    - ipBlock: {cidr: 10.0.0.0/8, except: [10.1.0.0/16]}
    ports: [{port: 5432, protocol: TCP}, {port: metrics, protocol: TCP}]
  - {}
  podSelector: {matchExpressions: [{key: app, operator: In, values: [postgres]}]}
  policyTypes: [Ingress, Egress]
""",
    ),
    "service": (
        "kubernetes_service",
        {
            "metadata": metadata("odoo"),
            "spec": [
                {
                    "cluster_ip": "",
                    "external_ips": None,
                    "health_check_node_port": 0,
                    "load_balancer_source_ranges": ["203.0.113.0/24"],
                    "port": [{"name": "", "node_port": 0, "port": 80, "protocol": "TCP", "target_port": "8069"}],
                    "selector": {"app": "odoo", "app_tier": "erp"},
                    "session_affinity": "None",
                    "session_affinity_config": [],
                    "type": "LoadBalancer",
                }
            ],
        },
        """
apiVersion: v1
kind: Service
metadata: {name: odoo, namespace: erp}
spec:
  loadBalancerSourceRanges: [203.0.113.0/24]
  ports: [{port: 80, protocol: TCP, targetPort: 8069}]
  selector: {app: odoo, app_tier: erp}
  sessionAffinity: None
  type: LoadBalancer
""",
    ),
    "role binding": (
        "kubernetes_role_binding_v1",
        {
            "metadata": metadata("deployers"),
            "role_ref": [{"api_group": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "edit"}],
            "subject": [
                {"api_group": "", "kind": "ServiceAccount", "name": "deployer", "namespace": "ci"},
                {"api_group": "rbac.authorization.k8s.io", "kind": "Group", "name": "admins", "namespace": "default"},
            ],
        },
        """
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: deployers, namespace: erp}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: edit}
subjects:
- {kind: ServiceAccount, name: deployer, namespace: ci}
- {apiGroup: rbac.authorization.k8s.io, kind: Group, name: admins}
""",
    ),
    "cluster role": (
        "kubernetes_cluster_role",
        {
            "aggregation_rule": [
                {"cluster_role_selectors": [{"match_labels": {"to": "view"}, "match_expressions": []}]}
            ],
            "metadata": [{"name": "reader"}],
            "rule": [
                {"api_groups": [""], "non_resource_urls": None, "resources": ["pods"], "verbs": ["get"]},
                {"api_groups": None, "non_resource_urls": ["/metrics"], "resources": [], "verbs": ["get"]},
            ],
        },
        """
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
aggregationRule: {clusterRoleSelectors: [{matchLabels: {to: view}}]}
metadata: {name: reader}
rules:
- {apiGroups: [""], resources: [pods], verbs: [get]}
- {nonResourceURLs: [/metrics], verbs: [get]}
""",
    ),
    "autoscaler v2": (
        "kubernetes_horizontal_pod_autoscaler_v2",
        {
            "metadata": metadata("odoo"),
            "spec": [
                {
                    "behavior": [
                        {
                            "scale_down": [
                                {
                                    "policy": [{"period_seconds": 60, "type": "Pods", "value": 1}],
                                    "select_policy": "Min",
                                    "stabilization_window_seconds": 0,
                                }
                            ],
                            "scale_up": [],
                        }
                    ],
                    "max_replicas": 6,
                    "metric": [
                        {
                            "external": [],
                            "resource": [
                                {
                                    "name": "cpu",
                                    "target": [
                                        {
                                            "average_utilization": 70,
                                            "average_value": "",
                                            "type": "Utilization",
                                            "value": "",
                                        }
                                    ],
                                }
                            ],
                            "type": "Resource",
                        },
                        {
                            "external": [
                                {
                                    "metric": [{"name": "queue", "selector": [{"match_labels": {"q": "erp"}}]}],
                                    "target": [
                                        {"average_utilization": 0, "average_value": "30", "type": "AverageValue"}
                                    ],
                                }
                            ],
                            "resource": [],
                            "type": "External",
                        },
                    ],
                    "min_replicas": 2,
                    "scale_target_ref": [{"api_version": "apps/v1", "kind": "Deployment", "name": "odoo"}],
                    "target_cpu_utilization_percentage": 0,
                }
            ],
        },
        """
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: odoo, namespace: erp}
spec:
  behavior:
    scaleDown:
      policies: [{periodSeconds: 60, type: Pods, value: 1}]
      selectPolicy: Min
      stabilizationWindowSeconds: 0
  maxReplicas: 6
  metrics:
  - {type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 70}}}
  - type: External
    external:
      metric: {name: queue, selector: {matchLabels: {q: erp}}}
      target: {type: AverageValue, averageValue: "30"}
  minReplicas: 2
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: odoo}
""",
    ),
    "quota": (
        "kubernetes_resource_quota",
        {
            "metadata": metadata("erp"),
            "spec": [
                {
                    "hard": {"requests.cpu": "8", "limits.memory": "32Gi"},
                    "scope_selector": [
                        {
                            "match_expression": [
                                {"operator": "In", "scope_name": "PriorityClass", "values": ["erp", "batch"]}
                            ]
                        }
                    ],
                    "scopes": None,
                }
            ],
        },
        """
apiVersion: v1
kind: ResourceQuota
metadata: {name: erp, namespace: erp}
spec:
  hard: {requests.cpu: "8", limits.memory: 32Gi}
  scopeSelector: {matchExpressions: [{operator: In, scopeName: PriorityClass, values: [erp, batch]}]}
""",
    ),
    "limit range": (
        "kubernetes_limit_range",
        {
            "metadata": metadata("erp"),
            "spec": [
                {"limit": [{"default": {"memory": "1Gi"}, "default_request": {}, "max": None, "type": "Container"}]}
            ],
        },
        """
apiVersion: v1
kind: LimitRange
metadata: {name: erp, namespace: erp}
spec: {limits: [{default: {memory: 1Gi}, type: Container}]}
""",
    ),
    "persistent volume": (
        "kubernetes_persistent_volume",
        {
            "metadata": [{"name": "share"}],
            "spec": [
                {
                    "capacity": {"storage": "1Ti"},
                    "persistent_volume_source": [
                        {"azure_file": [{"share_name": "erp", "secret_name": "erp", "read_only": False}], "nfs": []}
                    ],
                }
            ],
        },
        """
apiVersion: v1
kind: PersistentVolume
metadata: {name: share}
spec: {capacity: {storage: 1Ti}, azureFile: {shareName: erp, secretName: erp, readOnly: false}}
""",
    ),
    "storage class": (
        "kubernetes_storage_class",
        {
            "allowed_topologies": [
                {"match_label_expressions": [{"key": "topology.kubernetes.io/zone", "values": ["westeurope-1"]}]}
            ],
            "metadata": [{"name": "zrs"}],
            "parameters": {"skuName": "Premium_ZRS"},
            "storage_provisioner": "disk.csi.azure.com",
        },
        """
apiVersion: storage.k8s.io/v1
kind: StorageClass
allowedTopologies: [{matchLabelExpressions: [{key: topology.kubernetes.io/zone, values: [westeurope-1]}]}]
metadata: {name: zrs}
parameters: {skuName: Premium_ZRS}
provisioner: disk.csi.azure.com
""",
    ),
    "service account": (
        "kubernetes_service_account",
        {
            "automount_service_account_token": False,
            "default_secret_name": "",
            "image_pull_secret": [{"name": "registry"}],
            "metadata": metadata("odoo"),
            "secret": [{"name": "token"}],
        },
        """
apiVersion: v1
kind: ServiceAccount
automountServiceAccountToken: false
imagePullSecrets: [{name: registry}]
metadata: {name: odoo, namespace: erp}
secrets: [{name: token}]
""",
    ),
    "priority class": (
        "kubernetes_priority_class",
        {"description": "", "global_default": False, "metadata": [{"name": "batch"}], "value": 0},
        """
apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
globalDefault: false
metadata: {name: batch}
value: 0
""",
    ),
    "gateway": (
        "kubernetes_gateway_v1",
        {
            "metadata": metadata("edge"),
            "spec": [
                {
                    "gateway_class_name": "azure-alb-external",
                    "listeners": [
                        {
                            "allowed_routes": [{"kinds": [], "namespaces": [{"from": "All", "selector": []}]}],
                            "name": "https",
                            "port": 443,
                            "protocol": "HTTPS",
                            "tls": [{"certificate_refs": [{"name": "erp-tls"}], "mode": "Terminate", "options": None}],
                        }
                    ],
                    "tls": [],
                }
            ],
        },
        """
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: edge, namespace: erp}
spec:
  gatewayClassName: azure-alb-external
  listeners:
  - allowedRoutes: {namespaces: {from: All}}
    name: https
    port: 443
    protocol: HTTPS
    tls: {certificateRefs: [{name: erp-tls}], mode: Terminate}
""",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_the_shape_of_the_api(case: str) -> None:
    type_, values, expected = CASES[case]
    made = converted(type_, values)
    assert made is not None
    assert made.body == yaml.safe_load(expected)


@pytest.mark.parametrize("case", CASES)
def test_places_are_those_of_the_provider(case: str) -> None:
    """Every leaf of the object leads back to the same value of the declaration, and forth again."""
    type_, values, _ = CASES[case]
    made = converted(type_, values)
    assert made is not None
    for path in _leaves(made.body):
        if path in (("apiVersion",), ("kind",)) or path in made.assumed:
            continue
        prefix = next(path[:end] for end in range(len(path), 0, -1) if path[:end] in made.moved)
        old = made.moved[prefix] + path[len(prefix) :]
        was: Any = values
        for step in old:
            was = was[step]
        assert api_path(type_, old) == path


def declared(type_: str, values: dict[str, Any], address: str = "", **more: Any) -> Declared:
    """A declaration of a plan."""
    provider = more.pop("provider", type_.partition("_")[0])
    return Declared(address or f"{type_}.odoo", provider, type_, values, FakeOrigin("plan.json"), **more)


def one(made: Made) -> Resource:
    """The only resource, without problems."""
    assert made.problems == []
    assert len(made.resources) == 1
    return made.resources[0]


def test_a_resource() -> None:
    type_, values, _ = CASES["deployment"]
    made = one(resources([declared(type_, values, change="update")], {"clusters": {"plan.json": "aks-erp"}}))
    assert (made.id, made.name, made.namespace) == ("aks-erp/apps/Deployment/erp/odoo", "odoo", "erp")
    assert (made.source, made.change, made.labels) == ("terraform_plan", "update", {"app": "odoo"})
    container = ("spec", "template", "spec", "containers", 0)
    assert made.assumed == {(*container, "securityContext", "runAsNonRoot")}
    place = made.origin.place((*container, "resources", "limits", "cpu"))
    assert place.pointer == "/spec/0/template/0/spec/0/container/0/resources/0/limits/cpu"
    assert made.origin.place(("spec", "replicas")).pointer == "/spec/0/replicas"
    assert made.origin.text(("spec", "replicas")) == ""


def test_a_newer_provider_sends_nothing_that_nobody_set() -> None:
    type_, values, _ = CASES["deployment"]
    assert one(resources([declared(type_, values, defaults=3)])).assumed == frozenset()


def test_unknown_paths_are_those_of_the_api() -> None:
    type_, values, _ = CASES["deployment"]
    unknown: frozenset[Path] = frozenset(
        (
            ("id",),
            ("metadata", 0, "uid"),
            ("metadata", 0, "labels", "app_version"),
            ("spec", 0, "template", 0, "spec", 0, "container", 0, "image"),
            ("spec", 0, "template", 0, "spec", 0, "container", 0, "args", 1),
            ("spec", 0, "template", 0, "spec", 0, "container", 0, "resources"),
            ("spec", 0, "template", 0, "spec", 0, "volume"),
        )
    )
    unset: frozenset[Path] = frozenset([("spec", 0, "template", 0, "spec", 0, "container", 0, "resources")])
    secret: frozenset[Path] = frozenset([("spec", 0, "template", 0, "spec", 0, "container", 0, "image")])
    made = one(resources([declared(type_, values, unknown=unknown, unset=unset, sensitive=secret)]))
    container = ("spec", "template", "spec", "containers", 0)
    assert made.unknown == {
        ("metadata", "labels", "app_version"),
        (*container, "image"),
        (*container, "args", 1),
        ("spec", "template", "spec", "volumes"),
    }
    assert made.sensitive == {(*container, "image")}


def test_what_is_not_known_is_not_missing() -> None:
    """`containers` is required by the API."""
    values = {"metadata": metadata("a"), "spec": [{"container": None}]}
    made = one(resources([declared("kubernetes_pod", values, unknown=frozenset([("spec", 0, "container")]))]))
    assert made.unknown == {("spec", "containers")}
    assert made.invalid == frozenset()


def test_a_name_that_is_not_known() -> None:
    values = {"metadata": [{"name": None, "namespace": "erp"}], "data": {"a": "b"}}
    unknown: frozenset[Path] = frozenset([("metadata", 0, "name")])
    found = resources(
        [declared("kubernetes_config_map", values, "module.erp.kubernetes_config_map.odoo", unknown=unknown)]
    )
    made = one(found)
    assert (made.name, made.namespace) == ("odoo", "erp")
    assert made.id == "default/core/ConfigMap/erp/${module.erp.kubernetes_config_map.odoo}"
    assert not made.is_known(("metadata", "name"))
    assert found.open_types == {"core/ConfigMap"}  # it may be the one that something refers to


def test_a_generated_name() -> None:
    values = {"metadata": [{"generate_name": "job-", "name": None, "namespace": "erp"}], "spec": [{}]}
    found = resources([declared("kubernetes_job", values, unknown=frozenset([("metadata", 0, "name")]))])
    assert found.resources[0].name == "job-*"
    assert found.open_types == set()


def test_a_namespace_that_is_known_by_its_address() -> None:
    unknown: frozenset[Path] = frozenset([("metadata", 0, "namespace")])
    policy = declared(
        "kubernetes_network_policy",
        {
            "metadata": [{"name": "deny", "namespace": None}],
            "spec": [{"pod_selector": [{}], "policy_types": ["Ingress"]}],
        },
        unknown=unknown,
        references={("metadata", 0, "namespace"): (Reference("kubernetes_namespace.erp", ("metadata", 0, "name")),)},
    )
    namespace = declared(
        "kubernetes_namespace",
        {"metadata": [{"name": None, "labels": {"environment": "dev"}}]},
        "kubernetes_namespace.erp",
        unknown=frozenset([("metadata", 0, "name")]),
    )
    elsewhere = declared(
        "kubernetes_pod", {"metadata": [{"name": "a"}], "spec": [{"container": [{"name": "a"}]}]}, unknown=unknown
    )
    found = resources([policy, namespace, elsewhere]).resources
    assert found[0].namespace == "${kubernetes_namespace.erp}"
    assert found[0].namespace in found[1].id
    assert found[2].namespace == "${kubernetes_pod.odoo.namespace}"
    assert found[0].links == {("metadata", "namespace"): ("kubernetes_namespace.erp", "metadata.0.name")}


def test_a_secret_keeps_its_keys() -> None:
    values = {"metadata": metadata("db"), "data": {"password": "hunter2hunter2", "empty": ""}, "type": "Opaque"}
    made = one(resources([declared("kubernetes_secret", values)]))
    assert made.body["data"] == {"password": "(removed)", "empty": ""}
    write_only = {"metadata": metadata("db"), "data": None, "data_wo_revision": 1}
    assert one(resources([declared("kubernetes_secret_v1", write_only)])).unknown == {("data",)}


def test_old_versions() -> None:
    backend = [{"service_name": "odoo", "service_port": "8069"}]
    ingress = {"metadata": metadata("odoo"), "spec": [{"rule": [{"http": [{"path": [{"backend": backend}]}]}]}]}
    made = one(resources([declared("kubernetes_ingress", ingress)]))
    service: Path = ("spec", "rules", 0, "http", "paths", 0, "backend", "service")
    assert made.body["spec"]["rules"][0]["http"]["paths"][0]["backend"]["service"] == {
        "name": "odoo",
        "port": {"number": 8069},
    }
    pointer = "/spec/0/rule/0/http/0/path/0/backend/0/service_"
    assert made.origin.place((*service, "port", "number")).pointer == pointer + "port"
    assert made.origin.place((*service, "name")).pointer == pointer + "name"


def test_the_version_of_an_autoscaler() -> None:
    target = [{"api_version": "apps/v1", "kind": "Deployment", "name": "odoo"}]
    spec = {"max_replicas": 3, "scale_target_ref": target, "target_cpu_utilization_percentage": None, "metric": []}
    values = {"metadata": metadata("odoo"), "spec": [spec]}
    path: Path = ("spec", 0, "target_cpu_utilization_percentage")
    made = one(resources([declared("kubernetes_horizontal_pod_autoscaler", values, unknown=frozenset([path]))]))
    assert ("spec", "metrics") in made.unknown
    made = one(resources([declared("kubernetes_horizontal_pod_autoscaler_v1", values)]))
    assert made.body["spec"]["metrics"][0]["resource"]["target"]["averageUtilization"] == 80


def test_a_projected_volume() -> None:
    sources = [
        {"config_map": [{"name": "a", "items": []}, {"name": "b"}], "secret": [{"name": "c"}], "downward_api": []},
        {"service_account_token": [{"path": "token", "expiration_seconds": 3600}]},
    ]
    spec = {"container": [{"name": "a"}], "volume": [{"name": "all", "projected": [{"sources": sources}]}]}
    made = one(resources([declared("kubernetes_pod", {"metadata": metadata("a"), "spec": [spec]})]))
    at: Path = ("spec", "volumes", 0, "projected", "sources")
    assert made.body["spec"]["volumes"][0]["projected"]["sources"] == [
        {"configMap": {"name": "a"}},
        {"configMap": {"name": "b"}},
        {"secret": {"name": "c"}},
        {"serviceAccountToken": {"path": "token", "expirationSeconds": 3600}},
    ]
    place = made.origin.place((*at, 2, "secret", "name"))
    assert place.pointer == "/spec/0/volume/0/projected/0/sources/0/secret/0/name"


def test_a_manifest() -> None:
    manifest = {
        "apiVersion": "traefik.containo.us/v1alpha1",
        "kind": "TLSOption",
        "metadata": {"name": "modern", "namespace": "erp"},
        "spec": {"minVersion": None},
    }
    unknown: frozenset[Path] = frozenset([("manifest", "spec", "minVersion"), ("object",)])
    made = one(resources([declared("kubernetes_manifest", {"manifest": manifest}, unknown=unknown)]))
    assert made.type == "traefik.io/TLSOption"
    assert made.unknown == {("spec", "minVersion")}
    assert made.origin.place(("spec", "minVersion")).pointer == "/manifest/spec/minVersion"
    assert manifest["spec"] == {"minVersion": None}  # not changed


def test_a_manifest_that_is_not_known() -> None:
    found = resources([declared("kubernetes_manifest", {"manifest": None}, unknown=frozenset([("manifest",)]))])
    assert [(problem.code, problem.level) for problem in found.problems] == [("unknown-object", "warning")]
    assert "core/Secret" in found.open_types


def parsed(text: str) -> list[Any]:
    """What a source passes as the parser of YAML texts."""
    if "\t" in text:
        raise ValueError("tab used for indentation: YAML wants spaces")
    return list(yaml.safe_load_all(text))


def test_yaml() -> None:
    values = {"yaml_body": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n", "override_namespace": "erp"}
    made = one(resources([declared("kubectl_manifest", values)], parse=parsed))
    assert made.id == "default/core/ConfigMap/erp/a"
    assert made.origin.place(("data", "x")).pointer == "/yaml_body"


def test_yaml_whose_text_is_hidden() -> None:
    """Newer versions of the provider mark the text as sensitive, and show a copy without its sensitive fields."""
    values = {"yaml_body": None, "yaml_body_parsed": "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\n"}
    hidden: frozenset[Path] = frozenset([("yaml_body",)])
    made = one(resources([declared("kubectl_manifest", values, unknown=hidden, sensitive=hidden)], parse=parsed))
    assert made.type == "core/Secret"
    values = {"api_version": "networking.k8s.io/v1", "kind": "NetworkPolicy"}
    found = resources([declared("kubectl_manifest", values, unknown=hidden)], parse=parsed)
    assert found.open_types == {"networking.k8s.io/NetworkPolicy"}


@pytest.mark.parametrize(("text", "code"), [("a:\tb:\n", "yaml-syntax"), ("a: b", "no-kind")])
def test_yaml_that_is_no_object(text: str, code: str) -> None:
    found = resources([declared("kubectl_manifest", {"yaml_body": text})], parse=parsed)
    assert [(problem.code, problem.level, problem.place.pointer) for problem in found.problems] == [
        (code, "error", "/yaml_body")
    ]


def test_a_helm_release_is_a_gap() -> None:
    releases = [
        declared("helm_release", {"name": "traefik", "chart": "traefik"}),
        declared(
            "kubernetes:helm.sh/v3:Release",
            {"name": "velero"},
            "urn:pulumi:p::e::kubernetes:helm.sh/v3:Release::velero",
        ),
        declared("helm_release", {"name": "gone"}, change="delete"),
    ]
    found = resources(releases)
    assert [problem.message.partition(",")[0] for problem in found.problems] == [
        "Helm release traefik is not rendered",
        "Helm release velero is not rendered",
    ]
    assert all(problem.level == "warning" and "helm template" in problem.message for problem in found.problems)
    assert "traefik.io/IngressRoute" in found.open_types
    assert not any(type_.startswith(("Microsoft", "*")) for type_ in found.open_types)


def test_what_is_no_object_of_its_own() -> None:
    found = resources(
        [
            declared("kubernetes_labels", {"kind": "Namespace"}),
            declared("kubernetes_token_request_v1", {}),
            declared("kubernetes_pod", {}, change="delete"),
        ]
    )
    assert found.not_judged == {"kubernetes_labels (changes a part of an object that is managed elsewhere)": 1}
    assert (found.resources, found.problems, found.open_types) == ([], [], set())


def test_a_type_that_is_not_known() -> None:
    found = resources([declared("kubernetes_something_new_v1", {"metadata": metadata("a")})])
    assert [problem.code for problem in found.problems] == ["unknown-type"]
    assert found.open_types


def pulumi(token: str, values: dict[str, Any], **more: Any) -> Declared:
    """A resource of a Pulumi program."""
    return declared(token, values, f"urn:pulumi:prod::erp::{token}::odoo", provider="kubernetes", **more)


def test_pulumi() -> None:
    values = {
        "__initialApiVersion": "v1",
        "id": "erp/odoo",
        "metadata": {"name": "odoo-1f2e3d4c", "namespace": "erp"},
        "spec": {"type": "ClusterIP", "ports": [{"port": 80}]},
    }
    made = one(resources([pulumi("kubernetes:core/v1:Service", values)], source="pulumi"))
    assert (made.id, made.body["apiVersion"], made.source) == ("default/core/Service/erp/odoo-1f2e3d4c", "v1", "pulumi")
    assert "id" not in made.body
    assert made.origin.place(("spec", "type")).pointer == "/spec/type"
    route = {"metadata": {"name": "odoo"}, "spec": {"routes": []}}
    made = one(resources([pulumi("kubernetes:traefik.io/v1alpha1:IngressRoute", route)]))
    assert (made.type, made.namespace) == ("traefik.io/IngressRoute", "default")


def test_pulumi_without_a_name() -> None:
    found = resources([pulumi("kubernetes:core/v1:Secret", {}, unknown=frozenset([("metadata",), ("data",)]))])
    made = found.resources[0]
    assert (made.name, made.is_known(("data",))) == ("odoo", False)
    assert found.open_types == {"core/Secret"}
    assert found.problems == []


def test_pulumi_groups_and_patches() -> None:
    found = resources(
        [
            pulumi("kubernetes:yaml/v2:ConfigGroup", {}),
            pulumi("kubernetes:core/v1:NamespacePatch", {"metadata": {"name": "erp"}}),
            pulumi("kubernetes:core/v1:ConfigMapList", {"items": [{}]}),
            pulumi("kubernetes:odd", {}),
        ]
    )
    assert found.not_judged == {
        "kubernetes:core/v1:NamespacePatch (changes a part of an object that is managed elsewhere)": 1,
        "kubernetes:core/v1:ConfigMapList (a list of objects)": 1,
    }
    assert (found.resources, found.open_types) == ([], {"core/ConfigMap"})


@pytest.mark.parametrize("value", [[], {}, [None], "x", 3, [[]], [{"name": {"a": []}}]])
def test_wrong_kinds_never_raise(value: Any) -> None:
    """A plan that was written by hand: the type check tells what does not fit."""
    for type_ in ("kubernetes_pod", "kubernetes_secret", "kubernetes_horizontal_pod_autoscaler"):
        for values in (
            {"metadata": value},
            {"metadata": metadata("a"), "spec": value},
            {"metadata": metadata("a"), "data": value},
        ):
            resources([declared(type_, values)])
    resources([declared("kubernetes_manifest", {"manifest": value}), declared("helm_release", {"name": value})])
    resources([declared("kubectl_manifest", {"yaml_body": value})], parse=parsed)
    resources(
        [pulumi("kubernetes:core/v1:Pod", {"metadata": value, "kind": value, "apiVersion": value, "spec": value})]
    )


def test_policies_judge_the_objects() -> None:
    """A Deployment of a plan fails where the same manifest does."""
    type_, values, expected = CASES["deployment"]
    made = converted(type_, values)
    assert made is not None
    of_plan = erpguard.scan(resources=[made.body])
    of_manifest = erpguard.scan(resources=[yaml.safe_load(expected)])
    assert (
        {finding.policy for finding in of_plan.findings}
        == {finding.policy for finding in of_manifest.findings}
        != set()
    )


def _leaves(value: Any, path: Path = ()) -> list[Path]:
    if isinstance(value, dict):
        return [leaf for key, inner in value.items() for leaf in _leaves(inner, (*path, key))]
    if isinstance(value, list):
        return [leaf for index, inner in enumerate(value) for leaf in _leaves(inner, (*path, index))]
    return [path]
