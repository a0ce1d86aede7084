"""Word vectors and part-of-speech tags as the published evaluators' text encoder takes them (Guo et al., 2022)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from hmvlm.body.unpickle import load_array_pickle

TAGS = (
    "VERB", "NOUN", "DET", "ADP", "NUM", "AUX", "PRON", "ADJ", "ADV", "Loc_VIP", "Body_VIP", "Obj_VIP", "Act_VIP",
    "Desc_VIP", "OTHER",
)  # fmt: skip
"""Tags in the order of the text encoder's one-hot input."""
VIP = {
    "Loc_VIP": "left right clockwise counterclockwise anticlockwise forward back backward up down straight curve",
    "Body_VIP": "arm chin foot feet face hand mouth leg waist eye knee shoulder thigh",
    "Obj_VIP": "stair dumbbell chair window floor car ball handrail baseball basketball",
    "Act_VIP": "walk run swing pick bring kick put squat throw hop dance jump turn stumble stop sit lift lower raise "
    "wash stand kneel stroll rub bend balance flap jog shuffle lean rotate spin spread climb",
    "Desc_VIP": "slowly carefully fast careful slow quickly happy angry sad happily angrily sadly",
}
"""Words whose tag the protocol overrides: locations, body parts, objects, actions and manners."""
_VIP_TAGS = {word: tag for tag, words in VIP.items() for word in words.split()}


class Glove:
    """Word vectors of 300 numbers by word; unknown words share one vector."""

    def __init__(self, folder: str | Path) -> None:
        folder = Path(folder)
        self.table = np.load(folder / "our_vab_data.npy").astype(np.float32)
        words: Any = load_array_pickle(folder / "our_vab_words.pkl")
        places: Any = load_array_pickle(folder / "our_vab_idx.pkl")
        self.rows = {str(word): int(places[word]) for word in words}

    def __call__(self, token: str) -> tuple[np.ndarray, np.ndarray]:
        """Vector ``(300,)`` and one-hot tag ``(15,)`` of ``word/TAG``."""
        word, _, tag = token.partition("/")
        row = self.rows.get(word, self.rows["unk"])
        known = _VIP_TAGS.get(word, tag) if word in self.rows else "OTHER"
        hot = np.zeros(len(TAGS), np.float32)
        hot[TAGS.index(known) if known in TAGS else TAGS.index("OTHER")] = 1
        return self.table[row], hot
