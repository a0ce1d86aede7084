"""Files offered for download."""

import threading

import pytest

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
