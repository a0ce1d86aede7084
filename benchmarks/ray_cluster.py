"""Replicas on Ray Serve on this machine, for measurements and tests."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress

PATIENT = {
    "RAY_USAGE_STATS_ENABLED": "0", "RAY_enable_worker_prestart": "0",
    "RAY_SERVE_PROXY_READY_CHECK_TIMEOUT_S": "600", "RAY_SERVE_PROXY_HEALTH_CHECK_TIMEOUT_S": "300",
    "RAY_SERVE_CONTROL_LOOP_INTERVAL_S": "1",
}  # fmt: skip
"""Settings of Ray for machines that are busy with other work: no telemetry, no spare processes, more patience, a
controller that looks once a second.

Ray reads them when it is imported."""
os.environ.update({name: os.environ.get(name, value) for name, value in PATIENT.items()})

import psutil  # noqa: E402
import ray  # noqa: E402
from ray import serve  # noqa: E402
from ray.serve.config import HTTPOptions  # noqa: E402
from ray.serve.schema import ReplicaState  # noqa: E402

from benchmarks.many_processes import free_port  # noqa: E402
from hmvlm.serving.client import RemoteModel  # noqa: E402
from hmvlm.serving.replicas import Options, application  # noqa: E402

TITLE = "ServeReplica:hmvlm"
"""What the titles of the processes of replicas contain."""


@contextmanager
def cluster(processors: int) -> Iterator[None]:
    """Ray with so many processors to give, on this machine alone and without its own files in this folder."""
    quiet = {"include_dashboard": False, "log_to_driver": False, "logging_level": logging.ERROR}
    environment = {"env_vars": {"PYTHONPATH": os.getcwd()}}
    ray.init(address="local", num_cpus=processors, runtime_env=environment, **quiet)
    try:
        yield
    finally:
        serve.shutdown()
        ray.shutdown()


def deployed(options: Options) -> RemoteModel:
    """The model of replicas that are ready; those of other options are replaced."""
    port = int(os.environ.setdefault("HMVLM_BENCHMARK_PORT", str(free_port())))
    with suppress(TimeoutError):  # of a slow machine; RemoteModel waits longer
        serve.start(http_options=HTTPOptions(host="127.0.0.1", port=port))
    serve.run(application(options), name="hmvlm")
    return RemoteModel(f"http://127.0.0.1:{port}").wait()


def replicas() -> list[psutil.Process]:
    """Processes of the replicas that run."""
    found = []
    for one in psutil.Process().children(recursive=True):
        try:
            if TITLE in "".join(one.cmdline()):
                found.append(one)
        except psutil.NoSuchProcess:
            continue
    return found


def ready() -> int:
    """Number of the replicas that take requests."""
    states = serve.status().applications["hmvlm"].deployments["hmvlm"].replica_states
    return states.get(ReplicaState.RUNNING, 0)


def pin(processes: list[psutil.Process]) -> None:
    """Give each process a processor of its own, with all its threads, as far as the machine has so many."""
    processors = sorted(os.sched_getaffinity(0))
    for process, processor in zip(processes, processors, strict=False):
        for thread in process.threads():
            os.sched_setaffinity(thread.id, {processor})
