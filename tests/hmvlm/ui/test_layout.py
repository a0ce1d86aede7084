"""The page's components, endpoints and examples."""

from hmvlm.paths import EXAMPLE_PHOTO, EXAMPLES
from hmvlm.ui import examples, media
from hmvlm.ui.layout import build
from hmvlm.ui.theme import theme


def test_the_page_builds_with_its_named_endpoints_and_no_outside_fonts(broken):
    page = build(broken)
    assert set(page.get_api_info()["named_endpoints"]) == {"/generate", "/chat", "/pose", "/describe"}
    assert not page.analytics_enabled
    assert theme()._stylesheets == []


def test_the_file_of_an_example_is_a_copy_among_the_uploads():
    (file,) = examples.message("photo")["files"]
    assert media.stored(file).read_bytes() == EXAMPLE_PHOTO.read_bytes()
    assert examples.message("walk")["files"] == [] and examples.message("nothing") is None


def test_the_pictures_of_the_examples_are_small():
    assert sum((EXAMPLES / one.picture).stat().st_size for one in examples.EXAMPLES.values()) < 60_000
