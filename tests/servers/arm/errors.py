"""What ARM says when it refuses.

learn.microsoft.com/azure/azure-resource-manager/troubleshooting/common-deployment-errors
"""

from __future__ import annotations

from tests.servers.https import Response, as_json


def error(status: int, code: str, message: str, **headers: str) -> Response:
    """An error in ARM's form."""
    return as_json({"error": {"code": code, "message": message}}, status, **headers)


def unauthorized(code: str, message: str) -> Response:
    """401, with the challenge that tells where tokens come from."""
    challenge = (
        'Bearer authorization_uri="https://login.windows.net/5f0d7b1e-3a52-4c5c-9f5e-0a8f5a2b7c11", '
        f'error="invalid_token", error_description="{message}"'
    )
    return error(401, code, message, WWW_Authenticate=challenge)


def forbidden(action: str, scope: str) -> Response:
    """403 for an identity that lacks an action."""
    return error(
        403,
        "AuthorizationFailed",
        "The client 'erpguard' with object id '0c8d8a52-8d1a-4e8f-8ad5-3f7a2e1b9c44' does not have authorization to "
        f"perform action '{action}' over scope '{scope}' or the scope is invalid. If access was recently granted, "
        "please refresh your credentials.",
    )


def resource_not_found(what: str, group: str) -> Response:
    """404 for a resource."""
    return error(404, "ResourceNotFound", f"The Resource '{what}' under resource group '{group}' was not found.")


def group_not_found(group: str) -> Response:
    """404 for a resource group."""
    return error(404, "ResourceGroupNotFound", f"Resource group '{group}' could not be found.")


def subscription_not_found(subscription: str) -> Response:
    """404 for a subscription that does not exist, or that the tenant does not see."""
    return error(404, "SubscriptionNotFound", f"The subscription '{subscription}' could not be found.")


def type_not_found(type_: str, version: str) -> Response:
    """404 for a type that no provider has."""
    namespace, _, rest = type_.partition("/")
    return error(
        404,
        "InvalidResourceType",
        f"The resource type '{rest}' could not be found in the namespace '{namespace}' for api version '{version}'. "
        "The supported api-versions are ''.",
    )


def version_missing() -> Response:
    """400 without the query parameter."""
    return error(
        400,
        "MissingApiVersionParameter",
        "The api-version query parameter (?api-version=) is required for all requests.",
    )


def version_refused(type_: str, version: str, known: tuple[str, ...]) -> Response:
    """400 for an API version that the type does not have."""
    supported = ", ".join(known)
    if type_.lower().startswith(("microsoft.resources/", "microsoft.authorization/", "microsoft.management/")):
        text = f"The api-version '{version}' is invalid. The supported versions are '{supported}'."
        return error(400, "InvalidApiVersionParameter", text)
    return error(
        400,
        "NoRegisteredProviderFound",
        f"No registered resource provider found for location 'westeurope' and API version '{version}' for type "
        f"'{type_.partition('/')[2]}'. The supported api-versions are '{supported}'.",
    )


def not_registered(subscription: str, namespace: str) -> Response:
    """409: the subscription has not switched on the provider."""
    return error(
        409,
        "MissingSubscriptionRegistration",
        f"The subscription '{subscription}' is not registered to use namespace '{namespace}'. See "
        "https://aka.ms/rps-not-found for how to register subscriptions.",
    )


def method_not_allowed(verb: str) -> Response:
    """405: whatever would change something."""
    return error(405, "HttpMethodNotAllowed", f"The HTTP method '{verb}' is not supported at this scope.")
