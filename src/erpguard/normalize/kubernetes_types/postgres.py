"""PostgreSQL operators: CloudNativePG with its Barman Cloud plugin, and Zalando's postgres-operator.

Sources: cloudnative-pg.io/documentation/current/cloudnative-pg.v1/, cloudnative-pg.io/plugin-barman-cloud/docs/ and
postgres-operator.readthedocs.io/en/latest/reference/cluster_manifest/.
"""

from __future__ import annotations

from erpguard.normalize.kubernetes_types import Shape
from erpguard.normalize.kubernetes_types.workloads import POD_SPEC, RESOURCES

_NAMED: Shape = {"name": "string"}
_SECRET_KEY: Shape = {"name": "string", "key": "string"}
_SERVICE: Shape = {
    "metadata": {"name": "string", "annotations": {"*": "text"}},
    "spec": {
        "type": "string",
        "externalIPs": ["string"],
        "loadBalancerSourceRanges": ["string"],
        "loadBalancerClass": "string",
    },
}

BARMAN_OBJECT_STORE: Shape = {
    "destinationPath": "string",
    "endpointURL": "string",
    "endpointCA": _SECRET_KEY,
    "serverName": "string",
    "azureCredentials": {
        "connectionString": _SECRET_KEY,
        "storageAccount": _SECRET_KEY,
        "storageKey": _SECRET_KEY,
        "storageSasToken": _SECRET_KEY,
        "inheritFromAzureAD": "bool",
        "useDefaultAzureCredentials": "bool",
    },
    "s3Credentials": {
        "accessKeyId": _SECRET_KEY,
        "secretAccessKey": _SECRET_KEY,
        "sessionToken": _SECRET_KEY,
        "region": _SECRET_KEY,
        "inheritFromIAMRole": "bool",
    },
    "googleCredentials": {"applicationCredentials": _SECRET_KEY, "gkeEnvironment": "bool"},
    "wal": {"compression": "string", "encryption": "string", "maxParallel": "int"},
    "data": {"compression": "string", "encryption": "string", "jobs": "int", "immediateCheckpoint": "bool"},
    "tags": {"*": "string"},
    "historyTags": {"*": "string"},
}

_PLUGIN: Shape = {"name": "string", "enabled": "bool", "isWALArchiver": "bool", "parameters": {"*": "string"}}
_STORAGE: Shape = {
    "size": "quantity",
    "storageClass": "string",
    "resizeInUseVolumes": "bool",
    "pvcTemplate": {"storageClassName": "string", "resources": RESOURCES},
}

_CLUSTER: Shape = {
    "imageName": "string",
    "imageCatalogRef": {"apiGroup": "string", "kind": "string", "name": "string", "major": "int"},
    "instances": "int",
    "minSyncReplicas": "int",
    "maxSyncReplicas": "int",
    "postgresql": {
        "parameters": {"*": "string"},
        "pg_hba": ["string"],
        "pg_ident": ["string"],
        "shared_preload_libraries": ["string"],
        "enableAlterSystem": "bool",
        "synchronous": {
            "method": "string",
            "number": "int",
            "dataDurability": "string",
            "maxStandbyNamesFromCluster": "int",
            "standbyNamesPre": ["string"],
            "standbyNamesPost": ["string"],
        },
    },
    "bootstrap": {
        "initdb": {"database": "string", "owner": "string", "secret": _NAMED, "dataChecksums": "bool"},
        "recovery": {
            "source": "string",
            "backup": _NAMED,
            "database": "string",
            "owner": "string",
            "volumeSnapshots": "any",
            "recoveryTarget": "any",
        },
        "pg_basebackup": {"source": "string", "database": "string", "owner": "string"},
    },
    "replica": {"enabled": "bool", "source": "string", "primary": "string", "self": "string"},
    "superuserSecret": _NAMED,
    "enableSuperuserAccess": "bool",
    "certificates": {"serverCASecret": "string", "serverTLSSecret": "string", "clientCASecret": "string"},
    "storage": _STORAGE,
    "walStorage": _STORAGE,
    "tablespaces": [{"name": "string", "storage": _STORAGE, "temporary": "bool"}],
    "ephemeralVolumesSizeLimit": {"shm": "quantity", "temporaryData": "quantity"},
    "affinity": {
        "enablePodAntiAffinity": "bool",
        "topologyKey": "string",
        "podAntiAffinityType": "string",
        "nodeSelector": {"*": "string"},
    },
    "topologySpreadConstraints": [{"topologyKey": "string", "whenUnsatisfiable": "string"}],
    "resources": RESOURCES,
    "priorityClassName": "string",
    "primaryUpdateStrategy": "string",
    "primaryUpdateMethod": "string",
    "enablePDB": "bool",
    "backup": {
        "barmanObjectStore": BARMAN_OBJECT_STORE,
        "retentionPolicy": "string",
        "target": "string",
        "volumeSnapshot": {
            "className": "string",
            "walClassName": "string",
            "snapshotOwnerReference": "string",
            "online": "bool",
        },
    },
    "plugins": [_PLUGIN],
    "externalClusters": [
        {
            "name": "string",
            "connectionParameters": {"*": "string"},
            "sslCert": _SECRET_KEY,
            "sslKey": _SECRET_KEY,
            "sslRootCert": _SECRET_KEY,
            "password": _SECRET_KEY,
            "barmanObjectStore": BARMAN_OBJECT_STORE,
            "plugin": _PLUGIN,
        }
    ],
    "managed": {
        "services": {
            "disabledDefaultServices": ["string"],
            "additional": [{"selectorType": "string", "updateStrategy": "string", "serviceTemplate": _SERVICE}],
        },
        "roles": [
            {
                "name": "string",
                "ensure": "string",
                "superuser": "bool",
                "createdb": "bool",
                "createrole": "bool",
                "login": "bool",
                "replication": "bool",
                "bypassrls": "bool",
                "inRoles": ["string"],
                "connectionLimit": "int",
                "passwordSecret": _NAMED,
                "validUntil": "string",
            }
        ],
    },
    "monitoring": {"enablePodMonitor": "bool", "tls": {"enabled": "bool"}},
    "env": [{"name": "string", "value": "text"}],
}

_ON_DEMAND: Shape = {
    "cluster": _NAMED,
    "method": "string",
    "target": "string",
    "online": "bool",
    "pluginConfiguration": {"name": "string", "parameters": {"*": "string"}},
}

_IMAGES: Shape = {"spec": {"images": [{"major": "int", "image": "string"}]}}

_POOLER: Shape = {
    "cluster": _NAMED,
    "type": "string",
    "instances": "int",
    "template": {"metadata": {"labels": {"*": "string"}, "annotations": {"*": "text"}}, "spec": POD_SPEC},
    "pgbouncer": {
        "poolMode": "string",
        "parameters": {"*": "string"},
        "pg_hba": ["string"],
        "authQuery": "text",
        "authQuerySecret": _NAMED,
        "paused": "bool",
    },
    "serviceTemplate": _SERVICE,
}

_ZALANDO: Shape = {
    "teamId": "string",
    "numberOfInstances": "int",
    "dockerImage": "string",
    "postgresql": {"version": "string", "parameters": {"*": "string"}},
    "volume": {"size": "quantity", "storageClass": "string"},
    "resources": RESOURCES,
    "podPriorityClassName": "string",
    "users": {"*": ["string"]},
    "databases": {"*": "string"},
    "patroni": {
        "pg_hba": ["string"],
        "synchronous_mode": "bool",
        "synchronous_mode_strict": "bool",
        "synchronous_node_count": "int",
        "maximum_lag_on_failover": "int",
        "failsafe_mode": "bool",
    },
    "clone": {"cluster": "string", "uid": "string", "timestamp": "string", "s3_wal_path": "string"},
    "standby": {"s3_wal_path": "string", "gs_wal_path": "string", "standby_host": "string", "standby_port": "string"},
    "enableLogicalBackup": "bool",
    "logicalBackupSchedule": "string",
    "logicalBackupRetention": "string",
    "enableConnectionPooler": "bool",
    "enableReplicaConnectionPooler": "bool",
    "serviceAnnotations": {"*": "text"},
    "masterServiceAnnotations": {"*": "text"},
    "replicaServiceAnnotations": {"*": "text"},
    "connectionPooler": {
        "numberOfInstances": "int",
        "mode": "string",
        "maxDBConnections": "int",
        "resources": RESOURCES,
    },
    "enableMasterLoadBalancer": "bool",
    "enableReplicaLoadBalancer": "bool",
    "enableMasterPoolerLoadBalancer": "bool",
    "enableReplicaPoolerLoadBalancer": "bool",
    "allowedSourceRanges": ["string"],
    "tls": {"secretName": "string", "certificateFile": "string", "caFile": "string", "caSecretName": "string"},
    "env": [{"name": "string", "value": "text"}],
}

SHAPES: dict[str, Shape] = {
    "postgresql.cnpg.io/Cluster": {"spec!": _CLUSTER},
    "postgresql.cnpg.io/Pooler": {"spec!": _POOLER},
    "postgresql.cnpg.io/ScheduledBackup": {
        "spec!": {
            **_ON_DEMAND,
            "schedule!": "string",
            "suspend": "bool",
            "immediate": "bool",
            "backupOwnerReference": "string",
        }
    },
    "postgresql.cnpg.io/Backup": {"spec": _ON_DEMAND, "status": {"phase": "string", "stoppedAt": "string"}},
    "postgresql.cnpg.io/ImageCatalog": _IMAGES,
    "postgresql.cnpg.io/ClusterImageCatalog": _IMAGES,
    "barmancloud.cnpg.io/ObjectStore": {
        "spec!": {
            "configuration": BARMAN_OBJECT_STORE,
            "retentionPolicy": "string",
            "instanceSidecarConfiguration": {"resources": RESOURCES, "retentionPolicyIntervalSeconds": "int"},
        }
    },
    "acid.zalan.do/postgresql": {"spec!": _ZALANDO},
}
