"""One cluster, read by several threads: its tasks, and how many calls they still take."""

from __future__ import annotations

from collections.abc import Iterator

from erpguard.sources.crew import Crew
from erpguard.sources.kubernetes_cluster.calls import Calls
from erpguard.sources.kubernetes_cluster.tasks import Estimate, Task
from erpguard.sources.kubernetes_cluster.transport import Failure
from erpguard.sources.live import Gap, Item, Run

_BATCH = 200
"""Objects that are handed over at a time."""


class Cluster:
    """Does a task, and all that follow from it. `name` is what progress calls the cluster."""

    def __init__(self, name: str, calls: Calls, run: Run) -> None:
        self._name = name
        self._calls = calls
        self._run = run
        self._more: dict[Task, int] = {}

    def records(self, first: Task) -> Iterator[Item | Gap]:
        """What is found. Once the run is over, what is not done is told as gaps."""
        crew = Crew(self._run, self._work, self._report)
        yield from crew.records([first])
        for task in crew.left:
            yield from task.gaps(Failure(self._run.over or "interrupted"))

    def _work(self, task: Task) -> Iterator[tuple[list[Item | Gap], list[Task]]]:
        found: list[Item | Gap] = []
        for one in task.run(self._calls):
            if isinstance(one, (Item, Gap)):
                found.append(one)
            elif isinstance(one, Estimate):
                self._more[task] = one.calls
            else:
                yield [], [one]
            if len(found) >= _BATCH:
                yield found, []
                found = []
        self._more.pop(task, None)
        yield found, []

    def _report(self, done: int, total: int) -> None:
        """Tell how many calls were made, and of how many that are known."""
        pending = total - done + sum(max(0, more - 1) for more in tuple(self._more.values()))
        self._run.report(f"cluster {self._name}", self._calls.made, self._calls.made + pending)
