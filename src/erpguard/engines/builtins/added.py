"""The functions that are behind the modules in `guards/`, by name."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, NoReturn

from erpguard.engines.builtins import (
    arithmetic,
    documents,
    durations,
    encodings,
    formatting,
    globs,
    graphs,
    integers,
    networks,
    quantities,
    regexes,
    templates,
    terms,
    texts,
    times,
    uuids,
    versions,
    written,
    yamls,
)
from erpguard.engines.builtins.unsupported import Unsupported

Builtin = Callable[..., Any]

OF_TEXTS: Mapping[str, tuple[int, Builtin]] = {
    "base64.decode": (1, encodings.base64_decode),
    "base64.encode": (1, encodings.base64_encode),
    "base64url.decode": (1, encodings.base64url_decode),
    "base64url.encode": (1, encodings.base64url_encode),
    "base64url.encode_no_pad": (1, encodings.base64url_encode_no_pad),
    "crypto.hmac.md5": (2, encodings.keyed("md5")),
    "crypto.hmac.sha1": (2, encodings.keyed("sha1")),
    "crypto.hmac.sha256": (2, encodings.keyed("sha256")),
    "crypto.hmac.sha512": (2, encodings.keyed("sha512")),
    "crypto.md5": (1, encodings.digest("md5")),
    "crypto.sha1": (1, encodings.digest("sha1")),
    "crypto.sha256": (1, encodings.digest("sha256")),
    "glob.quote_meta": (1, globs.quote_meta),
    "hex.decode": (1, encodings.hex_decode),
    "hex.encode": (1, encodings.hex_encode),
    "json.unmarshal": (1, documents.unmarshal),
    "lower": (1, texts.lower),
    "net.cidr_contains": (2, networks.contains),
    "net.cidr_intersects": (2, networks.intersects),
    "semver.compare": (2, versions.compare),
    "time.parse_duration_ns": (1, durations.parse),
    "time.parse_ns": (2, times.parse_ns),
    "time.parse_rfc3339_ns": (1, times.parse_rfc3339_ns),
    "units.parse": (1, quantities.parse),
    "units.parse_bytes": (1, quantities.parse_bytes),
    "upper": (1, texts.upper),
    "urlquery.decode": (1, encodings.urlquery_decode),
    "urlquery.decode_object": (1, encodings.urlquery_decode_object),
    "urlquery.encode": (1, encodings.urlquery_encode),
    "uuid.parse": (1, uuids.parse),
    "yaml.unmarshal": (1, yamls.unmarshal),
}
"""Builtins that are a function of ours where all arguments are texts, and have no value for others."""


def _refuse(what: str) -> NoReturn:
    raise Unsupported(what)


_BEHIND_GUARDS: Mapping[str, tuple[int, Builtin]] = {
    "abs": (1, arithmetic.absolute),
    "base64.is_valid": (1, encodings.base64_is_valid),
    "bits.and": (2, operator.and_),
    "bits.lsh": (2, integers.shift_left),
    "bits.negate": (1, operator.invert),
    "bits.or": (2, operator.or_),
    "bits.rsh": (2, integers.shift_right),
    "bits.xor": (2, operator.xor),
    "ceil": (1, arithmetic.ceil),
    "digits": (1, integers.digits),
    "div": (2, arithmetic.over),
    "floor": (1, arithmetic.floor),
    "format_int": (2, integers.format_int),
    "glob.pattern": (2, globs.pattern),
    "graph.reachable_paths": (2, graphs.reachable_paths),
    "index": (1, integers.index),
    "json.filter": (2, documents.keep),
    "json.is_valid": (1, documents.is_valid),
    "json.marshal": (4, terms.as_json),
    "json.remove": (2, documents.remove),
    "minus": (2, arithmetic.minus),
    "mul": (2, arithmetic.times),
    "net.cidr_expand": (1, networks.expand),
    "net.cidr_is_valid": (1, networks.is_valid),
    "net.cidr_merge": (1, networks.merge),
    "plus": (2, arithmetic.plus),
    "order": (3, terms.positions),
    "product": (1, arithmetic.product),
    "refuse": (1, _refuse),
    "rem": (2, arithmetic.remainder),
    "regex.is_valid": (1, regexes.is_valid),
    "regex.pattern": (1, regexes.pattern),
    "regex.replacement": (2, templates.replacement),
    "regex.template": (3, templates.template),
    "replace": (3, texts.replace),
    "semver.is_valid": (1, versions.is_valid),
    "round": (1, arithmetic.nearest),
    "shown": (3, terms.shown),
    "sprintf": (2, formatting.sprintf),
    "strings.replace_n": (2, texts.replace_n),
    "sum": (1, arithmetic.total),
    "time.add_date": (4, times.add_date),
    "time.clock": (1, times.clock),
    "time.date": (1, times.date),
    "time.diff": (2, times.diff),
    "time.format": (1, times.format_time),
    "time.weekday": (1, times.weekday),
    "to_number": (1, arithmetic.to_number),
    "urlquery.encode_object": (1, encodings.urlquery_encode_object),
    "yaml.is_valid": (1, yamls.is_valid),
}

_UNSIGNED = 1 << 64


_NOTING = frozenset(
    [
        "abs",
        "ceil",
        "div",
        "floor",
        "json.unmarshal",
        "minus",
        "mul",
        "plus",
        "product",
        "rem",
        "round",
        "sum",
        "to_number",
        "units.parse",
        "yaml.unmarshal",
    ]
)
"""Those that tell themselves how their numbers are written."""


def _attempt(function: Builtin, notes: bool) -> Builtin:
    """What Rego takes for undefined where it is empty: the engine's functions have either a value or end the rule."""

    def attempted(*arguments: Any) -> list[Any]:
        try:
            value = function(*arguments)
        except ValueError:
            return []
        if isinstance(value, int) and not isinstance(value, bool):
            if not -_UNSIGNED // 2 <= value < _UNSIGNED:
                raise Unsupported("a number beyond 64 bits")
            if not notes:
                written.made(str(value))
        return [value]

    return attempted


EXTENSIONS: Mapping[str, tuple[int, Builtin]] = MappingProxyType(
    {
        f"erpguard_functions.{name}": (arity, _attempt(function, name in _NOTING))
        for name, (arity, function) in {**OF_TEXTS, **_BEHIND_GUARDS}.items()
    }
)
"""What the engine has to be given, by name: how many arguments, and the function."""
