"""The builtins that are erpguard's, by name. What is behind them is imported by the process that judges, only."""

from __future__ import annotations

from collections.abc import Mapping


def names(spaces: Mapping[str, str]) -> frozenset[str]:
    """Full names from namespaces with the names in them."""
    return frozenset(f"{space}.{name}".lstrip(".") for space, inside in spaces.items() for name in inside.split())


ADDED = names(
    {
        "": "div equal format_int gt gte lower lt lte minus mul neq plus product rem replace sprintf sum to_number"
        " upper",
        "array": "flatten",
        "base64": "decode encode is_valid",
        "base64url": "decode encode encode_no_pad",
        "bits": "and lsh negate or rsh xor",
        "crypto": "md5 sha1 sha256",
        "crypto.hmac": "equal md5 sha1 sha256 sha512",
        "glob": "match quote_meta",
        "graph": "reachable_paths",
        "hex": "decode encode",
        "json": "filter is_valid marshal marshal_with_options remove unmarshal",
        "net": "cidr_contains cidr_contains_matches cidr_expand cidr_intersects cidr_is_valid cidr_merge",
        "regex": "find_all_string_submatch_n find_n is_valid match replace split template_match",
        "semver": "compare is_valid",
        "strings": "count replace_n split_n",
        "time": "add_date clock date diff format parse_duration_ns parse_ns parse_rfc3339_ns weekday",
        "units": "parse parse_bytes",
        "urlquery": "decode decode_object encode encode_object",
        "uuid": "parse",
        "yaml": "is_valid unmarshal",
    }
)
"""Builtins that the modules of others have beyond the engine's own, or instead of them."""
