"""The rules of a comparison. They have no Rego: what they say follows from the verdicts of all other policies."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from erpguard.model import Policy, Reference, Severity

PACK = "drift"  # `erpguard.packs.COMPARISONS`
FAILS_LIVE, WOULD_BREAK, IN_NO_PLAN, GONE = "DRIFT001", "DRIFT002", "DRIFT003", "DRIFT004"

_DRIFT = Reference(
    "https://developer.hashicorp.com/terraform/tutorials/state/resource-drift", "Manage resource drift (Terraform)"
)
_REFRESH = Reference("https://www.pulumi.com/docs/iac/cli/commands/pulumi_refresh/", "pulumi refresh")
_IMPORT = Reference(
    "https://developer.hashicorp.com/terraform/language/import", "Import existing resources (Terraform)"
)
_ACTIVITY = Reference(
    "https://learn.microsoft.com/azure/azure-monitor/platform/activity-log", "Activity log: who changed what (Azure)"
)


def _rule(
    id_: str,
    name: str,
    title: str,
    description: str,
    remediation: str,
    references: tuple[Reference, ...],
    severities: tuple[Severity, ...] = (Severity.MEDIUM,),
) -> Policy:
    return Policy(
        id=id_,
        name=name,
        pack=PACK,
        package="",
        title=title,
        description=description,
        severity=Severity.MEDIUM,
        severities=severities,
        resource_types=(),
        reads=(),
        judged={},
        absence_of=(),
        message="",
        remediation=remediation,
        parameters=(),
        references=references,
        scope="comparison",
        fix={},
    )


RULES: Mapping[str, Policy] = MappingProxyType(
    {
        rule.id: rule
        for rule in (
            _rule(
                FAILS_LIVE,
                "fails-live-only",
                "A policy fails live, but not in the plan",
                "What runs breaks a policy that its plan keeps: it was changed by hand, or the plan was never applied. "
                "Who reads the plan takes the platform for better than it is. The severity is that of the policy.",
                "Apply the plan. If the change by hand was meant, bring it into the plan in a form that the policy "
                "allows, and find out who could make it: the activity log and the audit log tell.",
                (_DRIFT, _ACTIVITY),
                tuple(Severity),
            ),
            _rule(
                WOULD_BREAK,
                "plan-would-break",
                "A policy passes live, but the plan would break it",
                "What runs keeps a policy that it will break once the plan is applied. It was mended by hand and the "
                "mend never came into the plan, or the change that is about to be applied is wrong. The severity is "
                "that of the policy.",
                "Do not apply the plan. Change it as the policy asks, so that it says what runs already.",
                (_DRIFT, _REFRESH),
                tuple(Severity),
            ),
            _rule(
                IN_NO_PLAN,
                "exists-in-no-plan",
                "It exists live, and in no plan",
                "Nobody reviewed how it came to be, nothing restores it after a disaster, and no change of the plan "
                "will ever mend it. Its own faults are told by the other policies, whatever it is worth: therefore "
                "this is of medium severity. What the platform makes by itself is left out.",
                "Import it into the plan, or remove it.",
                (_IMPORT, _ACTIVITY),
            ),
            _rule(
                GONE,
                "gone-live",
                "It exists in the plan, and is gone live",
                "The plan takes it for existing, but it was removed by hand or lost. What rests on it (locks, backup "
                "policies, network policies) protects nothing now. What the plan is only about to create does not "
                "count.",
                "Find out who removed it. Apply the plan to have it again, or remove it from the plan.",
                (_DRIFT, _REFRESH),
            ),
        )
    }
)
"""The rules by id."""
