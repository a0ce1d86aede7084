"""Golden values of the released embedded checkpoint: gate weights, first codes, decoded joints, a greedy answer.

Joints are stored as decoded, and with their feet locked.

After an intended change of the outputs, write the file anew with ``python -m tests.hmvlm.test_golden`` and commit it.
Floats are compared with tolerances and codes for the first steps only, because CPUs round differently.
"""

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from hmvlm import HMVLM
from hmvlm.body.skeleton import INDEX
from hmvlm.language.decoding import generate_motion, generate_text
from hmvlm.language.sampling import Sampling
from hmvlm.motion.foot_lock import lock_feet

GOLDEN = Path(__file__).resolve().parents[1] / "goldens" / "embedded.json"
PROMPTS = ("a person walks forward", "someone waves with the left hand")
QUESTION = "What is the capital of France?"
STEPS = 10
"""Time steps of 0.2 s that are generated for a prompt."""
EXACT_STEPS = 3
"""Steps whose codes must be equal on every CPU; the later ones may differ where two codes are about equally likely."""
TOKENS = 12
JOINTS = ("pelvis", "head", "left_wrist", "right_wrist", "left_foot", "right_foot")


def gate_weights(model: HMVLM, text: str) -> list[float]:
    """Weights of the zero expert and the others for a text, to 5 decimals."""
    return [round(weight, 5) for weight in model.router(text, None)[1].tolist()]


def greedy_codes(model: HMVLM, text: str) -> list[list[int]]:
    """The likeliest part codes ``(STEPS, 5)``, without guidance or reranking."""
    prompt, alpha = model.language.builder.prompt(text), model.router(text, None)[1]
    for codes in generate_motion(model.language, prompt, alpha, Sampling(temperature=0), STEPS):
        pass
    return codes[0].tolist()


def joint_summary(model: HMVLM, codes: list[list[int]], lock: bool = False) -> list[list[list[float]]]:
    """Positions ``(3, J, 3)`` in m of ``JOINTS`` in the first, middle and last frame of the
    decoded codes, to 0.1 mm; with ``lock`` after the foot lock.
    """
    motion = model.decode(torch.tensor(codes))
    joints = (lock_feet(motion) if lock else motion).joints()[:, [INDEX[name] for name in JOINTS]]
    return np.round(joints[[0, len(joints) // 2, -1]].astype(float), 4).tolist()


def greedy_answer(model: HMVLM) -> list[int]:
    """The first tokens of the likeliest answer to ``QUESTION``."""
    prompt, alpha = model.chat_prompt(QUESTION), model.router(QUESTION, None)[1]
    return list(generate_text(model.language, prompt, alpha, Sampling(temperature=0), TOKENS))


@pytest.fixture(scope="module")
def golden() -> dict:
    """The stored values."""
    return json.loads(GOLDEN.read_text())


@pytest.mark.parametrize("text", [*PROMPTS, QUESTION])
def test_gate_weights(embedded, golden, text):
    np.testing.assert_allclose(gate_weights(embedded, text), golden["gate"][text], atol=1e-4)


@pytest.mark.parametrize("text", PROMPTS)
def test_the_likeliest_codes_begin_alike(embedded, golden, text):
    assert greedy_codes(embedded, text)[:EXACT_STEPS] == golden["codes"][text][:EXACT_STEPS]


@pytest.mark.parametrize("text", PROMPTS)
def test_the_stored_codes_decode_to_the_same_joints(embedded, golden, text):
    found = joint_summary(embedded, golden["codes"][text])
    np.testing.assert_allclose(found, golden["joints"][text], atol=1e-3)


@pytest.mark.parametrize("text", PROMPTS)
def test_locked_feet_of_the_stored_codes(embedded, golden, text):
    found = joint_summary(embedded, golden["codes"][text], lock=True)
    np.testing.assert_allclose(found, golden["locked"][text], atol=1e-3)


def test_the_greedy_answer(embedded, golden):
    assert greedy_answer(embedded) == golden["answer"]


def write() -> None:
    """Compute the golden values and write them to ``GOLDEN``."""
    model = HMVLM.from_pretrained("embedded")
    codes = {text: greedy_codes(model, text) for text in PROMPTS}
    values = {
        "gate": {text: gate_weights(model, text) for text in (*PROMPTS, QUESTION)},
        "codes": codes,
        "joints": {text: joint_summary(model, rows) for text, rows in codes.items()},
        "locked": {text: joint_summary(model, rows, lock=True) for text, rows in codes.items()},
        "answer": greedy_answer(model),
    }
    GOLDEN.parent.mkdir(exist_ok=True)
    GOLDEN.write_text(json.dumps(values) + "\n")


if __name__ == "__main__":
    write()
