"""Files of Helm charts: they are templates and values, and become manifests only when the chart is rendered."""

from __future__ import annotations

import os

TEMPLATE = "Helm chart template (render it with `helm template RELEASE CHART | erpguard scan -`)"
CHART_FILE = "Helm chart file"

_CHART_FILES = ("Chart.yaml", "Chart.yml", "values.yaml", "values.yml", "values.schema.json", "requirements.yaml")


class HelmCharts:
    """Tells which files belong to charts; asks the file system once for each folder."""

    def __init__(self) -> None:
        self._charts: dict[str, bool] = {}
        self._templates: dict[str, bool] = {}

    def reason(self, path: str) -> str:
        """Why a file is not judged; empty if it belongs to no chart, or is a plain manifest of one (`crds/`)."""
        folder, name = os.path.split(path)
        if name in _CHART_FILES and self._is_chart(folder):
            return CHART_FILE
        return TEMPLATE if self._in_templates(folder) else ""

    def _is_chart(self, folder: str) -> bool:
        if folder not in self._charts:
            self._charts[folder] = os.path.isfile(os.path.join(folder, "Chart.yaml"))
        return self._charts[folder]

    def _in_templates(self, folder: str) -> bool:
        if folder not in self._templates:
            absolute = os.path.abspath(folder)
            parent, name = os.path.split(absolute)
            self._templates[folder] = (name == "templates" and self._is_chart(parent)) or (
                parent != absolute and self._in_templates(parent)
            )
        return self._templates[folder]
