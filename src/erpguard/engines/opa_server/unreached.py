"""Why a server could not be reached, in words that say what helps; and whether trying again may."""

from __future__ import annotations

import re
import ssl
from collections.abc import Iterator

import requests

_NO_TLS = "WRONG_VERSION_NUMBER"
_OPENSSL = re.compile(r"^\[.*?\] | \(_ssl\.c:\d+\)$")
"""What Python writes around the words of OpenSSL."""

_UNKNOWN_AUTHORITY = frozenset((2, 18, 19, 20, 21))
"""No issuer, or the certificate is its own one (docs.openssl.org/3.0/man3/X509_STORE_CTX_get_error)."""

_OF_CLIENT = re.compile(r"ALERT_(?:(?:BAD_|UNSUPPORTED_)?CERTIFICATE|UNKNOWN_CA)")
"""What a server answers to the certificate of a client, or to none (rfc-editor.org/rfc/rfc8446#section-6.2)."""


def is_late(error: BaseException) -> bool:
    """Whether there is a connection, and no answer in time."""
    late = any(isinstance(one, (requests.ReadTimeout, TimeoutError)) for one in _reasons(error))
    return late and not isinstance(error, requests.ConnectTimeout)


def is_for_good(error: BaseException) -> bool:
    """Whether it failed for the certificates, or because there is no TLS, which does not get better."""
    return any(isinstance(one, ssl.SSLError) and _of_tls(one) for one in _reasons(error))


def reason(error: BaseException) -> str:
    """The innermost reason that says something: what urllib3 wraps around it repeats the address."""
    for one in _reasons(error):
        known = _of_tls(one) if isinstance(one, ssl.SSLError) else ""
        text = known or _words(one)
        if text:
            return text
    return type(error).__name__


def _of_tls(error: ssl.SSLError) -> str:
    """What only who calls can mend; empty where it may be a matter of the moment."""
    if isinstance(error, ssl.SSLCertVerificationError):
        what = f"its certificate is not trusted: {error.verify_message.rstrip('.')}"
        is_unknown = error.verify_code in _UNKNOWN_AUTHORITY
        return f"{what}: --opa-ca-file (ca_file) names the authority that signed it" if is_unknown else what
    if error.reason == _NO_TLS:
        return "it speaks no TLS there: is the address one with http://?"
    if _OF_CLIENT.search(error.reason or ""):
        what = f"it wants a certificate of this client that it trusts ({_words(error)})"
        return f"{what}: --opa-certificate and --opa-key (certificate, key)"
    return ""


def _words(error: BaseException) -> str:
    return _OPENSSL.sub("", str(getattr(error, "strerror", "") or error))


def _reasons(error: BaseException) -> Iterator[BaseException]:
    """An exception, and what it was raised for, the innermost first."""
    chain: list[BaseException] = []
    one: BaseException | None = error
    while one is not None and one not in chain:
        chain.append(one)
        inner = getattr(one, "reason", None) or next((arg for arg in one.args if isinstance(arg, Exception)), None)
        one = inner if isinstance(inner, BaseException) else one.__cause__ or one.__context__
    return reversed(chain)
