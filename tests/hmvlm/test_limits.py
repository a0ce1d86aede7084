"""The table of limits is the same in the documentation and in the help of the command line."""

import re
from pathlib import Path

from hmvlm import limits
from hmvlm.cli.arguments import LIMITS
from hmvlm.ui.session import MAX_PROMPT
from hmvlm.ui.theme import MAX_UPLOAD
from hmvlm.vision import image, video


def test_the_table_is_in_the_documentation_and_the_help():
    documented = Path("docs/hosting.md").read_text(encoding="utf-8")
    shown = re.sub(r"\s+", " ", LIMITS)
    for what, text in limits.table():
        assert f"| {what} | {text} |" in documented
        assert what in shown and re.sub(r"\s+", " ", text) in shown


def test_the_page_and_the_readers_use_the_table():
    assert MAX_PROMPT == limits.PAGE_CHARACTERS and MAX_UPLOAD == "200mb"
    assert image.MAX_PIXELS == limits.PHOTO_PIXELS and video.MAX_SECONDS == limits.VIDEO_SECONDS
