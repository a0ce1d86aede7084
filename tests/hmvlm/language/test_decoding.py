"""Generation: the grammar holds, lengths are kept, seeds repeat, text is the base model's."""

import pytest
import torch

from hmvlm.config import MAX_STEPS, MIN_STEPS
from hmvlm.language.decoding import generate_motion, generate_text
from hmvlm.language.prompting import seconds_in, with_seconds
from hmvlm.language.sampling import Sampling, sample
from hmvlm.language.sequence import TokenSequence
from tests.tiny import CODES, tiny_model

ALPHA = torch.tensor([0.2, 0.5, 0.1, 0.1, 0.1])


def codes(model, steps=None, rows=1, seed=0, guidance=1.0, text="jump"):
    unconditional = (model.builder.prompt("any"), ALPHA) if guidance > 1 else None
    stream = generate_motion(
        model, model.builder.prompt(text), ALPHA, Sampling(seed=seed, guidance=guidance), steps, rows, unconditional
    )
    return list(stream)


@pytest.fixture(scope="module", params=["stepwise", "flat"])
def model(request):
    return tiny_model(request.param)


def test_an_exact_length_is_kept_and_streams_step_by_step(model):
    stream = codes(model, steps=6)
    assert [len(rows[0]) for rows in stream] == [1, 2, 3, 4, 5, 6]
    last = stream[-1][0]
    assert last.shape == (6, 5) and int(last.min()) >= 0 and int(last.max()) < CODES


@pytest.mark.slow
def test_a_free_length_ends_within_bounds(model):
    lengths = [len(codes(model, seed=seed)[-1][0]) for seed in range(4)]
    assert all(MIN_STEPS <= length <= MAX_STEPS for length in lengths)
    assert len(set(lengths)) > 1


def test_the_same_seed_gives_the_same_motion_and_another_another(model):
    first, again, other = codes(model, 5, seed=3)[-1][0], codes(model, 5, seed=3)[-1][0], codes(model, 5, seed=4)[-1][0]
    assert torch.equal(first, again) and not torch.equal(first, other)


def test_rows_that_end_change_nothing_for_the_others(model):
    """Six rows of unequal length, each as if drawn alone; guided, so that a row has two places in the batch."""
    many = codes(model, rows=6, seed=5, guidance=1.5)[-1]
    assert len({len(row) for row in many}) > 2
    late = max(range(6), key=lambda row: len(many[row]))
    assert torch.equal(many[late], codes(model, rows=1, seed=5 + late, guidance=1.5)[-1][0])


def test_the_longest_rows_are_given_up_once_enough_have_ended(model):
    prompt, sampling = model.builder.prompt("jump"), Sampling(seed=5)
    every = list(generate_motion(model, prompt, ALPHA, sampling, None, 8, variations=2))[-1]
    most = list(generate_motion(model, prompt, ALPHA, sampling, None, 8, variations=2, enough=0.75))[-1]
    alone = list(generate_motion(model, prompt, ALPHA, sampling, None, 4, variations=1, enough=0.75))[-1]
    assert [len(row) for row in alone] == [len(row) for row in most[::2]]
    ended = [row for row in range(8) if len(most[row])]
    assert all(torch.equal(every[row], most[row]) for row in ended)
    assert all(sum(row % 2 == column for row in ended) >= 3 for column in range(2)) and len(ended) < 8


@pytest.mark.slow
def test_variations_in_a_batch_are_the_seeds_that_follow(model):
    rows = codes(model, 4, rows=3, seed=7)[-1]
    assert len(rows) == 3
    for index, row in enumerate(rows):
        assert torch.equal(row, codes(model, 4, seed=7 + index)[-1][0])


def test_guidance_runs_with_prompts_of_different_length(model):
    rows = codes(model, 4, rows=2, guidance=2.5, text="a person jumps over a very long puddle")[-1]
    assert [tuple(row.shape) for row in rows] == [(4, 5), (4, 5)]
    with pytest.raises(ValueError, match="unconditional"):
        list(generate_motion(model, model.builder.prompt("x"), ALPHA, Sampling(guidance=2.0)))


def test_left_padding_changes_nothing(model):
    """A guided run whose unconditional prompt is the prompt itself draws what an unguided run draws."""
    prompt = model.builder.prompt("jump")
    long = model.builder.prompt("jump " * 9)
    alone = list(generate_motion(model, prompt, ALPHA, Sampling(temperature=0), 5))[-1][0]
    nearly = Sampling(temperature=0, guidance=1.0 + 1e-7)
    padded = list(generate_motion(model, prompt, ALPHA, nearly, 5, unconditional=(long, ALPHA)))[-1][0]
    assert torch.equal(alone, padded)


def test_text_equals_the_base_models_own_greedy_generation():
    model = tiny_model()
    ids = model.builder.text("hello there")
    alpha = torch.tensor([0.995, 0.005, 0.0, 0.0, 0.0])
    ours = list(generate_text(model, TokenSequence.from_ids(ids), alpha, Sampling(temperature=0), 12))
    with model.backbone.disable_adapter():
        whole = model.base.generate(torch.tensor([ids]), max_new_tokens=12, do_sample=False, pad_token_id=0)
    theirs = whole[0, len(ids) :].tolist()
    end = model.tokenizer.eos_token_id
    assert ours == theirs[: theirs.index(end)] if end in theirs else ours == theirs


def test_nucleus_sampling_never_draws_outside_the_nucleus():
    logits = torch.log(torch.tensor([[0.6, 0.3, 0.06, 0.04]])).expand(300, -1)
    sampling = Sampling(top_p=0.85, seed=0)
    drawn = sample(logits, sampling, sampling.generators(300))
    assert set(drawn.tolist()) == {0, 1}


@pytest.mark.parametrize("bad", [{"temperature": -1}, {"top_p": 0}, {"guidance": 0.5}, {"seed": -1}])
def test_sampling_checks_itself(bad):
    with pytest.raises(ValueError, match=next(iter(bad))):
        Sampling(**bad)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("walk for 5 seconds", 5), ("a two-second jump", 2), ("wave for 2.5 s", 2.5), ("walks", None),
        ("walk for 3 seconds then run for 2 seconds", 5), ("the second person waves", None), ("5 steps", None),
        ("dances like in the 80s", None), ("1970s disco", None), ("a man in his 20s walks", None), ("walk 5s", 5),
        ("one second after bowing he waves", None), ("walk for 1 minute", 60),
    ],
)  # fmt: skip
def test_durations_are_read_from_prompts(text, seconds):
    assert seconds_in(text) == seconds


def test_an_unseeded_draw_leaves_the_callers_random_state_alone():
    before = torch.get_rng_state()
    Sampling().generators(2)
    assert torch.equal(before, torch.get_rng_state())


def test_the_training_form_of_a_length_is_read_back():
    assert seconds_in(with_seconds("jump", 3.4)) == 3.4 and with_seconds("jump", None) == "jump"


def test_neighbouring_seeds_share_no_candidate():
    def numbers(seed: int, rows: int, variations: int) -> list[float]:
        return [
            float(torch.rand(1, generator=one, dtype=torch.float64))
            for one in Sampling(seed=seed).generators(rows, variations)
        ]

    three = [number for seed in (0, 1, 2) for number in numbers(seed, 8, 1)]
    assert len(set(three)) == len(three)
    wide = numbers(0, 24, 3)
    assert len(set(wide)) == 24 and wide[::3] == numbers(0, 8, 1) and wide[1::3] == numbers(1, 8, 1)
