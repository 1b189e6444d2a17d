"""A realistic result, for the tests of all reporters and for the official SARIF validator."""

from __future__ import annotations

from erpguard.model import (
    Counts,
    Finding,
    Outcome,
    Parameter,
    Place,
    Policy,
    Problem,
    Reference,
    Related,
    ScanResult,
    Severity,
    Suppression,
    pointer,
)

POSTGRES = "/subscriptions/0000/resourcegroups/erp-prod/providers/microsoft.dbforpostgresql/flexibleservers/erp-db"

_POLICIES = (
    (
        "NET004",
        "data-tier-reachable",
        "network",
        Severity.CRITICAL,
        "Data tier reachable from other pods",
        "Add a NetworkPolicy that admits only the application tier. Name it in the namespace's base.",
    ),
    (
        "NET006",
        "data-service-exposed",
        "network",
        Severity.CRITICAL,
        "Data service exposed outside the cluster",
        "Make the Service a ClusterIP and reach it through the pooler.",
    ),
    (
        "NET106",
        "postgres-public",
        "network",
        Severity.HIGH,
        "PostgreSQL server open to the public",
        "Disable public network access, or name the addresses that need it.",
    ),
    (
        "RES001",
        "memory-limit-missing",
        "resources",
        Severity.HIGH,
        "Container without a memory limit",
        "Set `resources.limits.memory`; for Odoo workers, processes times `limit_memory_hard`.",
    ),
    (
        "RES014",
        "no-priority-class",
        "resources",
        Severity.LOW,
        "Interactive tier without a priority class",
        "Set `priorityClassName`.",
    ),
    (
        "TLS001",
        "ingress-host-without-tls",
        "tls",
        Severity.HIGH,
        "Ingress host served without TLS",
        "Add the host to `spec.tls[].hosts`, or route it through an entry point that is TLS by itself.",
    ),
    (
        "BAK008",
        "velero-retention-short",
        "backup",
        Severity.MEDIUM,
        "Velero backups expire early",
        "Set `spec.template.ttl` to 720h0m0s or more.",
    ),
)


def _policy(id_: str, name: str, pack: str, severity: Severity, title: str, remediation: str) -> Policy:
    return Policy(
        id=id_,
        name=name,
        pack=pack,
        package=f"erpguard.{pack}.{name.replace('-', '_')}",
        title=title,
        description=f"{title}. The platform's guide asks for this, because what is open is found.",
        severity=severity,
        severities=(severity,),
        resource_types=("Microsoft.DBforPostgreSQL/flexibleServers",) if id_ == "NET106" else ("apps/Deployment",),
        reads=(),
        judged={},
        absence_of=(),
        message="",
        remediation=remediation,
        parameters=(Parameter("minimum_days", "Fewer days fail.", {"type": "integer"}, 14, {"production": 30}),),
        references=(Reference("https://learn.microsoft.com/azure/well-architected/", "Well-Architected Framework"),),
        aliases=("OLD001",) if id_ == "BAK008" else (),
    )


def _finding(
    policy: Policy, file: str, line: int, kind: str, name: str, path: tuple[str | int, ...], text: str
) -> Finding:
    resource_id = f"default/{kind}/erp/{name}"
    return Finding(
        policy=policy.id,
        outcome=Outcome.FAIL,
        severity=policy.severity,
        message=text,
        resource_type=kind,
        resource_id=resource_id,
        resource_name=name,
        namespace="erp",
        environment="production",
        path=path,
        place=Place(file, line, 7, line, 31, resource_id, pointer(path)),
        fingerprint=f"{line:032x}",
        values={"name": name, "port": 5432},
    )


def sample() -> ScanResult:
    """Some thirty findings of every sort."""
    policies = {one[0]: _policy(*one) for one in _POLICIES}
    limits = [
        _finding(
            policies["RES001"],
            f"k8s/{folder}/deployment.yaml",
            30 + 12 * number,
            "apps/Deployment",
            f"odoo-{folder}",
            ("spec", "template", "spec", "containers", number, "resources", "limits"),
            f"Deployment erp/odoo-{folder}: container '{container}' has no memory limit.",
        )
        for folder in ("web", "worker", "cron", "longpolling")
        for number, container in enumerate(("odoo", "nginx", "metrics-exporter", "wait-for-db"))
    ]
    priority = [
        _finding(
            policies["RES014"],
            f"k8s/{folder}/deployment.yaml",
            21,
            "apps/Deployment",
            f"odoo-{folder}",
            ("spec", "template", "spec"),
            f"Deployment erp/odoo-{folder} serves users and has no priority class.",
        )
        for folder in ("web", "longpolling")
    ]
    tls = [
        _finding(
            policies["TLS001"],
            "k8s/edge/ingress für alle.yaml",
            12 + 10 * number,
            "networking.k8s.io/Ingress",
            "odoo",
            ("spec", "rules", number, "host"),
            f"Ingress erp/odoo serves {host} without TLS: no entry of spec.tls[].hosts covers it, and neither its "
            "entry points nor an annotation make the router TLS by itself.",
        )
        for number, host in enumerate(("erp.example.com", "{{ .Values.host }}", "*.shop.example.com"))
    ]
    exposed = _finding(
        policies["NET006"],
        "k8s/data/service.yaml",
        9,
        "core/Service",
        "postgres",
        ("spec", "type"),
        "Service erp/postgres is a LoadBalancer for pods of the data tier.",
    )._replace(
        related=(Related(Place("k8s/data/statefulset.yaml", 14, 3, 14, 11), "These pods answer on port 5432."),),
    )
    reachable = _finding(
        policies["NET004"],
        "k8s/data/statefulset.yaml",
        4,
        "apps/StatefulSet",
        "postgres",
        ("metadata", "name"),
        "Pods of StatefulSet erp/postgres accept port 5432 from every pod of the cluster.",
    )._replace(
        flow=(
            Related(Place("k8s/edge/ingress für alle.yaml", 12, 7, 12, 31), "A request enters here,"),
            Related(Place("k8s/data/statefulset.yaml", 4, 3, 4, 17), "and a pod behind it may open this port."),
        ),
    )
    velero = [
        _finding(
            policies["BAK008"],
            "k8s/backup/schedules.yaml",
            line,
            "velero.io/Schedule",
            f"daily-{line}",
            ("spec", "template", "ttl"),
            f"Schedule velero/daily-{line} keeps backups for 168h, less than 720h.",
        )
        for line in (17, 48)
    ]
    live = [
        _finding(policies["NET106"], "", 0, "", "erp-db", path, text)._replace(
            resource_id=POSTGRES,
            resource_type="Microsoft.DBforPostgreSQL/flexibleServers",
            namespace="",
            place=Place(object_id=POSTGRES, pointer=pointer(path)),
        )
        for path, text in (
            (
                ("properties", "network", "publicNetworkAccess"),
                "Server erp-db admits public addresses; rule 'all' opens 0.0.0.0-255.255.255.255.",
            ),
            (("firewallRules", "office"), "Server erp-db: rule 'office' is wider than 256 addresses."),
        )
    ]
    undetermined = [
        limits[number]._replace(
            outcome=Outcome.UNDETERMINED,
            message=f"The limits of Deployment erp/odoo-{number} are not known before apply.",
        )
        for number in (1, 5, 9)
    ]
    suppressed = [
        limits[2]._replace(suppression=Suppression("waived", "Owner: platform team, ERP-1290, until 2027-03-31")),
        limits[6]._replace(suppression=Suppression("baseline", "in the baseline since 2026-01-12")),
        limits[10]._replace(
            suppression=Suppression("ignored", "sidecar of the mesh", Place("k8s/cron/deployment.yaml", 53, 9, 53, 60)),
        ),
    ]
    counts = {name: Counts(failed=2, passed=9, not_applicable=4) for name in policies}
    counts["RES001"] = Counts(failed=16, undetermined=3, passed=31)
    return ScanResult(
        findings=[reachable, exposed, *live, *limits, *priority, *tls, *velero],
        undetermined=undetermined,
        suppressed=suppressed,
        problems=[
            Problem(
                "yaml-syntax",
                "mapping values are not allowed here; the file was not read",
                Place("k8s/old.yaml", 7, 12, 7, 13),
            ),
            Problem(
                "collection-denied",
                "the vaults of erp-prod could not be listed: Microsoft.RecoveryServices/vaults/read is missing",
            ),
            Problem(
                "waiver-expired",
                "the waiver of RES001 for odoo-cron expired on 2026-10-31",
                Place("waivers.yaml", 3, 5, 3, 20),
                "triage",
                "warning",
            ),
        ],
        policies=policies,
        counts=counts,
        resources={"apps/Deployment": 14, "core/Service": 22, "networking.k8s.io/Ingress": 3, "velero.io/Schedule": 2},
        not_judged={"chart template": 12, "document without a kind": 3},
        overridden=["RES014 for k8s/dev/** (erpguard.yaml:14)"],
        as_of="2026-11-21",
    )
