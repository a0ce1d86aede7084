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


def test_fbx_is_offered_where_there_is_a_blender_and_its_failure_is_told(still, monkeypatch):
    from hmvlm.motion.formats import fbx
    from hmvlm.ui import cards

    item = Media(still, "a person waves")
    exports.write_data_files(item, exports.new_folder())
    for program, offered in ((["no-such-blender"], True), (None, False)):
        cards._blender.cache_clear()
        monkeypatch.setattr(fbx, "command", lambda found=program: found)
        assert ('data-hm-value="fbx"' in cards.card(item, shown=True)) == offered
        item.note = None
        assert all(0 <= share <= 1 for share in exports.write_fbx(item, item.files["npz"].parent, threading.Event()))
        assert "fbx" not in item.files and "Blender" in item.note
    cards._blender.cache_clear()
