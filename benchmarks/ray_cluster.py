"""Replicas on Ray Serve on this machine, for measurements and tests."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import psutil
import ray
from ray import serve
from ray.serve.config import HTTPOptions

from benchmarks.many_processes import free_port
from hmvlm.serving.client import RemoteModel
from hmvlm.serving.replicas import Options, application

TITLE = "ray::ServeReplica:hmvlm"
"""How the processes of replicas are called."""


PATIENT = {
    "RAY_USAGE_STATS_ENABLED": "0", "RAY_enable_worker_prestart": "0",
    "RAY_SERVE_PROXY_READY_CHECK_TIMEOUT_S": "600", "RAY_SERVE_PROXY_HEALTH_CHECK_TIMEOUT_S": "300",
}  # fmt: skip
"""Settings of Ray for machines that are busy with other work: no telemetry, no spare processes, more patience."""


@contextmanager
def cluster(processors: int) -> Iterator[None]:
    """Ray with so many processors to give, on this machine alone and without its own files in this folder."""
    os.environ.update({name: os.environ.get(name, value) for name, value in PATIENT.items()})
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
    with suppress(ray.exceptions.GetTimeoutError):  # of a slow machine; RemoteModel waits longer
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
