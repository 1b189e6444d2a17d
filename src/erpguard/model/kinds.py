"""Groups of canonical types that the catalogue speaks of."""

from __future__ import annotations

WORKLOADS = (
    "core/Pod",
    "apps/Deployment",
    "apps/StatefulSet",
    "apps/DaemonSet",
    "apps/ReplicaSet",
    "core/ReplicationController",
    "batch/Job",
    "batch/CronJob",
)
"""What makes pods, in Kubernetes itself."""

OPERATOR_WORKLOADS = ("postgresql.cnpg.io/Cluster", "postgresql.cnpg.io/Pooler", "acid.zalan.do/postgresql")
"""What operators turn into pods: judged only where a policy names them."""

GROUPS = {"workloads": WORKLOADS, "operator-workloads": OPERATOR_WORKLOADS}
"""Names that stand for several types in a policy's `resource_types`."""
