"""The arguments of live systems and servers: for `scan`, and for the commands that only collect."""

from __future__ import annotations

from argparse import ArgumentParser, _ArgumentGroup

_Arguments = ArgumentParser | _ArgumentGroup

_EPILOG = """\
exit codes:
  0    everything was read
  2    bad usage or configuration, or no credential
  3    something could not be read: the snapshot says what
  4    internal error
  130  interrupted: the snapshot holds what was read until then
  143  terminated (SIGTERM): likewise

examples:
  {}

Collecting reads only. Nothing is registered, created or changed.
"""

AZURE_EPILOG = _EPILOG.format("erpguard collect azure --subscription ID --out erp.snapshot.gz")
KUBERNETES_EPILOG = _EPILOG.format("erpguard collect kubernetes --context erp-prod --out cluster.snapshot.gz")


def add_scan(command: ArgumentParser) -> None:
    """What `scan` takes for live systems, and for the server that judges."""
    _add_azure(command.add_argument_group("live Azure"))
    _add_kubernetes(command.add_argument_group("live Kubernetes"))
    _add_run(command.add_argument_group("live systems"))
    _add_opa(command.add_argument_group("OPA server"))


def add_collect_azure(command: ArgumentParser) -> None:
    """The arguments of `collect azure`."""
    command.add_argument(
        "--subscription", action="append", default=[], metavar="ID", help="read this subscription; repeatable"
    )
    command.add_argument(
        "--management-group",
        action="append",
        default=[],
        metavar="ID",
        help="read the subscriptions of this management group; repeatable",
    )
    _add_azure(command)
    _add_collection(command)


def add_collect_kubernetes(command: ArgumentParser) -> None:
    """The arguments of `collect kubernetes`."""
    command.add_argument(
        "--context",
        action="append",
        default=[],
        metavar="NAME",
        help="read the cluster of this context; repeatable (default: the current one)",
    )
    _add_kubernetes(command)
    _add_collection(command)


def _add_azure(command: _Arguments) -> None:
    command.add_argument(
        "--resource-group", action="append", default=[], metavar="NAME", help="only this resource group; repeatable"
    )
    command.add_argument(
        "--directory",
        action="store_true",
        help="ask Microsoft Graph which holders of roles still exist, for RBAC107",
    )
    command.add_argument(
        "--credential",
        metavar="KIND",
        default="default",
        help="how to log in: default, cli, environment or another kind (default: the first that works)",
    )
    command.add_argument(
        "--cloud", choices=("public", "china", "us-government"), default="public", help="(default: public)"
    )
    command.add_argument("--arm-endpoint", metavar="URL", default="", help="the ARM endpoint of a private cloud")
    command.add_argument("--authority", metavar="URL", default="", help="the login endpoint of a private cloud")
    command.add_argument("--ca-file", metavar="FILE", default="", help="trust these certificates, as of a proxy")


def _add_kubernetes(command: _Arguments) -> None:
    command.add_argument(
        "--namespace", action="append", default=[], metavar="NAME", help="only this namespace; repeatable"
    )
    command.add_argument(
        "--kubeconfig", metavar="FILE", default="", help="(default: what KUBECONFIG names, else ~/.kube/config)"
    )
    command.add_argument(
        "--allow-exec", action="store_true", help="run the programs that the kubeconfig names to get credentials"
    )


def _add_run(command: _Arguments) -> None:
    command.add_argument("--concurrency", type=int, metavar="N", default=8, help="calls at a time (default: 8)")
    command.add_argument(
        "--time-budget",
        type=float,
        metavar="SECONDS",
        default=0,
        help="what is not read by then is a gap (default: no limit)",
    )


def _add_opa(command: _Arguments) -> None:
    command.add_argument(
        "--engine",
        choices=("embedded", "opa"),
        help="what judges (default: `opa` of the configuration that --config names, else embedded)",
    )
    command.add_argument("--opa-url", metavar="URL", default="", help="the server of the engine opa")
    command.add_argument(
        "--opa-token-file", metavar="FILE", default="", help="its token (default: ERPGUARD_OPA_TOKEN, if it is set)"
    )
    command.add_argument("--opa-ca-file", metavar="FILE", default="", help="trust these authorities")
    command.add_argument("--opa-certificate", metavar="FILE", default="", help="the certificate to show")
    command.add_argument("--opa-key", metavar="FILE", default="", help="its key (default: in the same file)")
    command.add_argument("--opa-timeout", type=float, metavar="SECONDS", help="for one request (default: 60)")
    command.add_argument("--opa-wait", type=float, metavar="SECONDS", help="until the server is ready (default: 10)")
    command.add_argument("--opa-read-only", action="store_true", help="publish nothing: it has loaded our bundle")
    command.add_argument("--opa-remove", action="store_true", help="take away at the end what was published")


def _add_collection(command: ArgumentParser) -> None:
    _add_run(command)
    command.add_argument(
        "--out", metavar="FILE", default="erpguard.snapshot.gz", help="the snapshot (default: erpguard.snapshot.gz)"
    )
    command.add_argument("--config", metavar="FILE", help="configuration to use, for `accept_gaps`")
    command.add_argument("-q", "--quiet", action="store_true", help="only the gaps that are not accepted")
    command.add_argument("--no-progress", action="store_true", help="no progress on standard error")
