"""Reconstruction errors of a tokenizer."""

from hmvlm.tokenizer.model import BodyPartTokenizer
from train.recordings.store import load_motions
from train.tokenizer.metrics import measure


def test_metrics_cover_sources_and_codebooks(stages):
    table = measure(BodyPartTokenizer.from_pretrained(stages / "tokenizer"), load_motions(stages / "motions.npz"))
    assert {"bandai_namco", "all"} <= set(table) and table["all"]["clips"] == 3
    assert table["all"]["mpjpe_mm"] > 0 and 0 < table["all"]["use_percent"] <= 100
