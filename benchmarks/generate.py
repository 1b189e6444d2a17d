"""Made-up estates of any size, for the growth of time and memory: an ERP tenant is twenty objects."""

from __future__ import annotations

import os

_TENANT = """\
apiVersion: v1
kind: Namespace
metadata: {{name: tenant-{n}, labels: {{erpguard.io/tenant: t{n}}}}}
---
apiVersion: v1
kind: ServiceAccount
metadata: {{name: odoo, namespace: tenant-{n}}}
automountServiceAccountToken: false
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {{name: operators, namespace: tenant-{n}}}
rules:
- apiGroups: [""]
  resources: [pods, configmaps]
  verbs: [get, list]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {{name: operators, namespace: tenant-{n}}}
roleRef: {{apiGroup: rbac.authorization.k8s.io, kind: Role, name: operators}}
subjects:
- {{kind: Group, name: operators-{n}, apiGroup: rbac.authorization.k8s.io}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {{name: default-deny, namespace: tenant-{n}}}
spec:
  podSelector: {{}}
  policyTypes: [Ingress, Egress]
---
apiVersion: traefik.io/v1alpha1
kind: IngressRoute
metadata: {{name: odoo, namespace: tenant-{n}}}
spec:
  entryPoints: [websecure]
  routes:
  - kind: Rule
    match: Host(`t{n}.example.com`)
    services: [{{name: web, port: 8069}}]
  tls: {{secretName: t{n}-tls}}
---
apiVersion: v1
kind: ResourceQuota
metadata: {{name: quota, namespace: tenant-{n}}}
spec:
  hard: {{requests.cpu: "8", requests.memory: 32Gi, limits.memory: 48Gi}}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {{name: filestore, namespace: tenant-{n}}}
spec:
  accessModes: [ReadWriteMany]
  resources: {{requests: {{storage: 50Gi}}}}
"""

_TIER = """\
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {tier}
  namespace: tenant-{n}
  labels: {{app: {tier}}}
spec:
  replicas: 2
  selector:
    matchLabels: {{app: {tier}}}
  template:
    metadata:
      labels: {{app: {tier}, tenant: t{n}}}
    spec:
      serviceAccountName: odoo
      containers:
      - name: odoo
        image: registry.example.com/odoo:18.0
        args: ["--workers=4", "--max-cron-threads=0"]
        env:
        - {{name: HOST, value: pooler.databases.svc}}
        ports:
        - {{name: http, containerPort: 8069}}
        resources:
          requests: {{cpu: 500m, memory: 1Gi}}
          limits: {{memory: 2Gi}}
        volumeMounts:
        - {{name: data, mountPath: /var/lib/odoo}}
      volumes:
      - name: data
        persistentVolumeClaim: {{claimName: filestore}}
---
apiVersion: v1
kind: Service
metadata: {{name: {tier}, namespace: tenant-{n}}}
spec:
  selector: {{app: {tier}}}
  ports: [{{name: http, port: 8069, targetPort: http}}]
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {{name: {tier}, namespace: tenant-{n}}}
spec:
  scaleTargetRef: {{apiVersion: apps/v1, kind: Deployment, name: {tier}}}
  minReplicas: 2
  maxReplicas: 6
  metrics:
  - type: Resource
    resource: {{name: cpu, target: {{type: Utilization, averageUtilization: 70}}}}
"""

_TIERS = ("web", "worker", "cron", "longpolling")


def write_estate(folder: str, count: int) -> int:
    """Write about `count` resources, twenty to a file; returns the bytes written."""
    os.makedirs(folder)
    size = 0
    for n in range(count // 20):
        text = _TENANT.format(n=n) + "".join(_TIER.format(n=n, tier=tier) for tier in _TIERS)
        with open(os.path.join(folder, f"tenant-{n}.yaml"), "w", encoding="utf-8") as file:
            size += file.write(text)
    return size
