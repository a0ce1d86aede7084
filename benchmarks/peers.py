"""Seconds for 4 s of motion beside the architectures of others, with random weights, in one run.

    python -m benchmarks.peers [--threads 2] [--repeats 5] [--json]

The sizes are those of the papers and their released configurations; weights are random, so that only time is compared.
Text encoders, tokenizers' decoders and everything after the network are left out for the others. Ours is the whole
product: plan, gate, exemplars, drawing, checks, decoding and foot lock. Medians of the repeats, in turns, after one
run of each to warm up.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Callable

import torch
from torch import Tensor, nn
from transformers import T5Config, T5ForConditionalGeneration

from hmvlm import HMVLM

FRAMES, TOKENS, TEXT = 80, 20, 24
"""Frames of 4 s at 20 fps, tokens of four frames, and tokens of a prompt."""
MESSAGES = {
    "one exemplar's action": "a person waves with the left hand for 4 seconds",
    "a gait": "a person walks forward for 4 seconds",
}


def encoder(layers: int, width: int, heads: int, inner: int) -> nn.TransformerEncoder:
    """A stack of Transformer blocks in evaluation mode."""
    layer = nn.TransformerEncoderLayer(width, heads, inner, activation="gelu", batch_first=True)
    return nn.TransformerEncoder(layer, layers, enable_nested_tensor=False).eval()


def motion_gpt() -> Callable[[], object]:
    """MotionGPT (arXiv 2306.14795): flan-t5-base with motion tokens, greedy, with its cache."""
    config = T5Config(
        vocab_size=32128 + 515, d_model=768, d_ff=2048, num_layers=12, num_heads=12, feed_forward_proj="gated-gelu",
        decoder_start_token_id=0, pad_token_id=0, eos_token_id=1,
    )  # fmt: skip
    model = T5ForConditionalGeneration(config).eval()
    prompt = torch.randint(2, 32000, (1, TEXT))
    return lambda: model.generate(prompt, min_new_tokens=TOKENS, max_new_tokens=TOKENS, do_sample=False)


def mdm(steps: int = 50) -> Callable[[], object]:
    """MDM (arXiv 2209.14916): an encoder of 8 layers, with and without the prompt at each diffusion step."""
    model, inside, outside = encoder(8, 512, 4, 1024), nn.Linear(263, 512), nn.Linear(512, 263)

    def run() -> Tensor:
        motion = torch.randn(1, FRAMES, 263)
        for _ in range(steps):
            hidden = torch.cat([torch.randn(2, 1, 512), inside(motion).expand(2, -1, -1)], dim=1)
            guided = outside(model(hidden)[:, 1:])
            motion = guided[1:] + 2.5 * (guided[:1] - guided[1:])
        return motion

    return run


def t2m_gpt() -> Callable[[], object]:
    """T2M-GPT (arXiv 2301.06052): 18 layers of width 1,024, which its released code runs anew over all tokens."""
    model, head, table = encoder(18, 1024, 16, 4096), nn.Linear(1024, 513), nn.Embedding(513, 1024)

    def run() -> Tensor:
        hidden = torch.randn(1, 1, 1024)
        for _ in range(TOKENS):
            mask = nn.Transformer.generate_square_subsequent_mask(hidden.shape[1])
            token = head(model(hidden, mask=mask, is_causal=True)[:, -1]).argmax(-1)
            hidden = torch.cat([hidden, table(token)[:, None]], dim=1)
        return hidden

    return run


def momask() -> Callable[[], object]:
    """MoMask (arXiv 2312.00063): ten passes of the masked Transformer and five of the residual one, guided."""
    masked, residual = encoder(8, 384, 6, 1024), encoder(8, 384, 6, 1024)

    def run() -> Tensor:
        hidden = torch.randn(2, TOKENS + 1, 384)
        for model, passes in ((masked, 10), (residual, 5)):
            for _ in range(passes):
                hidden = model(hidden)
        return hidden

    return run


def measure(repeats: int) -> dict[str, float]:
    """Median seconds of each."""
    product = HMVLM.from_pretrained()
    product.warm_up()
    runs: dict[str, Callable[[], object]] = {
        "MoMask": momask(), "MotionGPT": motion_gpt(), "MDM, 50 steps": mdm(), "T2M-GPT": t2m_gpt(),
    }  # fmt: skip
    for name, text in MESSAGES.items():
        runs[f"HMVLM, {name}"] = lambda text=text: product.chat(text, task="text_to_motion", seed=0)  # type: ignore[misc]
    took: dict[str, list[float]] = {name: [] for name in runs}
    with torch.inference_mode():
        for turn in range(repeats + 1):
            for name, run in runs.items():
                started = time.perf_counter()
                run()
                took[name] += [time.perf_counter() - started] * (turn > 0)
    return {name: round(statistics.median(seconds), 2) for name, seconds in took.items()}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--threads", type=int, default=2, help="threads of a matrix product (default: 2)")
    parser.add_argument("--repeats", type=int, default=5, help="runs of each (default: 5)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    found = measure(options.repeats)
    if options.json:
        print(json.dumps(found))
        return
    for name, seconds in found.items():
        print(f"{name:32} {seconds:6.2f} s   {seconds / found['MotionGPT']:5.2f} of MotionGPT's")


if __name__ == "__main__":
    main()
