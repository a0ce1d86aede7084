"""Motions of several requests in one batch: each as if it were alone, in fewer passes, and free to leave."""

import gc
import threading
import weakref

import pytest
import torch

from hmvlm.language.decoding import generate_motion
from hmvlm.language.motion_batch import MotionBatch
from hmvlm.language.room import Room
from hmvlm.language.sampling import Sampling
from hmvlm.language.weight_layout import lay_out_for_decoding
from tests.tiny import tiny_model

ALPHA = torch.tensor([0.2, 0.5, 0.1, 0.1, 0.1])
ASKED = {
    "jump": {"steps": 6, "rows": 4},
    "a person jumps over a very long puddle": {"steps": None, "rows": 6, "enough": 0.75},
    "wave": {"steps": 9, "rows": 2, "variations": 2, "context": [torch.zeros(3, 5).long(), torch.ones(5, 5).long()]},
    "sit": {"steps": None, "rows": 3, "guidance": 1.0, "temperature": 0.0},
}


@pytest.fixture(params=[("stepwise", "sdpa"), ("stepwise", "eager"), ("flat", "sdpa")], ids="-".join)
def model(request):
    layout, attention = request.param
    model = tiny_model(layout)
    model.base.set_attn_implementation(attention)
    lay_out_for_decoding(model)
    return model


def request(model, text, seed, **options):
    """A generation, guided unless told otherwise."""
    options = {**ASKED[text], **options}
    guidance, temperature = options.pop("guidance", 2.0), options.pop("temperature", 1.0)
    sampling = Sampling(temperature=temperature, seed=seed, guidance=guidance)
    unconditional = (model.builder.prompt("any"), ALPHA.flip(0)) if guidance > 1 else None
    prompt = model.builder.prompt(text)
    return generate_motion(model, prompt, ALPHA, sampling, unconditional=unconditional, **options)


def together(requests) -> list:
    """The last result of each, where each goes on as soon as another has had a step."""
    last, running = [None] * len(requests), dict(enumerate(requests))
    while running:
        for place, one in list(running.items()):
            try:
                last[place] = next(one)
            except StopIteration:
                del running[place]
    return last


def test_each_is_as_if_alone_whoever_joins_when(model):
    batch = MotionBatch(model)
    joint = [request(model, text, seed, batch=batch) for seed, text in enumerate(ASKED)]
    for late in range(2):
        next(joint[late])  # the others join in the middle of these
    found = together(joint)
    for seed, text in enumerate(ASKED):
        alone = list(request(model, text, seed))[-1]
        assert [one.tolist() for one in found[seed]] == [one.tolist() for one in alone]
    assert batch.drawings == []


def test_a_step_is_one_pass_whoever_asks():
    model, passes = tiny_model(), []
    model.base.model.register_forward_pre_hook(lambda *_, **__: passes.append(1), with_kwargs=True)
    batch = MotionBatch(model)
    together([request(model, "jump", seed, batch=batch) for seed in range(5)])
    # Five prompts; each joins a step after the one before, so the last ends with step ten, and the first needs no pass.
    assert len(passes) == 5 + 9


def test_who_leaves_or_stops_is_gone_at_once_and_changes_nothing_for_the_others():
    model, cancel = tiny_model(), threading.Event()
    batch = MotionBatch(model)
    stays, leaves, stops = (
        request(model, "wave", 0, batch=batch),
        request(model, "jump", 1, batch=batch),
        request(model, "jump", 2, batch=batch, cancel=cancel),
    )
    for one in (stays, leaves, stops):
        next(one)
    held = [weakref.ref(drawing.stream) for drawing in batch.drawings]
    leaves.close()
    cancel.set()
    found = list(stays)[-1]
    assert [one.tolist() for one in found] == [one.tolist() for one in list(request(model, "wave", 0))[-1]]
    assert list(stops) == []
    gc.collect()
    assert batch.drawings == [] and [one() for one in held] == [None] * 3


def test_a_pass_ends_early_only_if_everybody_it_is_made_for_has_stopped():
    model, cancel = tiny_model(), threading.Event()
    batch = MotionBatch(model)
    stops, stays = request(model, "jump", 1, batch=batch, cancel=cancel), request(model, "jump", 2, batch=batch)
    next(stops), next(stays)
    handle = model.base.model.layers[0].register_forward_pre_hook(lambda *_: cancel.set())
    assert len(list(stays)) == 5
    handle.remove()
    alone = request(model, "jump", 3, batch=batch, cancel=(last := threading.Event()))
    next(alone)
    handle = model.base.model.layers[0].register_forward_pre_hook(lambda *_: last.set())
    ended = []
    model.base.model.layers[-1].register_forward_hook(lambda *_: ended.append(1))
    assert list(alone) == [] and ended == []
    handle.remove()


def test_what_goes_wrong_is_told_to_all_that_took_part_and_later_ones_go_on():
    model = tiny_model()
    batch = MotionBatch(model)
    broken = [request(model, "jump", seed, batch=batch) for seed in range(2)]
    for one in broken:
        next(one)

    def fail(*_):
        raise MemoryError("no memory")

    handle = model.base.model.layers[-1].register_forward_pre_hook(fail)
    for one in broken:
        with pytest.raises(MemoryError):
            list(one)
    handle.remove()
    assert len(list(request(model, "jump", 2, batch=batch))) == 6


def test_requests_for_which_there_is_no_room_wait_in_their_order():
    model, room = tiny_model(), Room(1)
    batch = MotionBatch(model, room)
    requests = [request(model, "jump", seed, batch=batch) for seed in range(3)]
    first, second, third = (next(one) for one in requests)
    assert len(first[0]) == 1 and [len(second), len(second[0]), len(third[0])] == [4, 0, 0]
    assert len(list(requests[0])) == 5
    assert len(next(requests[2])[0]) == 0 and len(next(requests[1])[0]) == 1
    requests[1].close()
    assert len(next(requests[2])[0]) == 1
    assert len(list(requests[2])[-1][0]) == 6
