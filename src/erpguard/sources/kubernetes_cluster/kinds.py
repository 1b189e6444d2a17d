"""What is read from a cluster: the kinds that policies and analyses ask for, and the versions that erpguard knows.

A test ties the table to the shapes of `erpguard.normalize.kubernetes_types`, to the metadata of the policies and to the
types that analyses name. Plural names: `kubectl api-resources`, and the CRDs of the projects.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from erpguard.normalize.kubernetes import is_cluster_scoped


class Kind(NamedTuple):
    """One row: the canonical type, the plural name in URLs, and `group/version`s (`v1` for the core), best first."""

    type: str
    resource: str
    served: tuple[str, ...]

    @property
    def kind(self) -> str:
        """`Deployment`."""
        return self.type.rpartition("/")[2]

    @property
    def group(self) -> str:
        """The API group as URLs and roles have it; empty for the core."""
        return self.served[0].rpartition("/")[0]

    @property
    def namespaced(self) -> bool:
        """Whether its objects are in a namespace."""
        return not is_cluster_scoped(self.type)

    @property
    def name(self) -> str:
        """How kubectl calls it: `deployments.apps`, `pods`."""
        return f"{self.resource}.{self.group}" if self.group else self.resource


_ROWS = """
v1 | core/ ConfigMap=configmaps LimitRange=limitranges Namespace=namespaces PersistentVolume=persistentvolumes
     PersistentVolumeClaim=persistentvolumeclaims Pod=pods ReplicationController=replicationcontrollers
     ResourceQuota=resourcequotas Secret=secrets Service=services ServiceAccount=serviceaccounts
apps/v1 | apps/ DaemonSet=daemonsets Deployment=deployments ReplicaSet=replicasets StatefulSet=statefulsets
batch/v1 | batch/ Job=jobs
batch/v1 batch/v1beta1 | batch/ CronJob=cronjobs
autoscaling/v2 autoscaling/v2beta2 autoscaling/v1 | autoscaling/ HorizontalPodAutoscaler=horizontalpodautoscalers
networking.k8s.io/v1 networking.k8s.io/v1beta1 | networking.k8s.io/ Ingress=ingresses IngressClass=ingressclasses
networking.k8s.io/v1 | networking.k8s.io/ NetworkPolicy=networkpolicies
rbac.authorization.k8s.io/v1 | rbac.authorization.k8s.io/ ClusterRole=clusterroles
     ClusterRoleBinding=clusterrolebindings Role=roles RoleBinding=rolebindings
scheduling.k8s.io/v1 | scheduling.k8s.io/ PriorityClass=priorityclasses
storage.k8s.io/v1 | storage.k8s.io/ StorageClass=storageclasses
apiregistration.k8s.io/v1 | apiregistration.k8s.io/ APIService=apiservices
policy.networking.k8s.io/v1alpha2 policy.networking.k8s.io/v1alpha1 | policy.networking.k8s.io/
     AdminNetworkPolicy=adminnetworkpolicies BaselineAdminNetworkPolicy=baselineadminnetworkpolicies
     ClusterNetworkPolicy=clusternetworkpolicies
gateway.networking.k8s.io/v1 gateway.networking.k8s.io/v1beta1 | gateway.networking.k8s.io/ Gateway=gateways
     GatewayClass=gatewayclasses HTTPRoute=httproutes
gateway.networking.k8s.io/v1 gateway.networking.k8s.io/v1alpha2 | gateway.networking.k8s.io/ GRPCRoute=grpcroutes
gateway.networking.k8s.io/v1 gateway.networking.k8s.io/v1alpha3 gateway.networking.k8s.io/v1alpha2 |
     gateway.networking.k8s.io/ TLSRoute=tlsroutes TCPRoute=tcproutes
traefik.io/v1alpha1 | traefik.io/ IngressRoute=ingressroutes IngressRouteTCP=ingressroutetcps
     IngressRouteUDP=ingressrouteudps Middleware=middlewares MiddlewareTCP=middlewaretcps
     ServersTransport=serverstransports ServersTransportTCP=serverstransporttcps TLSOption=tlsoptions
     TLSStore=tlsstores TraefikService=traefikservices
traefik.containo.us/v1alpha1 | traefik.io/ IngressRoute=ingressroutes IngressRouteTCP=ingressroutetcps
     IngressRouteUDP=ingressrouteudps Middleware=middlewares MiddlewareTCP=middlewaretcps
     ServersTransport=serverstransports TLSOption=tlsoptions TLSStore=tlsstores TraefikService=traefikservices
cert-manager.io/v1 | cert-manager.io/ Certificate=certificates ClusterIssuer=clusterissuers Issuer=issuers
velero.io/v1 | velero.io/ Backup=backups BackupStorageLocation=backupstoragelocations Schedule=schedules
     VolumeSnapshotLocation=volumesnapshotlocations
keda.sh/v1alpha1 | keda.sh/ ScaledJob=scaledjobs ScaledObject=scaledobjects
autoscaling.k8s.io/v1 autoscaling.k8s.io/v1beta2 | autoscaling.k8s.io/ VerticalPodAutoscaler=verticalpodautoscalers
helm.cattle.io/v1 | helm.cattle.io/ HelmChart=helmcharts HelmChartConfig=helmchartconfigs
helm.toolkit.fluxcd.io/v2 helm.toolkit.fluxcd.io/v2beta2 helm.toolkit.fluxcd.io/v2beta1 | helm.toolkit.fluxcd.io/
     HelmRelease=helmreleases
postgresql.cnpg.io/v1 | postgresql.cnpg.io/ Backup=backups Cluster=clusters ClusterImageCatalog=clusterimagecatalogs
     ImageCatalog=imagecatalogs Pooler=poolers ScheduledBackup=scheduledbackups
barmancloud.cnpg.io/v1 | barmancloud.cnpg.io/ ObjectStore=objectstores
acid.zalan.do/v1 | acid.zalan.do/ OperatorConfiguration=operatorconfigurations postgresql=postgresqls
cilium.io/v2 | cilium.io/ CiliumClusterwideNetworkPolicy=ciliumclusterwidenetworkpolicies
     CiliumNetworkPolicy=ciliumnetworkpolicies
crd.projectcalico.org/v1 | crd.projectcalico.org/ GlobalNetworkPolicy=globalnetworkpolicies
     NetworkPolicy=networkpolicies
projectcalico.org/v3 | projectcalico.org/ GlobalNetworkPolicy=globalnetworkpolicies NetworkPolicy=networkpolicies
"""


def _kinds(rows: str) -> Iterator[Kind]:
    lines: list[str] = []
    for line in rows.strip().split("\n"):
        if line.startswith(" "):
            lines[-1] += line
        else:
            lines.append(line)
    for line in lines:
        versions, _, rest = line.partition("|")
        group, *names = rest.split()
        for name in names:
            kind, _, resource = name.partition("=")
            yield Kind(group + kind, resource, tuple(versions.split()))


KINDS: tuple[Kind, ...] = tuple(_kinds(_ROWS))
"""Everything that is read."""

TYPES = frozenset(kind.type for kind in KINDS)
"""The canonical types of them."""

OWNED = frozenset(
    (
        "core/Pod",
        "core/ReplicationController",
        "apps/ReplicaSet",
        "apps/Deployment",
        "apps/StatefulSet",
        "apps/DaemonSet",
        "batch/Job",
        "batch/CronJob",
        "autoscaling/HorizontalPodAutoscaler",
    )
)
"""Types whose objects are passed over where another collected object controls them: that one is what somebody wrote.

A Deployment makes ReplicaSets, these make Pods; KEDA makes a HorizontalPodAutoscaler of every ScaledObject. Judging
them too would tell of each fault several times, and of two autoscalers where there is one.
"""
