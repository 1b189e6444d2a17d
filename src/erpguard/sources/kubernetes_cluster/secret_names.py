"""Names that say that what stands there is a secret: fields of objects, variables, keys of ConfigMaps.

In the fields of objects a name that ends in "secret" mostly names a Secret (`caSecret`), which policies read; as a
variable or a key it is the secret itself.
"""

from __future__ import annotations

import re
from functools import lru_cache

_ALWAYS = r"""
    \w*passw(?:or)?d | \w*passphrase | (?:\w*_)?(?:pass|pwd) | (?:db|smtp|my|auth|user|root|admin|key)pass
    | requirepass | (?:master|primary)auth
    | \w*token
    | (?:\w*_)?(?:api|access|account|shared|primary|secondary|storage|private|encryption|signing|master|license|client
        |app|lapi|auth|hmac|cookie|webhook|deploy|secret|ssh)_?key(?:_base|_base64|_data|_pem)?
    | \w+(?:api|access|account|private|secret)key
    | (?:\w*_)?(?:client|jwt|shared|oauth2?|cookie|consumer|hmac|signing)_?secret
    | (?:\w*_)?shared_?access_?signature | (?:\w*_)?sas_url | (?:docker)?config_?json | (?:proxy_)?authorization
"""
_NAMES = r"tls | ssl | ca | certs? | certificate | pull | image | existing | environment | roles | user | kube\w* | k8s"
_VARIABLES = rf"""
    (?!(?:\w*_)?(?:{_NAMES})_secret$)(?:\w*_)?secret | (?:\w*_)?credentials? | (?:\w*_)?connection_?string
"""
_FILES = r"pgpass(?:_conf)? | netrc | htpasswd | userlist(?:_txt)? | users?_acl | \w+_key | id_(?:rsa|ecdsa|ed25519)"

_FIELD = re.compile(rf"(?:{_ALWAYS})(?:_?[0-9]+)?", re.VERBOSE)
_VARIABLE = re.compile(rf"(?:{_ALWAYS}|{_VARIABLES})(?:_?[0-9]+)?", re.VERBOSE)
_KEY = re.compile(rf"(?:{_ALWAYS}|{_VARIABLES}|{_FILES})(?:_?[0-9]+)?", re.VERBOSE)
_WORKING_DIRECTORY = frozenset(("PWD", "OLDPWD"))
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_BETWEEN = re.compile(r"[^a-z0-9]+")


def _words(name: str) -> str:
    """A name in lower case, its words joined by `_`."""
    return _BETWEEN.sub("_", _HUMP.sub("_", name).lower()).strip("_")


@lru_cache(maxsize=8192)
def is_secret_field(name: str) -> bool:
    """Whether a field of an object, or an annotation, holds a secret."""
    own = name.rpartition("/")[2]
    return own not in _WORKING_DIRECTORY and _FIELD.fullmatch(_words(own)) is not None


@lru_cache(maxsize=8192)
def is_secret_variable(name: str) -> bool:
    """Whether a variable, or an option in a text, holds a secret."""
    return name not in _WORKING_DIRECTORY and _VARIABLE.fullmatch(_words(name)) is not None


@lru_cache(maxsize=8192)
def is_secret_key(name: str) -> bool:
    """Whether a key of a ConfigMap, which may be the name of a file, stands for nothing but secrets."""
    return name not in _WORKING_DIRECTORY and _KEY.fullmatch(_words(name)) is not None
