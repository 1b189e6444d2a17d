"""How many arguments builtins take: the declarations of OPA 1.22."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from erpguard.engines.builtins import ADDED
from erpguard.engines.builtins.names import names
from erpguard.engines.syntax.known import DEPRECATED, NATIVE

_OF_OTHERS = {
    0: names({"opa": "runtime", "time": "now_ns"}),
    2: names(
        {
            "": "concat contains div endswith equal format_int gt gte indexof indexof_n lt lte minus mul neq plus"
            " re_match rem set_diff split sprintf startswith trim trim_left trim_prefix trim_right trim_suffix",
            "array": "concat",
            "bits": "and lsh or rsh xor",
            "crypto.hmac": "equal md5 sha1 sha256 sha512",
            "graph": "reachable reachable_paths",
            "json": "filter marshal_with_options match_schema patch remove",
            "net": "cidr_contains cidr_contains_matches cidr_intersects cidr_overlap",
            "numbers": "range",
            "object": "filter remove subset union",
            "rand": "intn",
            "regex": "match split",
            "semver": "compare",
            "strings": "any_prefix_match any_suffix_match count replace_n",
            "time": "diff parse_ns",
        }
    ),
    3: names(
        {
            "": "replace substring",
            "array": "slice",
            "glob": "match",
            "numbers": "range_step",
            "object": "get",
            "regex": "find_all_string_submatch_n find_n replace",
            "strings": "split_n",
        }
    ),
    4: names({"regex": "template_match", "time": "add_date"}),
}
_VARIADIC = "print"
ARITIES: Mapping[str, int] = MappingProxyType(
    dict.fromkeys((NATIVE | ADDED | DEPRECATED.keys()) - {_VARIADIC}, 1)
    | {name: number for number, listed in _OF_OTHERS.items() for name in listed}
)
"""By builtin; those that the embedded engine does not have are left out, and what takes any number."""
IRREPLACEABLE = frozenset({"print", "walk"})
"""What `with` must not replace: what has no value, and what has several."""
