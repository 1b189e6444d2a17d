"""The report for people."""

from __future__ import annotations

import re

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from erpguard.model import Place, ScanResult, Severity
from erpguard.reporters import ReportOptions
from erpguard.reporters.text import render

from .hostile import results
from .sample import sample

COLOR = re.compile(r"\x1b\[(?:0|1|2|3\d|1;31)m")


def text(result: ScanResult, **options: object) -> str:
    """The report."""
    return render(result, ReportOptions(**options))  # type: ignore[arg-type]


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(results, st.booleans(), st.sampled_from((-1, 0, 1)), st.integers(0, 200), st.booleans())
def test_any_result_is_harmless(
    result: ScanResult, color: bool, verbosity: int, width: int, include_passed: bool
) -> None:
    options = {"color": color, "verbosity": verbosity, "width": width, "include_passed": include_passed}
    found = text(result, **options)
    found.encode("utf-8")
    for line in found.split("\n"):
        bare = COLOR.sub("", line) if color else line
        assert bare.isprintable()
        assert bare == bare.rstrip()
        assert not re.search(r"##\w*\[", bare)
        assert not bare.lstrip().startswith("::")
    assert text(result, **options) == found


def test_color_changes_nothing_but_color() -> None:
    assert COLOR.sub("", text(sample(), color=True)) == text(sample())
    assert "\x1b[1;31mcritical\x1b[0m" in text(sample(), color=True)


def test_findings_of_a_file_stand_together() -> None:
    expected = """\
k8s/edge/ingress für alle.yaml
  12:7  high  TLS001  ingress-host-without-tls
        Ingress erp/odoo serves erp.example.com without TLS: no entry of spec.tls[].hosts covers it,
        and neither its entry points nor an annotation make the router TLS by itself.
        fix: Add the host to `spec.tls[].hosts`, or route it through an entry point that is TLS by
             itself.
  22:7  high  TLS001  ingress-host-without-tls
        Ingress erp/odoo serves {{ .Values.host }} without TLS: no entry of spec.tls[].hosts covers
        it, and neither its entry points nor an annotation make the router TLS by itself.
"""
    assert expected in text(sample())


def test_files_come_in_order_and_objects_last() -> None:
    titles = [line for line in text(sample()).split("\n\n") if "/" in line.split("\n")[0]]
    files = [title.split("\n")[0] for title in titles]
    known = [file for file in files if file.startswith(("k8s/", "/subscriptions/"))]
    assert known == sorted(known, key=lambda file: (file.startswith("/"), file))


def test_objects_without_a_file_show_the_node() -> None:
    assert "\n    at: /subscriptions/0000/" in text(sample())
    assert "/erp-db#/firewallRules/office\n" in text(sample())


def test_lines_fit() -> None:
    for width in (60, 80, 120):
        for line in text(sample(), width=width, verbosity=1).split("\n")[:-2]:
            torn = line.lstrip().startswith(("at:", "see:", "/subscriptions/"))
            assert torn or len(line) <= width or line.startswith(("policy", "pack", "NET", "RES", "TLS", "BAK"))


def test_only_the_first_sentence_of_a_remedy() -> None:
    assert "fix: Add a NetworkPolicy that admits only the application tier.\n" in text(sample())
    assert "application tier. Name it in the namespace's base.\n" in text(sample(), verbosity=1, width=200)


def test_problems_are_always_told() -> None:
    for verbosity in (-1, 0, 1):
        found = text(sample(), verbosity=verbosity)
        assert "k8s/old.yaml:7:12" in found
        assert "mapping values are not allowed here" in found


def test_quiet_is_one_line_each() -> None:
    lines = text(sample(), verbosity=-1).splitlines()
    assert len(lines) == len(sample().findings) + len(sample().problems)
    assert (
        "k8s/data/service.yaml:9:7: critical NET006 data-service-exposed: "
        "Service erp/postgres is a LoadBalancer for pods of the data tier." in lines
    )
    assert text(ScanResult(), verbosity=-1) == ""


def test_the_end() -> None:
    assert text(sample()).endswith("""\
switched off by the scanned tree's own configuration
  RES014 for k8s/dev/** (erpguard.yaml:14)

undetermined: 3 (--verbose lists them): RES001
suppressed: 3 (--verbose lists them): RES001
not judged: 12x chart template, 3x document without a kind

pack       critical  high  medium  low  undetermined  passed
backup            -     -       2    -             -       9
network           2     2       -    -             -      27
resources         -    16       -    2             3      40
tls               -     3       -    -             -       9

27 findings (2 critical, 21 high, 2 medium, 2 low) in 8 files, 41 resources read; \
3 undetermined; 3 suppressed; scan incomplete: 2 problems; 1 warning
""")


def test_verbose_lists_what_does_not_count() -> None:
    found = text(sample(), verbosity=1)
    assert "undetermined  RES001  memory-limit-missing" in found
    assert "waived: Owner: platform team, ERP-1290, until 2027-03-31" in found
    assert "also: k8s/data/statefulset.yaml:14:3: These pods answer on port 5432." in found
    assert "path: k8s/data/statefulset.yaml:4:3: and a pod behind it may open this" in found


def test_passes_on_demand() -> None:
    assert "not applicable" not in text(sample())
    assert re.search(r"^RES001  memory-limit-missing +16 +3 +31 +-$", text(sample(), include_passed=True), re.M)


def test_threshold_is_told() -> None:
    assert "41 resources read; 23 at or above high; " in text(sample(), fail_on=Severity.HIGH)


def test_nothing_found() -> None:
    assert text(ScanResult(resources={"core/Service": 1})) == "no findings, 1 resource read\n"
    assert text(ScanResult()) == "no findings, 0 resources read\n"


def test_commands_in_wrapped_lines_are_broken_up() -> None:
    finding = sample().findings[0]._replace(message="x" * 60 + " ::add-mask::secret", place=Place("a.yaml", 1, 1, 1, 2))
    assert "\n       : :add-mask::secret\n" in text(ScanResult(findings=[finding]), width=70)


def test_types_that_no_policy_knows_are_counted_together() -> None:
    types = {f"azurerm_t{number} (no policy knows this type)": number for number in range(1, 9)}
    result = ScanResult(not_judged={"Helm chart file": 2, **types})
    lines = " ".join(" ".join(render(result, ReportOptions(width=140)).split()).split("not judged: ")[1:])
    assert lines.startswith(
        "2x Helm chart file, 36 resources of 8 types that no policy knows: azurerm_t8 (8), azurerm_t7"
    )
    assert "azurerm_t3 (3), and 2 more" in lines
    verbose = " ".join(render(result, ReportOptions(width=140, verbosity=1)).split())
    assert "azurerm_t1 (1)" in verbose and "more" not in verbose


def test_ids_are_cut_as_all_values_are() -> None:
    """A path of a file is not: what is cut leads nowhere."""
    long = "/subscriptions/0/" + "x" * 500
    found = [
        one._replace(place=place, resource_id=long, path=("y" * 500,))
        for one, place in zip(
            sample().findings, (Place(object_id=long), Place("z" * 500 + ".yaml", 1, 1, 1, 2, long)), strict=False
        )
    ]
    lines = text(ScanResult(findings=found, policies=sample().policies), verbosity=1)
    assert "x" * 185 not in lines and "y" * 200 not in lines
    assert lines.count("/subscriptions/0/" + "x" * 182 + "…#/" + "y" * 198 + "…\n") == 2
    assert "\n/subscriptions/0/" + "x" * 182 + "…\n" in lines
    assert "z" * 500 + ".yaml\n" in lines
