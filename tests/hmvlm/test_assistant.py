"""The assistant on a tiny random-weight model: routing, events, cancelling, arguments."""

import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import torch

from hmvlm.assistant import HMVLM, GateEvent, MotionEvent, ReplyEvent, TextEvent
from hmvlm.config import TokenizerConfig
from hmvlm.language.decoding import generate_text
from hmvlm.language.moe_lora import tuner
from hmvlm.language.sampling import Sampling
from hmvlm.motion import features
from hmvlm.motion.clip import Motion
from hmvlm.tasks.loops import LENGTH, NOTE
from hmvlm.tokenizer.model import BodyPartTokenizer
from tests.tiny import CODES, tiny_model

CHAT = "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}<|im_start|>assistant\n"


@pytest.fixture(scope="module")
def assistant() -> HMVLM:
    language = tiny_model()
    language.tokenizer.chat_template = CHAT
    tokenizer = BodyPartTokenizer(
        TokenizerConfig(codebook_size=CODES, code_dim=8, joint_dim=16, joint_layers=1, latent_dim=16, decoder_dim=32)
    )
    tokenizer(torch.randn(4, 32, features.FEATURE_SIZE))
    return HMVLM(language, tokenizer.eval())


def lean(assistant: HMVLM, zero: float) -> None:
    """Make the gate give the zero expert about this weight, whatever it reads."""
    last = assistant.language.gate.mlp[-1]
    with torch.no_grad():
        last.weight.zero_()
        last.bias.copy_(torch.tensor([zero] + [(1 - zero) / 4] * 4).log())


def test_a_motion_turn_streams_steps_and_ends_with_the_motion(assistant):
    lean(assistant, 0.4)
    events = list(assistant.stream("jump", seconds=2, seed=0, preview=True))
    assert isinstance(events[0], GateEvent) and events[0].task == "text_to_motion"
    assert events[0].gate["zero"] == pytest.approx(0.4, abs=1e-3) and sum(events[0].gate.values()) == pytest.approx(
        1, abs=1e-3
    )
    steps = [event for event in events if isinstance(event, MotionEvent)]
    assert [event.step for event in steps] == list(range(1, 11)) and {event.total for event in steps} == {10}
    shown = {event.step: len(event.motion) for event in steps if event.motion is not None}
    assert shown == {2: 8, 7: 28}
    reply = events[-1].reply
    assert isinstance(events[-1], ReplyEvent) and len(reply.motion) == 40 and reply.motion.text == "jump"
    assert reply.text and reply.seconds > 0


def test_the_same_seed_gives_the_same_motion(assistant):
    lean(assistant, 0.4)
    one, two = (assistant.chat("wave", seconds=1, seed=5).motion for _ in range(2))
    assert np.array_equal(one.poses, two.poses) and np.array_equal(one.trans, two.trans)


def test_talk_goes_to_the_base(assistant):
    lean(assistant, 0.995)
    events = list(assistant.stream("who wrote Hamlet?", max_new_tokens=5))
    assert events[0].task == "dialogue" and all(isinstance(e, TextEvent) for e in events[1:-1])
    assert events[-1].reply.motion is None
    assert assistant.gate_log.means()["dialogue"]["zero"] == pytest.approx(0.995, abs=1e-3)


def test_another_language_gets_one_sentence(assistant):
    lean(assistant, 0.4)
    reply = assistant.chat("ein Mann geht vorwärts und winkt")
    assert reply.task == "dialogue" and reply.motion is None and "English" in reply.text


def test_generate_makes_motion_even_of_what_looks_like_talk(assistant):
    lean(assistant, 0.999)
    motions = assistant.generate("who wrote Hamlet?", seconds=1, variations=3, seed=1)
    assert len(motions) == 3 and all(len(motion) == 20 for motion in motions)


def test_a_motion_can_be_asked_about(assistant):
    lean(assistant, 0.3)
    reply = assistant.describe(Motion(np.zeros((30, 24, 3)), np.zeros((30, 3)), fps=30.0), max_new_tokens=4)
    assert reply.task == "video_understanding" and reply.motion is None


@pytest.mark.slow
def test_a_length_in_the_words_counts_and_a_long_one_is_clipped_with_a_word(assistant):
    lean(assistant, 0.4)
    assert len(assistant.chat("jump for 1 second", seed=0).motion) == 20
    reply = assistant.chat("jump", seconds=65, seed=0)
    assert len(reply.motion) == 1200 and "65 s" in reply.text and "at most 60 s" in reply.text


def test_cancelling_keeps_what_came(assistant):
    lean(assistant, 0.4)
    cancel = threading.Event()
    reply = None
    for event in assistant.stream("walk", seconds=8, cancel=cancel):
        if isinstance(event, MotionEvent) and event.step == 3:
            cancel.set()
        if isinstance(event, ReplyEvent):
            reply = event.reply
    assert len(reply.motion) == 12
    assert len(assistant.chat("walk", seconds=1).motion) == 20


def test_a_cancelled_caller_does_not_wait_for_its_turn(assistant):
    lean(assistant, 0.4)
    cancel = threading.Event()
    cancel.set()
    assistant.turns.acquire()
    try:
        assert "waiting" in assistant.chat("jump", cancel=cancel).text
    finally:
        assistant.turns.release()


def test_turns_of_many_threads_get_the_answers_that_they_get_alone(assistant):
    lean(assistant, 0.4)
    talk = [{"text": f"who wrote book {number}?", "task": "dialogue", "max_new_tokens": 6} for number in range(3)]
    moves = [
        {"text": f"jump {number} times, then walk", "task": "text_to_motion", "seed": number, "variations": 2}
        for number in range(3)
    ]
    asked = [option for pair in zip(talk, moves, strict=True) for option in pair]
    alone = [assistant.chat(**options) for options in asked]
    with ThreadPoolExecutor(len(asked)) as pool:
        together = list(pool.map(lambda options: assistant.chat(**options), asked))
    for one, other in zip(alone, together, strict=True):
        assert (one.text, one.task, len(one.motions)) == (other.text, other.task, len(other.motions))
        assert all(np.array_equal(a.poses, b.poses) for a, b in zip(one.motions, other.motions, strict=True))


def test_between_two_events_the_model_is_free_and_as_it_was(assistant):
    """Whoever goes on meanwhile finds no gate, no folded expert and nothing that could stop it."""
    lean(assistant, 0.4)
    tuned, layer = tuner(assistant.language.backbone), assistant.language.base.model.layers[0]
    clip = {"motion": Motion(np.zeros((30, 24, 3)), np.zeros((30, 3)), fps=20.0), "task": "video_understanding"}
    for options in ({"text": "jump", "seconds": 1}, {"text": "What does it do?", "max_new_tokens": 3, **clip}):
        for _ in assistant.stream(**options, cancel=threading.Event()):
            assert assistant.turns.acquire() and not tuned.gate_state.given
            assistant.turns.release()
            assert not layer._forward_pre_hooks and not any(one.merged for one in tuned._layers())


def test_words_are_answered_while_a_motion_is_drawn(assistant):
    lean(assistant, 0.4)
    drawing = assistant.stream("walk", seconds=2, seed=1)
    assert [type(next(drawing)) for _ in range(3)] == [GateEvent, MotionEvent, MotionEvent]
    reply = assistant.chat("who wrote Hamlet?", task="dialogue", max_new_tokens=4)
    assert reply.task == "dialogue"
    assert len(list(drawing)[-1].reply.motion) == 40


def test_a_long_talk_forgets_its_oldest_turns(assistant):
    lean(assistant, 0.995)
    history = [{"role": "user", "content": "x" * 1500}, {"role": "assistant", "content": "y" * 900}] * 2
    prompt = assistant.chat_prompt("and now?", history, max_new_tokens=8)
    assert len(prompt) <= assistant.language.base.config.max_position_embeddings - 8
    assert assistant.language.tokenizer.decode(prompt.ids).count("and now?") == 1


def test_without_a_chat_template_the_prompt_format_serves(assistant):
    tokenizer = assistant.language.tokenizer
    with_template = tokenizer.decode(assistant.chat_prompt("hi").ids)
    tokenizer.chat_template, kept = None, tokenizer.chat_template
    try:
        assert tokenizer.decode(assistant.chat_prompt("hi").ids).split() == with_template.split()
    finally:
        tokenizer.chat_template = kept


def test_leaving_a_stream_early_frees_the_model(assistant):
    lean(assistant, 0.4)
    stream = assistant.stream("walk", seconds=8)
    next(stream), next(stream)
    stream.close()
    assert len(assistant.chat("walk", seconds=1).motion) == 20


@pytest.mark.parametrize(
    ("text", "options", "words"),
    [
        ("  ", {}, "empty"), ("x" * 9000, {}, "9000"), ("jump", {"seconds": -1}, "positive"),
        ("jump", {"seconds": float("nan")}, "number"), ("jump", {"variations": 99}, "99"),
        ("jump", {"task": "fly"}, "fly"), ("what?", {"task": "video_understanding"}, "no motion"),
        ("hi", {"history": [{"role": "user"}]}, "history"), ("jump", {"temperature": 99}, "temperature"),
        ("jump", {"seed": -2}, "seed"),
    ],
)  # fmt: skip
def test_bad_arguments_are_one_sentence(assistant, text, options, words):
    with pytest.raises(ValueError, match=words) as caught:
        assistant.chat(text, **options)
    assert "\n" not in str(caught.value)
    assert len(assistant.chat("walk", seconds=1).motion) == 20


def test_motion_is_guided_by_default(assistant):
    assert assistant.language.config.guidance > 1


def test_an_unknown_model_is_named():
    with pytest.raises(ValueError, match="embedded"):
        HMVLM.from_pretrained("no-such-model")


def test_a_question_without_a_motion_is_about_the_earlier_one(assistant, monkeypatch):
    lean(assistant, 0.4)
    motion = assistant.chat("jump", seconds=1, seed=0).motion
    options = {"earlier": motion, "max_new_tokens": 2, "seconds": 1}
    for chances, task in (([0.0, 0.9, 0.1], "video_understanding"), ([0.0, 0.5, 0.5], "text_to_motion")):
        monkeypatch.setattr(assistant.language.gate, "intents", lambda text: torch.tensor([chances]))
        assert assistant.chat("and which leg?", **options).task == task


def test_talk_that_goes_round_in_circles_is_stopped_and_its_tokens_stay(assistant):
    lean(assistant, 0.99)
    language = assistant.language
    weight, prompt = language.base.lm_head.weight, assistant.chat_prompt("Once upon a time", None, 60)
    before = weight.clone()
    with torch.no_grad():
        weight.zero_()  # every token is as likely as every other: the first is drawn again and again
    reply = assistant.chat("Once upon a time", max_new_tokens=60)
    whole = list(generate_text(language, prompt, torch.eye(5)[0], Sampling(temperature=0), 60))
    with torch.no_grad():
        weight.copy_(before)
    assert reply.note == NOTE and len(whole) == 60
    assert reply.text == language.tokenizer.decode(whole[:LENGTH], skip_special_tokens=True)


def test_a_long_prompt_is_left_between_layers_and_frees_the_model(assistant):
    lean(assistant, 0.995)
    cancel, passed = threading.Event(), []
    layers = assistant.language.base.model.layers
    hooks = [
        layers[0].register_forward_hook(lambda *_: cancel.set()),  # the caller leaves while the prompt is read
        layers[1].register_forward_hook(lambda *_: passed.append(1)),
    ]
    reply = assistant.chat("who wrote Hamlet?", cancel=cancel)
    assert reply.text == "" and passed == []
    for hook in hooks:
        hook.remove()
    assert assistant.chat("who wrote Hamlet?", max_new_tokens=3, cancel=threading.Event()).text is not None
    assert not any(module._forward_pre_hooks for layer in layers for module in (layer, layer.self_attn, layer.mlp))
    lean(assistant, 0.4)
    gone = threading.Event()
    hook = layers[0].register_forward_hook(lambda *_: gone.set())
    assert assistant.chat("walk", seconds=8, cancel=gone).motions == []
    hook.remove()
    assert len(assistant.chat("walk", seconds=1).motion) == 20
