"""Velero (velero.io/docs/main/api-types/): schedules, backups and where they go."""

from __future__ import annotations

from erpguard.normalize.kubernetes_types import Shape
from erpguard.normalize.kubernetes_types.workloads import SELECTOR

BACKUP_SPEC: Shape = {
    "ttl": "string",
    "includedNamespaces": ["string"],
    "excludedNamespaces": ["string"],
    "includedResources": ["string"],
    "excludedResources": ["string"],
    "includedClusterScopedResources": ["string"],
    "excludedClusterScopedResources": ["string"],
    "includedNamespaceScopedResources": ["string"],
    "excludedNamespaceScopedResources": ["string"],
    "includeClusterResources": "bool",
    "labelSelector": SELECTOR,
    "orLabelSelectors": [SELECTOR],
    "resourcePolicy": {"apiGroup": "string", "kind": "string", "name": "string"},
    "storageLocation": "string",
    "volumeSnapshotLocations": ["string"],
    "snapshotVolumes": "bool",
    "snapshotMoveData": "bool",
    "defaultVolumesToFsBackup": "bool",
    "defaultVolumesToRestic": "bool",
}

SHAPES: dict[str, Shape] = {
    "velero.io/Schedule": {
        "spec!": {"schedule!": "string", "paused": "bool", "skipImmediately": "bool", "template": BACKUP_SPEC}
    },
    "velero.io/Backup": {"spec": BACKUP_SPEC, "status": {"phase": "string", "completionTimestamp": "string"}},
    "velero.io/BackupStorageLocation": {
        "spec": {
            "provider": "string",
            "default": "bool",
            "accessMode": "string",
            "config": {"*": "string"},
            "credential": {"name": "string", "key": "string"},
            "objectStorage": {"bucket": "string", "prefix": "string"},
        }
    },
    "velero.io/VolumeSnapshotLocation": {"spec": {"provider": "string", "config": {"*": "string"}}},
}
