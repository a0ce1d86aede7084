"""The motion language model: packing changes nothing, α₀ = 1 is the base, training moves only what is new."""

import pytest
import torch

from hmvlm.language.packing import PackedBatch
from tests.tiny import CODES, tiny_model

MOTION = torch.randint(0, CODES, (4, 5), generator=torch.Generator().manual_seed(0))
PICTURES = torch.randn(2, 33, 6, generator=torch.Generator().manual_seed(1))
ALPHA = torch.tensor([[0.2, 0.5, 0.1, 0.1, 0.1], [0.6, 0.1, 0.1, 0.1, 0.1]])


def losses(model, packed, alpha):
    return model.losses(packed, model.hidden_states(packed, alpha))


@pytest.mark.parametrize("layout", ["stepwise", "flat"])
def test_a_packed_batch_has_the_mean_loss_of_its_sequences(layout):
    model = tiny_model(layout)
    one, two = model.builder.motion_answer("jump", MOTION), model.builder.motion_answer("walk far", MOTION[:2])
    packed = float(losses(model, PackedBatch.from_sequences([one, two]), ALPHA)["motion"])
    alone = [
        float(losses(model, PackedBatch.from_sequences([seq]), ALPHA[i : i + 1])["motion"])
        for i, seq in enumerate((one, two))
    ]
    counts = [4 * 5 + 1, 2 * 5 + 1]
    assert packed == pytest.approx(sum(a * c for a, c in zip(alone, counts)) / sum(counts), rel=1e-4)


def test_text_answers_are_learnt_through_the_bases_own_head():
    model = tiny_model()
    sequence = model.builder.text_answer("what?", "walks", motion=MOTION)
    terms = losses(model, PackedBatch.from_sequences([sequence]), ALPHA[:1])
    assert set(terms) == {"text"} and terms["text"] > 0


def test_each_picture_of_a_packed_batch_reaches_its_own_pose():
    model = tiny_model()
    seen = [model.builder.pose_answer(text, picture) for text, picture in zip(("pose?", "how?"), PICTURES)]
    packed = PackedBatch.from_sequences([seen[0], model.builder.motion_answer("jump", MOTION), seen[1]])
    alpha = ALPHA[[0, 1, 1]]
    states, owners = model.pose_states(packed, model.hidden_states(packed, alpha))
    assert sorted(owners.tolist()) == [0, 2]
    for index, one in ((0, seen[0]), (2, seen[1])):
        alone = PackedBatch.from_sequences([one])
        want = model.pose_states(alone, model.hidden_states(alone, alpha[index : index + 1]))[0]
        assert torch.allclose(states[owners == index], want, atol=1e-4)
    assert not torch.allclose(states[0], states[1], atol=1e-3)


def test_a_checkpoint_without_a_projector_says_that_it_sees_nothing(tmp_path):
    from safetensors.torch import load_file, save_file

    model = tiny_model()
    model.save_pretrained(tmp_path)
    path = tmp_path / "motion.safetensors"
    state = {
        name: value for name, value in load_file(path).items() if name.startswith(("vocabulary", "depth_transformer"))
    }
    save_file(state, path)
    again = tiny_model()
    again.load_motion(tmp_path)
    assert model.has_vision and not again.has_vision


def test_the_zero_expert_alone_is_the_base_bit_for_bit():
    model = tiny_model()
    ids = torch.tensor([model.builder.text("who wrote Hamlet?")])
    from hmvlm.language.moe_lora import set_gate

    with torch.no_grad():
        embedded = model.embed(ids, torch.full((1, ids.shape[1], 5), -1))
        with set_gate(model.backbone, torch.tensor([[1.0, 0, 0, 0, 0]])):
            ours = model.text_logits(model.hidden(embedded)[0])
        with set_gate(model.backbone, ALPHA[:1]):
            mixed = model.text_logits(model.hidden(embedded)[0])
        with model.backbone.disable_adapter():
            bare = model.base(ids).logits
    assert torch.equal(ours, bare)
    assert not torch.allclose(mixed, bare)


@pytest.mark.parametrize("layout", ["stepwise", "flat"])
def test_training_moves_experts_gate_and_tokens_but_never_the_base(layout):
    model = tiny_model(layout).train()
    before = {name: p.clone() for name, p in model.named_parameters()}
    groups = model.trainable()
    optimiser = torch.optim.AdamW([p for group in groups.values() for p in group], lr=1e-2)
    log_alpha = model.gate(model.gate.encode(["jump"]), model.gate.media([None]))
    losses(model, PackedBatch.from_sequences([model.builder.motion_answer("jump", MOTION)]), log_alpha.exp())[
        "motion"
    ].backward()
    optimiser.step()
    moved = {name for name, p in model.named_parameters() if not torch.equal(p, before[name])}
    assert any("moe_lora" in name for name in moved) and any("gate.mlp" in name for name in moved)
    assert "vocabulary.weight" in moved
    assert not any("embed_tokens" in name or "base_layer" in name or "gate.encoder" in name for name in moved)


def test_saving_and_loading_gives_the_same_outputs(tmp_path):
    from peft import PeftModel

    from hmvlm.language.gate import Gate
    from hmvlm.language.model import ADAPTER, GATE

    model = tiny_model()
    model.save_pretrained(tmp_path)
    again = tiny_model()
    base = again.backbone.unload()
    again.backbone = PeftModel.from_pretrained(base, tmp_path / ADAPTER)
    again.gate = Gate.from_pretrained(tmp_path / GATE, model.gate.encoder)
    again.load_motion(tmp_path)
    again.save_pretrained(tmp_path / "again")
    third = (tmp_path / "again" / "motion.safetensors").read_bytes()
    assert third == (tmp_path / "motion.safetensors").read_bytes()
    packed = PackedBatch.from_sequences([model.builder.motion_answer("jump", MOTION)])
    assert float(losses(again, packed, ALPHA[:1])["motion"]) == pytest.approx(
        float(losses(model, packed, ALPHA[:1])["motion"]), rel=2e-3
    )
