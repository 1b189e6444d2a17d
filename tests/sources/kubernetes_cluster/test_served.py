"""Which version of a kind is read, and what is said of one that is served otherwise."""

from __future__ import annotations

from typing import Any, cast

import pytest

from erpguard.sources.kubernetes_cluster.calls import Calls
from erpguard.sources.kubernetes_cluster.kinds import KINDS
from erpguard.sources.kubernetes_cluster.served import Listing, Unread, groups, listings, resources, url
from erpguard.sources.kubernetes_cluster.transport import Failure

DOWN = Failure("server-error", 503)


class Answers:
    """Answers by path; what is not there is not found."""

    def __init__(self, answers: dict[str, Any]) -> None:
        self.answers = answers
        self.asked: list[str] = []

    def get(self, path: str) -> Any:
        self.asked.append(path)
        return self.answers.get(path, Failure("not-found", 404))


def document(*names: str) -> dict[str, Any]:
    return {"kind": "APIResourceList", "resources": [{"name": name} for name in names]}


def found(answers: Answers, type_: str, *offered: str) -> list[Listing | Unread]:
    kinds = [kind for kind in KINDS if kind.type == type_ and kind.group != "traefik.containo.us"]
    return list(listings(cast("Calls", answers), kinds, offered or None))


HPA = "autoscaling/HorizontalPodAutoscaler"
DOCUMENTS = {f"/apis/autoscaling/{version}": document("horizontalpodautoscalers") for version in ("v1", "v2")}


def test_the_best_version_that_is_served() -> None:
    assert [
        one.served
        for one in found(Answers(DOCUMENTS), HPA, "autoscaling/v1", "autoscaling/v2")
        if isinstance(one, Listing)
    ] == ["autoscaling/v2"]
    answers = Answers(DOCUMENTS)
    assert [one.kind.type for one in found(answers, HPA, "autoscaling/v1")] == [HPA]
    assert answers.asked == ["/apis/autoscaling/v1"]


def test_a_version_that_cannot_be_looked_at_is_tried_where_no_other_is_known() -> None:
    down = {**DOCUMENTS, "/apis/autoscaling/v2": DOWN}
    offered = ("autoscaling/v2", "autoscaling/v1")
    assert [one for one in found(Answers(down), HPA, *offered)] == [Listing(_kind(HPA), "autoscaling/v1")]
    assert found(Answers({"/apis/autoscaling/v2": DOWN}), HPA, *offered) == [Listing(_kind(HPA), "autoscaling/v2")]


def _kind(type_: str) -> Any:
    return next(kind for kind in KINDS if kind.type == type_)


def test_a_resource_that_its_version_lacks_does_not_exist() -> None:
    answers = Answers({"/apis/traefik.io/v1alpha1": document("ingressroutes")})
    assert found(answers, "traefik.io/Middleware", "traefik.io/v1alpha1") == []


def test_a_version_that_is_not_known() -> None:
    answers = Answers({"/apis/keda.sh/v2": document("scaledobjects", "scaledobjects/status")})
    assert found(answers, "keda.sh/ScaledObject", "keda.sh/v2") == [
        Unread(_kind("keda.sh/ScaledObject"), ("keda.sh/v2",))
    ]
    assert found(answers, "keda.sh/ScaledJob", "keda.sh/v2") == []


def test_groups() -> None:
    versions = [{"groupVersion": "a/v1"}, {"groupVersion": "a/v2"}]
    listed = {"kind": "APIGroupList", "groups": [{"name": "a", "versions": versions, "preferredVersion": versions[1]}]}
    assert groups(cast("Calls", Answers({"/apis": listed}))) == {"a": ("a/v2", "a/v1")}


@pytest.mark.parametrize("value", [[], {}, {"kind": "APIGroupList"}, {"kind": "APIResourceList", "groups": []}, None])
def test_what_is_no_discovery_document(value: Any) -> None:
    wrong = Failure("malformed", 200, "not what discovery documents")
    assert groups(cast("Calls", Answers({"/apis": value}))) == wrong
    assert resources(cast("Calls", Answers({"/api/v1": value})), "v1") == wrong


def test_paths() -> None:
    assert url("v1") == "/api/v1"
    assert url("v1", "pods", "a/b") == "/api/v1/namespaces/a%2Fb/pods"
    assert url("apps/v1", "deployments") == "/apis/apps/v1/deployments"
    assert url("v1", "namespaces", name="../secrets") == "/api/v1/namespaces/..%2Fsecrets"
