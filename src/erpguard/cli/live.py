"""The options of live systems, as the command line gives them."""

from __future__ import annotations

from argparse import Namespace

from erpguard.cli import environment
from erpguard.collection import LiveOptions
from erpguard.errors import UsageError
from erpguard.sources.live import AzureConnection, KubernetesConnection


def live_options(options: Namespace) -> LiveOptions:
    """The options of `scan` and `collect`; those of the other platform are missing in `collect`."""
    if options.concurrency < 1:
        raise UsageError(f"--concurrency {options.concurrency}: give a number of calls from 1 on")
    if not options.time_budget >= 0:  # `nan` is no number either
        raise UsageError(f"--time-budget {options.time_budget:g}: give seconds, or 0 for no limit")
    return LiveOptions(
        azure=_azure(options) if hasattr(options, "cloud") else AzureConnection(),
        kubernetes=_kubernetes(options) if hasattr(options, "kubeconfig") else KubernetesConnection(),
        management_groups=tuple(getattr(options, "management_group", ())),
        resource_groups=tuple(getattr(options, "resource_group", ())),
        namespaces=tuple(getattr(options, "namespace", ())),
        directory=getattr(options, "directory", False),
        concurrency=options.concurrency,
        time_budget=options.time_budget,
    )


def _azure(options: Namespace) -> AzureConnection:
    return AzureConnection(options.credential, options.cloud, options.arm_endpoint, options.authority, options.ca_file)


def _kubernetes(options: Namespace) -> KubernetesConnection:
    return KubernetesConnection(environment.kubeconfig(options.kubeconfig), options.allow_exec)
