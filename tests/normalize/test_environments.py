"""The environment of an object: configured, labelled, a word of its namespace, else production."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from erpguard.model.environments import canonical_environment, environment_of
from tests.normalize.test_kubernetes import made

WORDS = {
    "production": ("prod", "production", "live"),
    "staging": ("stage", "staging", "preprod", "uat"),
    "test": ("test", "qa"),
    "development": ("dev", "development", "sandbox", "demo", "poc"),
}


@pytest.mark.parametrize(("word", "environment"), [(word, name) for name, words in WORDS.items() for word in words])
def test_words(word: str, environment: str) -> None:
    for spelled in (word, word.upper(), word.title()):
        assert environment_of(spelled) == canonical_environment(spelled) == environment
    assert made(namespace=f"shop-{word}").environment == environment
    assert made(namespace="shop", labels={"env": word.upper()}).environment == environment


def test_other_words_stand_for_themselves_in_labels_only() -> None:
    assert (environment_of("DR"), canonical_environment("DR")) == (None, "dr")
    assert made(namespace="shop-dr").environment == "production"
    assert made(namespace="test", labels={"environment": "DR"}).environment == "dr"


@pytest.mark.parametrize(
    ("namespace", "environment"),
    [
        ("shop", "production"),
        ("latest", "production"),
        ("testing", "production"),
        ("test", "test"),
        ("test-prod", "test"),
        ("prod-test", "production"),
        ("shop.uat", "staging"),
        ("dev2", "development"),
        ("2dev", "development"),
        ("devshop", "production"),
        ("QA_shop", "test"),
        ("${TEST_NAMESPACE}", "production"),
        ("{{ .Values.dev.namespace }}", "production"),
        ("${X}-test", "test"),
        ("shop-${A}-demo-${B}", "development"),
    ],
)
def test_words_of_the_namespace(namespace: str, environment: str) -> None:
    assert made(namespace=namespace).environment == environment


def test_a_namespace_is_judged_by_its_own_name() -> None:
    assert made("Namespace", name="shop-test").environment == "test"
    assert made("Namespace", name="shop-test", namespace="dev").environment == "test"
    assert made("ClusterRole", "rbac.authorization.k8s.io/v1", name="test").environment == "production"
    configured = {"environments": {"shop*": "uat"}}
    assert made("Namespace", name="shop-test", settings=configured).environment == "staging"


@settings(suppress_health_check=[HealthCheck.too_slow])  # the first value may take long on a busy machine
@given(
    st.sampled_from((None, "prod", "QA", "dr")),
    st.dictionaries(
        st.sampled_from(("environment", "env", "app.kubernetes.io/environment", "other")),
        st.sampled_from(("", "Live", "dev", "${ENV}", "eu")),
    ),
    st.sampled_from(("shop", "shop-uat")),
)
def test_the_order(configured: str | None, labels: dict[str, str], namespace: str) -> None:
    settings = {"environments": {"other*": "poc", "shop*": configured, "*": "poc"}} if configured else {}
    voices = [
        configured,
        *(labels.get(name) for name in ("environment", "env", "app.kubernetes.io/environment")),
        "staging" if namespace == "shop-uat" else "production",
    ]
    meant = next(voice for voice in voices if voice not in (None, "", "${ENV}"))
    canonical = {"Live": "production", "prod": "production", "QA": "test", "dev": "development"}
    one = made(namespace=namespace, labels=labels, settings=settings)
    assert one.environment == canonical.get(str(meant), meant)


def test_the_configuration_speaks_of_the_settled_namespace() -> None:
    settings = {"namespaces": {"a/*": "shop"}, "environments": {"shop": "qa"}}
    assert made(settings=settings).environment == "test"
    assert made(settings=settings, file="c.yaml").environment == "production"
