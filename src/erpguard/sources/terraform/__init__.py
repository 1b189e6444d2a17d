"""Terraform: plans and states as `terraform show -json` prints them, stored states, and binary plans for their places.

contents, plan_changes, states   the text of a file -> resource instances
masks, references, unset, blocks what of an instance is known, what it refers to, what nobody configured
declaring                        instances -> `Declared`, without secrets
origins, hcl_places              where the attributes stand
binary_plan, module_files        where the configuration is
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from erpguard.sources import Collected, Input


class TerraformPlans:
    """The source for Terraform's plans and states."""

    name = "terraform_plan"

    def collect(self, inputs: Iterable[Input], settings: Mapping[str, Any] | None = None) -> Collected:
        """The resources of the inputs; see `Source.collect`.

        `settings` may have `source_dir`, the folder of the configuration, and `root`, what names of files are
        relative to.
        """
        from erpguard.sources.terraform.collecting import Collecting

        return Collecting(settings or {}, self.name).run(inputs)
