"""Claims of Kubernetes that a backup instance of their AKS cluster takes.

https://learn.microsoft.com/azure/backup/azure-kubernetes-service-cluster-backup-concept. The parameters of the instance
name the namespaces (https://learn.microsoft.com/rest/api/dataprotection/backup-instances/get,
`KubernetesClusterBackupDatasourceParameters`); none named are all of them. Only volumes on Azure disks are taken
(https://learn.microsoft.com/azure/backup/azure-kubernetes-service-cluster-backup-support-matrix); which classes of AKS
are disks: https://learn.microsoft.com/azure/aks/concepts-storage.
"""

from __future__ import annotations

from collections.abc import Iterator

from erpguard.analysis import Analyses
from erpguard.analysis.azure.bodies import items, text
from erpguard.analysis.azure.protected_items import INSTANCE, is_running
from erpguard.analysis.values.selectors import all_of, any_of
from erpguard.analysis.workloads.mounted_volumes import Volume, claim_object
from erpguard.analysis.workloads.pods import Pod
from erpguard.model import Path, Resource, value_at

CLUSTER = "Microsoft.ContainerService/managedClusters"

_PARAMETERS: Path = ("properties", "policyInfo", "policyParameters", "backupDatasourceParametersList")
_ASSUMED = "default"
_SHARED = "ReadWriteMany"
_DISKS = frozenset(("default", "managed", "managed-csi", "managed-csi-premium", "managed-premium"))
_NO_DISKS = ("azurefile", "azureblob")
_NARROWING = ("includedResourceTypes", "excludedResourceTypes", "labelSelectors")


def takes_claims(analyses: Analyses, cluster: Resource, namespace: str) -> bool | None:
    """Whether a backup instance takes the claims of a namespace of an AKS cluster."""
    return any_of(answer for _, answer in _instances_of(analyses, cluster, namespace))


def _instances_of(analyses: Analyses, cluster: Resource, namespace: str) -> Iterator[tuple[Resource, bool | None]]:
    for instance in analyses.estate.of_type(INSTANCE):
        id_ = text(instance, "properties", "dataSourceInfo", "resourceID")
        named = None if id_ is None else bool(id_) and analyses.estate.arm(id_).resource is cluster
        if named is not False:
            yield instance, all_of((named, is_running(instance), _takes_namespace(instance, namespace)))


def takes_volume(analyses: Analyses, pod: Pod, volume: Volume) -> bool | None:
    """Whether a backup instance takes the claim of a pod."""
    return any_of(answer for _, answer in instances_of_volume(analyses, pod, volume))


def instances_of_volume(analyses: Analyses, pod: Pod, volume: Volume) -> Iterator[tuple[Resource, bool | None]]:
    """The backup instances of the AKS cluster of a pod, and whether they take its claim.

    The cluster is the one that is called as the manifests have it; where they do not say, the only one of the estate.
    """
    clusters = analyses.estate.of_type(CLUSTER)
    meant = [one for one in clusters if one.name.lower() == pod.resource.cluster.lower()]
    if not meant and pod.resource.cluster == _ASSUMED:
        meant = clusters
    certain = True if len(meant) == 1 else None
    for cluster in meant:
        for instance, answer in _instances_of(analyses, cluster, pod.resource.namespace):
            yield instance, all_of((certain, answer, _is_on_disk(analyses, pod, volume)))


def _is_on_disk(analyses: Analyses, pod: Pod, volume: Volume) -> bool | None:
    """Whether a claim is a disk of Azure, as far as its access modes and its class tell."""
    templated = volume.template is not None
    claim = pod.resource if templated else claim_object(analyses, pod, volume)
    path: Path = volume.path if templated else ()
    if claim is None or not all(claim.is_known((*path, "spec", name)) for name in ("accessModes", "storageClassName")):
        return None
    if _SHARED in items(claim, *path, "spec", "accessModes"):
        return False
    name = value_at(claim.body, (*path, "spec", "storageClassName"))
    if not isinstance(name, str):
        return True  # the default class of AKS
    storage_class = analyses.estate.find(claim, "storage.k8s.io/StorageClass", "", name).found
    if storage_class is not None and storage_class.is_known(("provisioner",)):
        return storage_class.body.get("provisioner") == "disk.csi.azure.com"
    return True if name in _DISKS else False if name.startswith(_NO_DISKS) else None


def takes_claims_of_group(analyses: Analyses, group: str, namespace: str) -> bool | None:
    """The same for the AKS cluster whose nodes and volumes are in a resource group."""
    answers: list[bool | None] = []
    for cluster in analyses.estate.of_type(CLUSTER):
        name = text(cluster, "properties", "nodeResourceGroup")
        own = None if name is None else name.lower() == group.lower()
        if own is not False:
            answers.append(all_of((own, takes_claims(analyses, cluster, namespace))))
    return any_of(answers)


def _takes_namespace(instance: Resource, namespace: str) -> bool | None:
    listed = items(instance, *_PARAMETERS)
    if not listed and not instance.is_known(_PARAMETERS):
        return None
    return any_of(_takes(instance, (*_PARAMETERS, index), namespace) for index in range(len(listed)))


def _takes(instance: Resource, path: Path, namespace: str) -> bool | None:
    snapshots: Path = (*path, "snapshotVolumes")
    volumes = None if instance.is_hidden(snapshots) else value_at(instance.body, snapshots) is True
    included, excluded = items(instance, *path, "includedNamespaces"), items(instance, *path, "excludedNamespaces")
    wanted = not included or namespace in included
    hidden = not all(instance.is_known((*path, name)) for name in ("includedNamespaces", "excludedNamespaces"))
    within = None if hidden else wanted and namespace not in excluded
    narrowed = any(items(instance, *path, name) or not instance.is_known((*path, name)) for name in _NARROWING)
    return all_of((volumes, within, None if narrowed else True))
