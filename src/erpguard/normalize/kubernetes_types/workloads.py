"""Pods and what makes them: apps/v1, batch/v1 (kubernetes.io/docs/reference/kubernetes-api/workload-resources/)."""

from __future__ import annotations

from erpguard.normalize.kubernetes_types import Shape

RESOURCES: Shape = {"limits": {"*": "quantity"}, "requests": {"*": "quantity"}}

SELECTOR: Shape = {
    "matchLabels": {"*": "string"},
    "matchExpressions": [{"key!": "string", "operator!": "string", "values": ["string"]}],
}

_SECURITY: Shape = {
    "privileged": "bool",
    "allowPrivilegeEscalation": "bool",
    "readOnlyRootFilesystem": "bool",
    "runAsNonRoot": "bool",
    "runAsUser": "int",
    "capabilities": {"add": ["string"], "drop": ["string"]},
}

_KEY_REF: Shape = {"name": "string", "key": "string", "optional": "bool"}

CONTAINER: Shape = {
    "name!": "string",
    "image": "string",
    "command": ["text"],
    "args": ["text"],
    "env": [
        {
            "name!": "string",
            "value": "text",
            "valueFrom": {"secretKeyRef": _KEY_REF, "configMapKeyRef": _KEY_REF},
        }
    ],
    "envFrom": [{"prefix": "string", "configMapRef": {"name": "string"}, "secretRef": {"name": "string"}}],
    "ports": [{"name": "string", "containerPort!": "int", "hostPort": "int", "protocol": "string"}],
    "resources": RESOURCES,
    "restartPolicy": "string",
    "volumeMounts": [
        {"name!": "string", "mountPath!": "string", "subPath": "string", "subPathExpr": "string", "readOnly": "bool"}
    ],
    "securityContext": _SECURITY,
}

VOLUME: Shape = {
    "name!": "string",
    "emptyDir": {"medium": "string", "sizeLimit": "quantity"},
    "hostPath": {"path!": "string"},
    "persistentVolumeClaim": {"claimName!": "string"},
    "configMap": {"name": "string", "items": [{"key!": "string", "path!": "string"}]},
    "secret": {"secretName": "string", "items": [{"key!": "string", "path!": "string"}]},
    "projected": {
        "sources": [
            {
                "configMap": {"name": "string"},
                "secret": {"name": "string"},
                "serviceAccountToken": {"audience": "string"},
            }
        ]
    },
    "ephemeral": {"volumeClaimTemplate": "any"},
}

POD_SPEC: Shape = {
    "containers+": [CONTAINER],
    "initContainers": [CONTAINER],
    "ephemeralContainers": [CONTAINER],
    "volumes": [VOLUME],
    "hostNetwork": "bool",
    "hostPID": "bool",
    "hostIPC": "bool",
    "serviceAccountName": "string",
    "serviceAccount": "string",
    "automountServiceAccountToken": "bool",
    "overhead": {"*": "quantity"},
    "priorityClassName": "string",
    "nodeSelector": {"*": "string"},
    "resources": RESOURCES,
    "securityContext": {"runAsNonRoot": "bool", "runAsUser": "int"},
}

POD_TEMPLATE: Shape = {
    "metadata": {"labels": {"*": "string"}, "annotations": {"*": "text"}},
    "spec!": POD_SPEC,
}

CLAIM_TEMPLATE: Shape = {
    "metadata": {"name": "string", "labels": {"*": "string"}, "annotations": {"*": "text"}},
    "spec": {"resources": RESOURCES, "storageClassName": "string"},
}

_JOB: Shape = {"template!": POD_TEMPLATE, "suspend": "bool", "parallelism": "int", "completions": "int"}

SHAPES: dict[str, Shape] = {
    "core/Pod": {"spec!": POD_SPEC},
    "core/ReplicationController": {"spec": {"replicas": "int", "template": POD_TEMPLATE, "selector": {"*": "string"}}},
    "apps/Deployment": {"spec!": {"replicas": "int", "selector!": SELECTOR, "template!": POD_TEMPLATE}},
    "apps/ReplicaSet": {"spec!": {"replicas": "int", "selector!": SELECTOR, "template": POD_TEMPLATE}},
    "apps/DaemonSet": {"spec!": {"selector!": SELECTOR, "template!": POD_TEMPLATE}},
    "apps/StatefulSet": {
        "spec!": {
            "replicas": "int",
            "ordinals": {"start": "int"},
            "serviceName": "string",
            "selector!": SELECTOR,
            "template!": POD_TEMPLATE,
            "volumeClaimTemplates": [CLAIM_TEMPLATE],
        }
    },
    "batch/Job": {
        "spec!": _JOB,
        "status": {"completionTime": "string", "conditions": [{"type": "string", "status": "string"}]},
    },
    "batch/CronJob": {
        "spec!": {
            "schedule!": "string",
            "timeZone": "string",
            "suspend": "bool",
            "jobTemplate!": {
                "metadata": {"labels": {"*": "string"}, "annotations": {"*": "text"}},
                "spec!": _JOB,
            },
        },
        "status": {"lastScheduleTime": "string", "lastSuccessfulTime": "string", "active": [{"name": "string"}]},
    },
}
