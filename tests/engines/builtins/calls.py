"""Calls of builtins, written in Rego, that aim at the edges: what does not fit, nothing, Unicode, large numbers."""

from __future__ import annotations

import json
import re
from typing import NamedTuple

from hypothesis import strategies as st

Term = st.SearchStrategy[str]
"""Of values as Rego writes them."""


class Call(NamedTuple):
    """A builtin, and its arguments as Rego writes them."""

    name: str
    arguments: list[str]


def _of(*pieces: str, most: int = 5) -> Term:
    """Texts of pieces."""
    return st.lists(st.sampled_from(pieces), max_size=most).map(lambda found: json.dumps("".join(found)))


def _one_of(*texts: str) -> Term:
    return st.sampled_from(texts).map(json.dumps)


def _split(words: str) -> list[str]:
    return words.split()


def _numbers(text: str) -> Term:
    return st.sampled_from(_split(text))


def _array(items: Term, most: int = 3) -> Term:
    return st.lists(items, max_size=most).map(lambda found: f"[{', '.join(found)}]")


def _set(items: Term, most: int = 3) -> Term:
    return st.lists(items, max_size=most).map(lambda found: f"{{{', '.join(found)}}}" if found else "set()")


def _object(keys: Term, values: Term, most: int = 3) -> Term:
    pairs = st.lists(st.tuples(keys, values), max_size=most, unique_by=lambda pair: pair[0])
    return pairs.map(lambda found: "{" + ", ".join(f"{key}: {value}" for key, value in found) + "}")


_LETTERS = _split("a b A é ß ſ K İ ǆ ﬁ 日 😀 0 1 9 ٣ . / , : - _ * ? [ ] { } \\ ! $ ^ ( ) | + % & = # < > \" ' ~ @ ;")
_WORDS = _of(
    *_LETTERS, " ", "\t", "\n", "\u00a0", "\u0085", "\0", "\x7f", "\u2028", "\ufffd", "e\u0301", "\u202e", "\u05d0",
    "👨\u200d👩", "a" * 3000,
)  # fmt: skip
_SHORT = _of("a", "a", "b", "b", "c")
_TEXTS = _WORDS | _SHORT
_PARTS = _of("a", "b", "é", ".", most=2)
_SMALL = st.integers(-4, 8).map(str)
_NUMBERS = st.integers(-12, 12).map(str) | _numbers(
    "0.5 -0.5 1.5 2.5 -2.5 0.1 3.14 1234567.5 0.0000001 2147483648 9007199254740993 9223372036854775807"
    " -9223372036854775808 9223372036854775808 -9223372036854775809 18446744073709551616 123456789012345678901234567890"
    " -0.0 1.0 2.0 -3.0 1e3 1.5e1 1e308 5e-324 0.9 1000000 1073741824"
)
_PLAIN = _TEXTS | _NUMBERS | st.sampled_from(["null", "true", "false"])
_INNER = _PLAIN | _array(_PLAIN) | _set(_PLAIN) | _object(_TEXTS, _PLAIN)
_ANY = _INNER | _array(_INNER, 2) | _set(_array(_PLAIN, 2), 2) | _object(_TEXTS, _INNER, 2) | _object(_INNER, _PLAIN, 2)
_KEYS = _one_of("a", "b", "c", "a/b", "~0", "~1", "0", "1", "-")
_TREES = st.recursive(
    _one_of("x", "a") | st.sampled_from(["1", "null", "[]", "{}"]),
    lambda inner: _object(_KEYS, inner) | _array(inner),
    max_leaves=6,
)
_OBJECTS = _object(_KEYS, _TREES)
_PATHS = _of("/", "a", "b", "c", "/a", "/b", "/0", "/1", "/~1", "/~0", "a~1b", "-", most=3) | _array(_KEYS | _SMALL)
_OPERATIONS = _object(
    _one_of("op", "path", "from", "value"),
    _one_of("add", "remove", "replace", "move", "copy", "test", "/a", "/b/0", "a/b", "/-", "/c/-"),
    4,
)
_NODES = _one_of("a", "b", "c", "d", "x")
_PATTERN = _of(
    *_split(
        "a b a* b+ (a) (b|a) (?P<n>a) (?<n>b) [a-c] [^a] \\d \\w \\s \\b \\D \\W \\S [\\d] [\\w-] [^\\s] [[:alpha:]]"
    ),
    *_split(
        ". ^ $ (?i) (?s) (?m) (?U) (?x) x* a?? a{2} a{,2} a{1,} é \\pL \\p{Greek} \\x41 \\x{e9} \\z \\A \\Z \\Qa.\\E"
    ),
    *_split(
        "() | (?:a|b) (?i:k) \\. \\- \\/ [&&] [a&&b] [~~] [a--b] (?=a) \\1 ( [ * \\C \\07 \\u0041 (?-u) # s k { } ]"
    ),
    *_split(
        "- \\a \\f \\h \\_ \\é \\< [[a]b] (?#c) \\PN \\p{Lu} [[:^alpha:]] [[:foo:]] (?i-s:a) \\Ka a{1001} (a{50}){30}"
    ),
    *_split("\\b{start} [a-\\d] [\\d-a] [z-a] a** a+?* (?P<n>b) (?P=n) [[:word:]] (?P<1>a) \\p{latin} (?) (?ii)"),
    most=4,
)
_SUBJECT = _of(
    *_split("a b c k K S ſ K é É 1 ٣ _ - . A x { } Z"),
    " ",
    "\n",
    "\r",
    "\xa0",
    "\v",
    "\f",
    "\x85",
    "\0",
)
_GLOB = _of(
    *_split(
        "a b * ** ? [ab] [!a] [a-c] [!a-b] {a,b} {a,} {,b} {ab,b*} {} \\* \\a . / : é [é] {a,{b,c}} - [a ] {a } ! ^"
    ),
    *_split("[^a] , \\ [] [a-] [-a] [\\]] [!]"),
)
_FORMATS = _of(
    *_split("%v %s %d %5d %-4s| %05d %.2f %e %g %t %+d %% %x %X %o %b %c %q %U %T %6.2f %[1]d %[2]v"),
    *_split("%*d %.*f %#v %#x %p"),
    *_split("%5.1f %-5d| %G %F %+v %! %z %[3]d %[x]d %5 %O %08.3f %+q %#q %+.2e %10s %.1s %5.1q %w"),
    *_split("%_ %é %[1] %5% %+s"),
    *_split("%010s %#o %#b %.3g %5c %+U %#U %.0d %.d %[2]*[1]d %-010d %[1]v"), "% d", "% x", "%", " ", "% #x",
    most=3,
)  # fmt: skip
_ZONES = _one_of(
    "UTC", "", "America/New_York", "Europe/Berlin", "Asia/Kolkata", "Nope/Zone", "Etc/GMT+5", "EST",
    "Australia/Lord_Howe", "Africa/Monrovia", "../etc", "Z",
)  # fmt: skip
_NANOSECONDS = st.integers(-(1 << 63), (1 << 63) - 1).map(str) | _numbers(
    "0 1 -1 1.5 1582934400000000000 1585443600000000000 1603587600000000000 9223372036854775807 9223372036854775808"
)
_LAYOUTS = _one_of(
    "", "RFC3339", "RFC3339Nano", "ANSIC", "UnixDate", "RubyDate", "RFC822", "RFC822Z", "RFC850", "RFC1123",
    "RFC1123Z", "3:04PM", "2006-01-02", "Jan _2 2006", "02/01/06 03:04PM", "15:04:05.000", "15:04:05.999", "Monday MST",
    "Z07:00 -0700 002 __2 pm", "x", "January 2, 2006", "Z0700 -07 Z07 -07:00:00", "5,999 .000000000", "2006-01-02 15",
)  # fmt: skip
_DATES = _one_of(
    "2020-02-30T00:00:00Z", "2020-02-29T23:59:60Z", "2020-01-01T00:00:00.123456789Z", "2020-01-01t00:00:00z",
    "2020-01-01T00:00:00+02:00", "2020-01-01T24:00:00Z", "1600-01-01T00:00:00Z", "2020-01-01T00:00:00+05:60",
    "2020-01-01T00:00:00,5Z", "2262-04-11T23:47:16.854775808Z", "1677-09-21T00:12:43.145224192Z", "2020-02-29",
    "Mon, 02 Jan 2006 15:04:05 MST", "Tue, 10 Nov 2009 23:00:00 +0100", "Feb  3 2020", "MARCH 3, 2020", "3:04PM",
    "Mon Jan  2 15:04:05 CET 2006", "31/12/99 11:59PM", "12:00:00.123", "Tuesday GMT+3", "January 2, 2006", "x", "",
    "2020-01-01 24", "Mon Jan  2 15:04:05 2006", "02 Jan 06 15:04 EST", "Monday, 02-Jan-06 15:04:05 ABCDE",
)  # fmt: skip
_TIMES = (
    _NANOSECONDS
    | st.tuples(_NANOSECONDS, _ZONES, _LAYOUTS).map(lambda three: f"[{', '.join(three)}]")
    | st.tuples(_NANOSECONDS, _ZONES).map(lambda two: f"[{', '.join(two)}]")
)
_KINDS: dict[str, Term] = {
    "addresses": _array(_one_of("10.0.0.0/8", "10.1.2.3", "fd00::1/128", "x")) | _one_of("10.0.0.0/8"),
    "any": _ANY,
    "array": _array(_ANY),
    "base": _numbers("2 8 10 16 7"),
    "base64": _of(*_split("QUJD REVG a b YQ== YWI= YWJj YR== 4pyT /w== _w== - _ = + /"), " ", "\n", "\r", most=3),
    "boolean": st.sampled_from(["true", "false"]),
    "collection": _array(_INNER) | _set(_PLAIN),
    "date": _DATES,
    "delimiter": _one_of("{", "}", "<", ">", "", "{{", "é", "|"),
    "delimiters": st.just("null") | _array(_one_of(".", "/", ":", "é", "ab", "", "*"), 2),
    "duration": _of(*_split("1 1.5 .5 5. - + h m s ms us µs μs ns 0 d w y 1e3 9223372036854775807 2562047"), " "),
    "few": _one_of("10.0.0.0/30", "10.0.0.5/29", "x", "255.255.255.254/31", "1.2.3.04/30", "::ffff:1.2.3.4/126"),
    "format": _FORMATS,
    "glob": _GLOB,
    "graph": _object(_NODES, _array(_NODES) | _set(_NODES) | st.sampled_from(["null", '"a"'])),
    "hexadecimal": _of(*_split("61 ff 6 é C3A9 0x61 g"), most=3),
    "json": _of(*_split("1 -0 1e2 01 1. [ ] { } \"a\" : , nul null true \\u00e9 \"\\ud800\" NaN 1e400 0.1 'a' -"), " "),
    "layout": _LAYOUTS,
    "network": _one_of(
        "10.0.0.0/8", "10.1.2.3", "10.1.2.3/32", "192.168.1.7/29", "::1", "::1/128", "fe80::/126", "0.0.0.0/0", "x", "",
        "10.0.0.0/33", "10.0.0/8", "01.2.3.4/8", "::ffff:1.2.3.4/120", "::ffff:1.2.3.4", "10.0.0.0/08", "10.0.0.0/",
        "1.2.3.4/+8", "fe80::1%eth0/64", "240.0.0.1", "2001:DB8::/32", "::/0", "::ffff:0:0/96", "1::/129",
    ),
    "nodes": _array(_NODES) | _set(_NODES),
    "number": _NUMBERS,
    "numbers": _array(_NUMBERS) | _set(_NUMBERS),
    "object": _OBJECTS,
    "objects": _array(_OBJECTS),
    "operations": _array(_OPERATIONS, 2),
    "options": _object(_one_of("indent", "prefix", "pretty", "foo"), _one_of("\t", " ", "") | st.just("true")),
    "part": _PARTS,
    "paths": _array(_PATHS) | _set(_PATHS),
    "pattern": _PATTERN,
    "quantity": _of(
        *_split("1 10 0.5 1.5 100 .5 5. -1 +1 1e3 1E k K m M Ki ki KI kb KiB Mi MiB G Gi t T Ti P Pi E Ei e"),
        *_split("Q B b é _ 0x1"),
        *_split("Inf 1.2.3 1/2 1e-3 1e100 99999999999 K 33.3 1e"), " ", '"', most=3,
    ),
    "range": st.integers(-4, 8).map(str) | _numbers("1.5 0.5"),
    "replacement": _of(*_split("$1 ${1} $n $$ $ ${n} x $1x ${1}x $0 $10 ${ $é \\1 $_"), most=3),
    "sets": _set(_set(_SMALL)),
    "shift": _numbers("0 1 2 -1 31 32 63 64 65 1.5"),
    "small": _SMALL,
    "subject": _SUBJECT,
    "template": _of(*_split("a {a} {a|b} <[0-9]+> { } é {{a}} . * {\\d+} {.*} urn: {} {(?i)b}")),
    "text": _TEXTS,
    "texts": _array(_TEXTS) | _set(_TEXTS),
    "time": _TIMES,
    "urlquery": _of(*_split("a = & + %20 % %zz %C3%A9 é ; * ~ ! / ? # %ff %00 %2 %26 \\"), " ", "\n", "\0"),
    "uuid": _one_of(
        "00000000-0000-0000-0000-000000000000", "6ba7b810-9dad-11d1-80b4-00c04fd430c8", "x", "",
        "{6ba7b810-9dad-21d1-80b4-00c04fd430c8}", "(6ba7b810-9dad-11d1-c0b4-00c04fd430c8}",
        "urn:uuid:6ba7b810-9dad-61d1-e0b4-00c04fd430c8", "6ba7b8109dad11d180b400c04fd430c8",
        "{6ba7b810-9dad-11d1-80b4-00c04fd430c8", "ffffffff-ffff-2fff-bfff-ffffffffffff",
        "6ba7b810x9dad-11d1-80b4-00c04fd430c8", "00000001-0001-2001-8201-000000000001",
    ),
    "values": _array(_ANY),
    "version": _one_of(
        *_split("1.2.3 1.2.3-a 1.2.3-1 1.2.3-a.1 1.2.3+x 01.2.3 1.2 v1.2.3 1.2.3-01 1.2.3- 10.0.0 1.2.3-a.b" " -1.2.3"),
        *_split("99999999999999999999.0.0 1.2.3-é 1.2.3.4 1.0.0-rc.1+b.2 1.2.3-10 1.2.3-2"),
        "1.2.3-99999999999999999999",
    ),
    "yaml": _of(
        *_split("a: b: - [ ] { } , ~ null yes on true True 0x1F 017 0o17 08 1e3 .5 +1 1_0 1. .inf"),
        *_split("2020-01-01 & &x *x !!str"),
        *_split("! << '1' \"b\" # | > ? @ ` % --- ... 12345678901234567890 1:30 é -0 0b1"), " ", " ", "\n", "\n", "\t",
        most=7,
    ),
}  # fmt: skip
SIGNATURES = {
    "number": "abs ceil floor round bits.negate", "array": "array.reverse array.flatten", "array array":
    "array.concat", "array small small": "array.slice", "base64": "base64.decode base64.is_valid base64url.decode",
    "text": "base64.encode base64url.encode base64url.encode_no_pad crypto.md5 crypto.sha1 crypto.sha256 hex.encode"
    " lower strings.reverse trim_space upper urlquery.encode", "number number": "bits.and bits.or bits.xor div minus"
    " mul plus rem",
    "number shift": "bits.lsh bits.rsh", "text texts": "concat",
    "text part": "contains endswith indexof indexof_n split startswith strings.count trim_prefix trim_suffix",
    "any": "count is_array is_boolean is_null is_number is_object is_set is_string json.marshal type_name",
    "text text": "crypto.hmac.md5 crypto.hmac.sha1 crypto.hmac.sha256 crypto.hmac.sha512 trim trim_left trim_right",
    "part part": "crypto.hmac.equal", "number base": "format_int", "glob delimiters glob": "glob.match",
    "glob": "glob.quote_meta", "graph nodes": "graph.reachable graph.reachable_paths", "hexadecimal": "hex.decode",
    "sets": "intersection union", "object paths": "json.filter json.remove", "json": "json.is_valid json.unmarshal",
    "any options": "json.marshal_with_options", "object operations": "json.patch", "collection": "max min sort",
    "network network": "net.cidr_contains net.cidr_intersects", "addresses addresses": "net.cidr_contains_matches",
    "network": "net.cidr_is_valid", "few": "net.cidr_expand", "addresses": "net.cidr_merge",
    "range range": "numbers.range",
    "range range number": "numbers.range_step", "object collection": "object.filter object.remove",
    "object any any": "object.get", "object": "object.keys urlquery.encode_object", "any any": "equal gt gte lt lte neq"
    " object.subset",
    "object object": "object.union", "objects": "object.union_n", "numbers": "product sum",
    "pattern subject small": "regex.find_all_string_submatch_n regex.find_n", "pattern": "regex.is_valid",
    "pattern subject": "regex.match regex.split", "subject pattern replacement": "regex.replace",
    "template glob delimiter delimiter": "regex.template_match", "text part text": "replace",
    "version version": "semver.compare", "version": "semver.is_valid", "format values": "sprintf",
    "texts texts": "strings.any_prefix_match strings.any_suffix_match", "object text": "strings.replace_n",
    "text part small": "strings.split_n", "text small small": "substring", "time small small small": "time.add_date",
    "time": "time.clock time.date time.format time.weekday", "time time": "time.diff",
    "duration": "time.parse_duration_ns", "layout date": "time.parse_ns", "date": "time.parse_rfc3339_ns",
    "quantity": "to_number units.parse units.parse_bytes", "urlquery": "urlquery.decode urlquery.decode_object",
    "uuid": "uuid.parse", "yaml": "yaml.is_valid yaml.unmarshal",
}  # fmt: skip
"""Builtins by what they are called with."""
_COUNTING = {"range", "shift"}
"""Of which OPA makes as much as they say, as far as there is memory."""
_LONG = re.compile(r"-?[0-9]{4,}(?:\.[0-9]+)?")


def _call(name: str, kinds: list[str]) -> st.SearchStrategy[Call]:
    fitting = st.tuples(*(_KINDS[kind] for kind in kinds)).map(list)
    other = _ANY if _COUNTING.isdisjoint(kinds) else _ANY.filter(lambda term: not _LONG.fullmatch(term))
    any_other = st.tuples(fitting, st.integers(0, len(kinds) - 1), other)
    odd = any_other.map(lambda three: [*three[0][: three[1]], three[2], *three[0][three[1] + 1 :]])
    return st.one_of(fitting, fitting, fitting, fitting, odd).map(lambda arguments: Call(name, arguments))


CALLS = {name: _call(name, kinds.split()) for kinds, names in SIGNATURES.items() for name in names.split()}
