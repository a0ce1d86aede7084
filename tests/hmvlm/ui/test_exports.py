"""Files offered for download."""

import threading

import pytest

from hmvlm.render.scene import RenderError
from hmvlm.ui import exports
from hmvlm.ui.session import Media


@pytest.mark.slow
def test_files_of_a_clip(still):
    clip, folder = Media(still, "A person stands!"), exports.new_folder()
    exports.write_data_files(clip, folder)
    shares = list(exports.write_video(clip, folder, threading.Event()))
    assert shares and all(0 <= share <= 1 for share in shares)
    assert {"a-person-stands.npz", "a-person-stands.bvh", "a-person-stands.glb"} <= {
        path.name for path in clip.files.values()
    }
    assert "mp4" in clip.files or clip.note


@pytest.mark.parametrize("left", ["by closing", "by cancelling"])
def test_drawing_stops_when_its_visitor_leaves(still, left):
    cancel, stopped_with = threading.Event(), []

    def draw(progress, stopped):
        progress(1, 2)
        stopped_with.append(stopped.wait(60))
        raise RenderError("rendering was cancelled")

    item = Media(still, "x")
    drawing = exports._drawn(item, draw, cancel)
    next(drawing)
    if left == "by closing":
        drawing.close()
    else:
        cancel.set()
        list(drawing)
    assert stopped_with == [True] and item.note is None and "mp4" not in item.files
