"""Files of ConfigMaps in containers, against an oracle that lays out the whole file system."""

from __future__ import annotations

import posixpath
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from erpguard.analysis import Analyses
from erpguard.analysis.workloads.mounted_files import MountedFile, config_files, file_in
from erpguard.analysis.workloads.pods import all_pods
from erpguard.estate import Estate
from tests.analysis.estates import resource

CONFIG_MAPS = {"one": {"a.conf": "one a", "b.conf": "one b"}, "two": {"a.conf": "two a", "c.conf": "two c"}}
FOLDERS = ["/etc/odoo", "/etc", "/srv/odoo", "/etc/odoo/"]
KEYS = ["a.conf", "b.conf", "c.conf"]

_names = st.sampled_from(list(CONFIG_MAPS))
_items = st.lists(
    st.fixed_dictionaries({"key": st.sampled_from(KEYS), "path": st.sampled_from(["a.conf", "x/a.conf", "d.conf"])}),
    min_size=1,
    max_size=2,
    unique_by=lambda item: item["path"],
)
_projections = st.fixed_dictionaries({"name": _names}, optional={"items": _items})
_volumes = st.one_of(
    _projections.map(lambda projection: {"configMap": projection}),
    st.lists(_projections.map(lambda projection: {"configMap": projection}), min_size=1, max_size=2).map(
        lambda sources: {"projected": {"sources": sources}}
    ),
)
_mounts = st.lists(
    st.one_of(
        st.fixed_dictionaries({"mountPath": st.sampled_from(FOLDERS), "name": st.sampled_from(["v", "w"])}),
        st.builds(
            lambda folder, key, name: {"mountPath": posixpath.join(folder, key), "subPath": key, "name": name},
            st.sampled_from(FOLDERS[:3]),
            st.sampled_from(KEYS),
            st.sampled_from(["v", "w"]),
        ),
    ),
    max_size=3,
    unique_by=lambda mount: posixpath.normpath(mount["mountPath"]),
)


def estate(volumes: dict[str, Any], mounts: list[dict[str, str]]) -> Analyses:
    maps = [resource("v1", "ConfigMap", name, data=data) for name, data in CONFIG_MAPS.items()]
    spec = {
        "containers": [{"name": "odoo", "image": "odoo", "volumeMounts": mounts}],
        "volumes": [{"name": name, **volume} for name, volume in volumes.items()],
    }
    return Analyses(Estate([*maps, resource("v1", "Pod", "odoo", spec=spec)]))


def content(volume: dict[str, Any]) -> dict[str, str]:
    """path -> text of everything in a volume."""
    files: dict[str, str] = {}
    for source in volume.get("projected", {}).get("sources", [volume]):
        held = CONFIG_MAPS[source["configMap"]["name"]]
        listed = source["configMap"].get("items") or [{"key": key, "path": key} for key in held]
        files.update({item["path"]: held[item["key"]] for item in listed if item["key"] in held})
    return files


def file_system(volumes: dict[str, Any], mounts: list[dict[str, str]]) -> dict[str, str]:
    """path -> text in the container: outer mounts first, each hiding what was there."""
    files: dict[str, str] = {}
    for mount in sorted(mounts, key=lambda mount: len(posixpath.normpath(mount["mountPath"]))):
        target = posixpath.normpath(mount["mountPath"])
        for path in [path for path in files if path == target or path.startswith(target + "/")]:
            del files[path]
        held = content(volumes[mount["name"]])
        if "subPath" in mount:
            held = {"": held[mount["subPath"]]} if mount["subPath"] in held else {}
        files.update({posixpath.normpath(posixpath.join(target, path)): text for path, text in held.items()})
    return files


@given(st.fixed_dictionaries({"v": _volumes, "w": _volumes}), _mounts)
def test_every_file_is_where_the_mounts_put_it(volumes: dict[str, Any], mounts: list[dict[str, str]]) -> None:
    analyses = estate(volumes, mounts)
    (pod,) = all_pods(analyses)
    expected = file_system(volumes, mounts)
    names = {*expected, *(posixpath.join(folder, key) for folder in FOLDERS for key in (*KEYS, "x/a.conf", "d.conf"))}
    found = {posixpath.normpath(name): file_in(analyses, pod, pod.containers[0], name) for name in names}
    assert {name: file.text for name, file in found.items() if file.text is not None} == expected
    assert all(file.known for file in found.values())
    listed = dict(config_files(analyses, pod, pod.containers[0]))
    assert {path: file.text for path, file in listed.items()} == expected


def only(volume: dict[str, Any], **mount: str) -> MountedFile:
    analyses = estate({"v": volume}, [{"name": "v", "mountPath": "/etc/odoo", **mount}])
    (pod,) = all_pods(analyses)
    return file_in(analyses, pod, pod.containers[0], "/etc/odoo/a.conf")


def test_what_is_not_known() -> None:
    assert not only({"secret": {"secretName": "x"}}).known
    assert not only({"emptyDir": {}}).known
    assert not only({"configMap": {"name": "elsewhere"}}).known
    assert not only({"configMap": {"name": "one"}}, subPathExpr="$(POD_NAME)").known
    assert not only({"configMap": {"name": "one"}}, mountPath="${FOLDER}").known
    assert not only({"projected": {"sources": [{"configMap": {"name": "one"}}, {"secret": {"name": "x"}}]}}).known
    analyses = estate({}, "everything")  # type: ignore[arg-type]
    (pod,) = all_pods(analyses)
    assert not file_in(analyses, pod, pod.containers[0], "/etc/odoo/a.conf").known
    assert only({"projected": {"sources": [{"serviceAccountToken": {"path": "token"}}]}}) == MountedFile()
    assert only({"secret": {"secretName": "x", "items": [{"key": "k", "path": "other"}]}}) == MountedFile()
