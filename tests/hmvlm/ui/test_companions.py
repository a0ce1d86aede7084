"""Motions that need a file beside them, in one message or one after the other."""

import json
import shutil
import struct
from pathlib import Path

import numpy as np
import pytest
from gradio.utils import get_upload_folder

from hmvlm.motion.clip import Motion
from hmvlm.ui import exports, media
from hmvlm.ui.companions import together
from hmvlm.ui.session import Session
from tests import motions
from tests.hmvlm.motion.formats.test_asf_amc import write_body


def uploaded(*paths: Path) -> list[Path]:
    """Files as the page keeps them: each in a folder of its own."""
    return [Path(shutil.copy(path, exports.new_folder() / path.name)) for path in paths]


@pytest.fixture
def pair(tmp_path):
    """A motion and its skeleton, uploaded."""
    return uploaded(write_body(tmp_path, motions.walk(1)), tmp_path / "07.asf")


@pytest.fixture
def parts(tmp_path):
    """A glTF file and its numbers, uploaded."""
    data = motions.walk(1).save(tmp_path / "walk.glb").read_bytes()
    (length,) = struct.unpack_from("<I", data, 12)
    document = json.loads(data[20 : 20 + length])
    document["buffers"][0]["uri"] = "walk%20data.bin"
    (tmp_path / "walk.gltf").write_text(json.dumps(document))
    (tmp_path / "walk data.bin").write_bytes(data[28 + length :])
    return uploaded(tmp_path / "walk.gltf", tmp_path / "walk data.bin")


@pytest.mark.parametrize("order", [1, -1])
def test_a_motion_and_its_skeleton_of_one_message_are_one_turn(pair, order):
    (turn,) = media.turns_from_message("How many steps? 120 fps", pair[::order], Session())
    assert turn.attachment.name == "07_01.amc" and turn.attachment.is_relative_to(get_upload_folder())
    assert media.options_for(turn)["motion"].fps == 120
    assert not (pair[0].parent / "07.asf").exists()  # the upload itself stays as it came: others may have the same


def test_the_skeleton_may_follow(pair):
    session = Session()
    for files, text in ((pair[:1], "How many steps?"), (pair[1:], ""), ([], "60 fps")):
        (turn,) = media.turns_from_message(text, files, session)
        session.turns.append(turn)
        try:
            motion = media.options_for(turn)["motion"]
        except ValueError as error:
            turn.finish("failed", str(error))
    told = [turn.error for turn in session.turns]
    assert "attach both to one message" in told[0] and "no frame rate" in told[1] and told[2] is None
    assert motion.fps == 60 and media.asked(session.turns[-1]) == "How many steps?"


def test_a_gltf_file_has_its_numbers_beside_it(parts):
    with pytest.raises(ValueError, match="'walk data.bin' is not beside it; attach both to one message"):
        Motion.load(parts[0])
    (path,) = together(parts)
    assert np.abs(Motion.load(path).joints() - motions.walk(1).joints()).max() < 1e-3


def test_parts_alone_say_what_they_need(pair, parts):
    for alone, needed in ((pair[1], "07.asf is a skeleton without a motion; give its .amc"), (parts[1], r"its \.gltf")):
        with pytest.raises(ValueError, match=needed):
            media.turns_from_message("", [alone], Session())
    with pytest.raises(ValueError, match="07.asf is a skeleton"):
        together([parts[0], pair[1]])


def test_a_rate_alone_is_no_question(pair, parts):
    (turn,) = media.turns_from_message("30 fps", parts, Session())
    assert media.asked(turn) == media.QUESTIONS["motion"]
    first, second = media.turns_from_message("Which foot?", [*pair, *parts], Session())
    assert [turn.attachment.suffix for turn in (first, second)] == [".amc", ".gltf"]
