"""Copies of the model on Ray Serve.

    pip install "hmvlm[serve]"
    serve run hmvlm.serving.replicas:application preset=embedded least=2 most=8 cpus=2
    HMVLM_URL=http://127.0.0.1:8000 hmvlm serve

The words after the application are the fields of :class:`Options`. Each replica is a process with a model of its
own, which draws together what is asked of it at the same time. Ray Serve sends a request to the replica that has
fewer, keeps so many waiting and answers the others with 503, starts and ends replicas by load, and replaces one that
does not pass its health check.
"""

# Ray reads the type of an application's argument from its annotation, which must not be a string: no
# ``from __future__ import annotations`` here.

import os

# Ray starts its workers at nice 15; a process of ordinary priority beside them would then get 28 times the processor
# time of a replica, which on a busy machine is not ready for minutes. Read by ``ray.init`` and ``ray start``.
os.environ.setdefault("RAY_worker_niceness", "0")

from pydantic import BaseModel, Field
from ray import serve
from ray.serve.config import AutoscalingConfig
from starlette.requests import Request
from starlette.responses import Response

from hmvlm.serving.service import TOGETHER, Service

HUGE_PAGES = {"GLIBC_TUNABLES": "glibc.malloc.hugetlb=1"}
"""Environment of a replica whose memory is in huge pages; the C library reads it when a process starts."""


class Options(BaseModel, extra="forbid"):
    """How many copies of which model."""

    preset: str = Field("embedded", description="preset or checkpoint folder")
    least: int = Field(1, ge=1, description="replicas at any time")
    most: int = Field(1, ge=1, description="replicas under load")
    busy: float = Field(8.0, gt=0, description="answers under way a replica above which there are more replicas")
    together: int = Field(TOGETHER, ge=1, description="answers that a replica makes at the same time")
    waiting: int = Field(64, ge=-1, description="requests that wait before the replicas; more are answered with 503")
    cpus: float = Field(1.0, ge=0, description="processors of a replica, which are also its threads")
    gpus: float = Field(0.0, ge=0, description="GPUs of a replica; 1 gives each a GPU of its own")


class Replica:
    """One copy of the model."""

    def __init__(self, preset: str, together: int) -> None:
        from hmvlm.assistant import HMVLM  # heavy: not in the process that deploys
        from hmvlm.heap import use_one_heap

        use_one_heap()
        model = HMVLM.from_pretrained(preset)
        model.warm_up()
        self._service = Service(model, together)

    async def __call__(self, request: Request) -> Response:
        """Answer one request."""
        return await self._service(request)

    def check_health(self) -> None:
        """Called by Ray; RuntimeError replaces this replica."""
        self._service.check()


def application(options: Options) -> serve.Application:
    """The application that ``serve run`` and ``serve deploy`` take."""
    most = max(options.least, options.most)
    scaling = AutoscalingConfig(min_replicas=options.least, max_replicas=most, target_ongoing_requests=options.busy)
    deployment = serve.deployment(
        name="hmvlm",
        autoscaling_config=scaling,
        max_ongoing_requests=options.together,
        max_queued_requests=options.waiting,
        ray_actor_options={
            "num_cpus": options.cpus,
            "num_gpus": options.gpus,
            "runtime_env": {"env_vars": HUGE_PAGES},
        },
        health_check_period_s=10,
        health_check_timeout_s=60,
        graceful_shutdown_timeout_s=60,
    )(Replica)
    return deployment.bind(options.preset, options.together)
