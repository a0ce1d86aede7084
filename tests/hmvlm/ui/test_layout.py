"""The page's components, endpoints and examples."""

import gradio as gr

from hmvlm.paths import EXAMPLE_PHOTO
from hmvlm.ui import media
from hmvlm.ui.layout import _example, build
from hmvlm.ui.theme import theme


def test_the_page_builds_with_its_named_endpoints_and_no_outside_fonts(broken):
    page = build(broken)
    assert set(page.get_api_info()["named_endpoints"]) == {"/generate", "/chat", "/pose", "/describe"}
    assert not page.analytics_enabled
    assert theme()._stylesheets == []


def test_the_example_photo_is_a_copy_among_the_uploads():
    clicked = gr.SelectData(None, {"index": 2, "value": {"text": media.QUESTIONS["image"], "files": ["/etc/passwd"]}})
    (file,) = _example(clicked)["files"]
    assert media.stored(file).read_bytes() == EXAMPLE_PHOTO.read_bytes()
    assert _example(gr.SelectData(None, {"index": 0, "value": {"text": "jump", "files": ["x"]}}))["files"] == []
