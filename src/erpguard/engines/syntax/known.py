"""The functions of Rego, and what is known of each in the embedded engine: regorus 0.13, compared with OPA 1.22.

`docs/rego.md` shows the same; tests compare both with the engines themselves.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from erpguard.engines.builtins.names import names

_OPA = "use OPA itself (own packs: --engine opa)"


NATIVE = names(
    {
        "": "abs ceil concat contains count endswith floor format_int indexof indexof_n intersection is_array"
        " is_boolean is_null is_number is_object is_set is_string lower max min print product replace round"
        " sort split sprintf startswith substring sum to_number trace trim trim_left trim_prefix trim_right"
        " trim_space trim_suffix type_name union upper walk",
        "array": "concat reverse slice",
        "base64": "decode encode is_valid",
        "base64url": "decode encode encode_no_pad",
        "bits": "and lsh negate or rsh xor",
        "glob": "match quote_meta",
        "graph": "reachable reachable_paths",
        "hex": "decode encode",
        "http": "send",
        "json": "filter is_valid marshal marshal_with_options match_schema patch remove unmarshal verify_schema",
        "net": "cidr_contains cidr_expand cidr_is_valid",
        "numbers": "range range_step",
        "object": "filter get keys remove subset union union_n",
        "opa": "runtime",
        "rand": "intn",
        "regex": "find_all_string_submatch_n find_n is_valid match replace split template_match",
        "semver": "compare is_valid",
        "strings": "any_prefix_match any_suffix_match count replace_n reverse",
        "time": "add_date clock date diff format now_ns parse_duration_ns parse_ns parse_rfc3339_ns weekday",
        "units": "parse parse_bytes",
        "urlquery": "decode decode_object encode encode_object",
        "uuid": "parse rfc4122",
        "yaml": "is_valid marshal unmarshal",
    }
)
"""What the engine has itself."""

_NO_NETWORK = "is not answered: policies have no network; put what it would say into a data file"

REFUSED: Mapping[str, str] = MappingProxyType(
    {
        "http.send": _NO_NETWORK,
        "net.lookup_ip_addr": _NO_NETWORK,
        "opa.runtime": "does not tell the environment: put what the policy needs into a data file or a parameter",
    }
)

VARYING: Mapping[str, str] = MappingProxyType(
    {
        "rand.intn": "derive what you need from the resource's id",
        "time.now_ns": "compare with a date in the input, or pass one as a parameter",
        "uuid.rfc4122": "derive what you need from the resource's id",
    }
)

DEPRECATED: Mapping[str, str] = MappingProxyType(
    {
        "all": "write `every x in xs { x }`",
        "any": "write `true in xs`",
        "cast_array": "write `is_array(x)`, or `[y | some y in x]`",
        "cast_boolean": "write `is_boolean(x)`",
        "cast_null": "write `is_null(x)`",
        "cast_object": "write `is_object(x)`",
        "cast_set": "write `is_set(x)`, or `{y | some y in x}`",
        "cast_string": "write `is_string(x)`",
        "net.cidr_overlap": "write `net.cidr_contains`",
        "re_match": "write `regex.match`",
        "set_diff": "write `a - b`",
    }
)

MISSING: Mapping[str, str] = MappingProxyType(
    dict.fromkeys(
        names(
            {
                "crypto": "parse_private_keys",
                "crypto.x509": "parse_and_verify_certificates parse_and_verify_certificates_with_options"
                " parse_certificate_request parse_certificates parse_keypair parse_rsa_private_key",
                "graphql": "is_valid parse parse_and_verify parse_query parse_schema schema_is_valid",
                "io.jwt": "decode decode_verify encode_sign encode_sign_raw verify_eddsa verify_es256 verify_es384"
                " verify_es512 verify_hs256 verify_hs384 verify_hs512 verify_ps256 verify_ps384 verify_ps512"
                " verify_rs256 verify_rs384 verify_rs512",
                "providers.aws": "sign_req",
                "regex": "globs_match",
                "rego": "parse_module",
                "strings": "render_template",
                "uri": "is_valid parse",
            }
        ),
        _OPA,
    )
    | dict.fromkeys(
        ("rego.metadata.chain", "rego.metadata.rule"),
        "it needs the annotations of the running rule, which cannot be added; write the values in the rule, or " + _OPA,
    )
)

DIFFERENT: Mapping[str, str] = MappingProxyType(
    dict.fromkeys(
        ("json.match_schema", "json.verify_schema"), "its messages are other ones; say in Rego what has to hold"
    )
    | {"yaml.marshal": "it quotes otherwise; use json.marshal"}
)
