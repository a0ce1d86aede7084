"""The gate: text vectors, media flags, mixture, loss, saving and the log."""

import math

import pytest
import torch
from safetensors import safe_open
from tokenizers import Tokenizer, models, pre_tokenizers, processors
from transformers import CLIPTextConfig, CLIPTextModelWithProjection, PreTrainedTokenizerFast

from hmvlm.language.gate import Gate, GateConfig, GateLog, gate_loss
from hmvlm.language.text_encoder import TextEncoder
from hmvlm.weights import WeightsError

TALK = ["What is the capital of France?", "Explain how photosynthesis works.", "Write a haiku about the sea."]
TALK += ["How do I fry an egg?", "Why do people sleepwalk?", "Who wrote Hamlet?"]
MOTION = ["a person walks forward", "someone jumps twice and waves", "a man bows deeply", "she kicks with the left leg"]
MOTION += ["a tired person sits down slowly", "the figure turns around and runs"]


@pytest.fixture(scope="module")
def minilm():
    return TextEncoder.load("embedded:minilm")


@pytest.fixture
def clip(tmp_path):
    """A small random CLIP text tower in a folder, as from the hub."""
    words = ["<pad>", "<bos>", "<eos>", *"abcdefgh"]
    config = CLIPTextConfig(
        vocab_size=len(words), hidden_size=16, intermediate_size=16, num_hidden_layers=2, num_attention_heads=2,
        projection_dim=12, max_position_embeddings=10, pad_token_id=0, bos_token_id=1, eos_token_id=2,
    )  # fmt: skip
    torch.manual_seed(0)
    CLIPTextModelWithProjection(config).save_pretrained(tmp_path)
    tokenizer = Tokenizer(models.WordLevel({word: index for index, word in enumerate(words)}, unk_token="<pad>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<bos> $A <eos>", special_tokens=[("<bos>", 1), ("<eos>", 2)]
    )
    special = dict(pad_token="<pad>", bos_token="<bos>", eos_token="<eos>", unk_token="<pad>")
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, **special).save_pretrained(tmp_path)
    return TextEncoder.load(tmp_path)


def test_vectors_have_length_one_and_mean_something(minilm):
    found = minilm.encode(["a person walks forward", "somebody is walking ahead", "the price of butter"])
    assert found.shape == (3, 384) and found.dtype == torch.float32
    torch.testing.assert_close(found.norm(dim=-1), torch.ones(3))
    assert found[0] @ found[1] > 0.5 > found[0] @ found[2] + 0.2


def test_padding_changes_nothing(minilm):
    alone = TextEncoder(minilm.model, minilm.tokenizer).encode(["a person waves"])
    beside = TextEncoder(minilm.model, minilm.tokenizer).encode(["a person waves", "and a much longer sentence " * 9])
    torch.testing.assert_close(alone[0], beside[0], rtol=1e-4, atol=1e-5)


def test_known_texts_are_not_computed_again(minilm, monkeypatch):
    encoder = TextEncoder(minilm.model, minilm.tokenizer)
    first = encoder.encode(["one", "two", "one"])
    assert torch.equal(first[0], first[2])
    monkeypatch.setattr(encoder, "_vectors", None)
    assert torch.equal(encoder.encode(["two", "one"]), first[[1, 0]])
    assert encoder.encode([]).shape == (0, 384)


def test_cache_forgets_the_oldest(minilm, monkeypatch):
    monkeypatch.setattr("hmvlm.language.text_encoder.CACHE_SIZE", 2)
    encoder = TextEncoder(minilm.model, minilm.tokenizer)
    assert encoder.encode(["one", "two", "three"]).shape == (3, 384)
    assert len(encoder._cache) == 2


def test_vectors_without_the_cache_do_not_depend_on_what_was_encoded_before(minilm):
    fresh, used = (TextEncoder(minilm.model, minilm.tokenizer) for _ in range(2))
    used.encode([MOTION[0]])
    used.encode([MOTION[1], TALK[1]])
    assert torch.equal(used.encode(MOTION, cached=False), fresh.encode(MOTION, cached=False))


def test_encoder_stays_frozen(minilm):
    gate = Gate.create(minilm).train()
    assert gate.mlp.training and not gate.encoder.training and not gate.encoder.model.training
    assert not any(parameter.requires_grad for parameter in gate.encoder.parameters())
    assert sum(p.numel() for p in gate.parameters() if p.requires_grad) == 387 * 512 + 512 + 512 * 5 + 5


def test_clip_text_tower(clip):
    assert clip.projects and clip.dim == 12 and clip.max_tokens == 10
    found = clip.encode(["a b c", "h", "a b c d e f g h a b c d e f"])
    assert found.shape == (3, 12)
    torch.testing.assert_close(found.norm(dim=-1), torch.ones(3))
    torch.testing.assert_close(found[1], TextEncoder(clip.model, clip.tokenizer, 10).encode(["h"])[0])
    assert Gate.create(clip)(found, torch.zeros(3, 3)).shape == (3, 5)


def test_encoder_that_is_not_there_is_one_sentence(monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(WeightsError, match="text encoder") as caught:
        TextEncoder.load("/no/such/folder")
    assert "\n" not in str(caught.value)


def test_mixture_is_a_distribution(minilm):
    gate = Gate.create(minilm, num_experts=6, hidden=32).eval()
    log_alpha = gate(gate.encode(TALK), gate.media([None] * len(TALK)))
    assert log_alpha.shape == (6, 7)
    torch.testing.assert_close(log_alpha.exp().sum(-1), torch.ones(6))


def test_media_flags(minilm):
    gate = Gate.create(minilm)
    flags = gate.media([None, "motion", ("image", "video"), "image"])
    assert flags.tolist() == [[0, 0, 0], [0, 0, 1], [1, 1, 0], [1, 0, 0]]
    assert gate.media([]).shape == (0, 3)
    text = gate.eval().encode(["what does it show?"]).expand(4, -1)
    assert len({tuple(row) for row in gate(text, flags).tolist()}) == 4
    with pytest.raises(ValueError, match="smell"):
        gate.media(["smell"])


def test_gate_loss_is_the_papers():
    log_alpha = torch.tensor([[0.5, 0.25, 0.25], [0.25, 0.5, 0.25], [0.1, 0.8, 0.1]]).log()
    assert math.isclose(gate_loss(log_alpha[:2]).item(), 1.5 * math.log(2), rel_tol=1e-6)
    talk = torch.tensor([True, True, False])
    assert math.isclose(gate_loss(log_alpha, talk).item(), math.log(2), rel_tol=1e-6)


def test_gate_learns_to_tell_talk_from_motion(minilm):
    torch.manual_seed(0)
    gate = Gate.create(minilm).train()
    text, talk = gate.encode(TALK + MOTION), torch.tensor([1.0] * len(TALK) + [0.0] * len(MOTION))
    media = gate.media([None] * len(talk))
    optimizer = torch.optim.AdamW([p for p in gate.parameters() if p.requires_grad], lr=1e-3)
    for _ in range(40):
        log_alpha = gate(text, media)
        loss = gate_loss(log_alpha, talk) - (torch.log1p(-log_alpha[:, 0].exp()) * (1 - talk)).mean()
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
    unseen = gate.encode(["Which planet is the largest?", "a woman walks in a circle", "someone raises both arms"])
    zero = gate.eval()(unseen, gate.media([None] * 3)).exp()[:, 0]
    assert zero[0] > 0.8 and zero[1:].max() < 0.2


def test_save_load_gives_the_same_mixture(minilm, tmp_path):
    gate = Gate.create(minilm, num_experts=3, hidden=16).eval()
    gate.save_pretrained(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"gate.safetensors", "gate.json"}
    with safe_open(tmp_path / "gate.safetensors", "pt") as written:
        assert set(written.keys()) == {
            "mlp.0.weight",
            "mlp.0.bias",
            "mlp.3.weight",
            "mlp.3.bias",
            "intent_head.weight",
            "intent_head.bias",
        }
    loaded = Gate.from_pretrained(tmp_path, minilm)
    text, media = gate.encode(TALK), gate.media(["video"] * len(TALK))
    assert loaded.config == gate.config and torch.equal(loaded(text, media), gate(text, media))
    assert torch.equal(loaded.intents(text), gate.intents(text))


def test_gate_of_another_encoder_is_refused(minilm, clip, tmp_path):
    Gate.create(minilm).save_pretrained(tmp_path / "gate")
    with pytest.raises(ValueError, match="384"):
        Gate.from_pretrained(tmp_path / "gate", clip)
    with pytest.raises(FileNotFoundError, match="gate.json"):
        Gate.from_pretrained(tmp_path / "nothing", clip)


@pytest.mark.parametrize("wrong", [dict(text_dim=0), dict(num_experts=0), dict(hidden=0), dict(dropout=1.0)])
def test_config_checks_itself(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        GateConfig(**{"text_dim": 8, **wrong})


def test_log_keeps_latest_and_means():
    log = GateLog()
    assert log.means() == {} and log.counts() == {} and log.latest == {}
    log.update("dialogue", torch.tensor([1.0, 0.0, 0.0]))
    log.update("text_to_motion", [0.5, 0.25, 0.25])
    log.update("dialogue", torch.tensor([0.5, 0.5, 0.0]))
    assert log.latest == {"zero": 0.5, "expert_1": 0.5, "expert_2": 0.0}
    assert log.means()["dialogue"] == {"zero": 0.75, "expert_1": 0.25, "expert_2": 0.0}
    assert log.counts() == {"dialogue": 2, "text_to_motion": 1}
    with pytest.raises(ValueError, match="3 weights before"):
        log.update("dialogue", [1.0])
