"""The identity of an application on Azure, as its own machine offers it to the programs on it.

learn.microsoft.com/azure/app-service/overview-managed-identity#rest-endpoint-reference: without TLS, on loopback, with
a header that only programs on the machine know.
"""

from __future__ import annotations

import time

from tests.servers.arm import ArmServer
from tests.servers.https import HttpsServer, Request, Response, as_json

SECRET = "planted-identity-header"


def identity_of(server: ArmServer) -> HttpsServer:
    """Something that hands out tokens of an ARM server."""

    def answer(request: Request) -> Response:
        if request.verb != "GET" or request.headers.get("x-identity-header") != SECRET:
            return as_json({"message": "no"}, 401)
        if request.query.get("resource") != server.endpoint:
            return as_json({"message": f"no tokens for {request.query.get('resource')}"}, 400)
        expires = str(int(time.time()) + 3600)
        return as_json({"access_token": server.tokens.issue(), "expires_on": expires, "token_type": "Bearer"})

    return HttpsServer(answer, None)


def environment(identity: HttpsServer) -> dict[str, str]:
    """What tells a program of it."""
    return {"IDENTITY_ENDPOINT": f"http://127.0.0.1:{identity.port}/token", "IDENTITY_HEADER": SECRET}
