"""HTML of the panels."""

from hmvlm.ui import panels
from hmvlm.ui.session import Media, escape, slug


def test_text_from_outside_is_escaped():
    assert escape("<b>*x*</b> & `y`") == "&lt;b&gt;\\*x\\*&lt;/b&gt; &amp; \\`y\\`"
    assert slug("A person waves!") == "a-person-waves" and slug("！") == "motion"
    bad = "<script>alert(1)</script>"
    for html in (panels.gate_panel({bad: 1.0}, bad), panels.error_note(bad), panels.progress_bar(bad, None),
                 panels.means_panel({bad: {"zero": 1.0}}, {bad: 1}), panels.status_pill(False, bad, 0)):  # fmt: skip
        assert "<script>" not in html


def test_gate_panel_shows_every_expert_and_says_what_it_means():
    html = panels.gate_panel({"zero": 0.21, "expert_1": 0.79}, "text_to_motion")
    assert "Zero expert" in html and "width:79.00%" in html and "Text to motion" in html and "79.0 %" in html
    assert "untouched language model answered" in panels.explain(0.93, "dialogue")
    assert "added 7.0 %" in panels.explain(0.93, "text_to_motion")
    assert [panels.percent(value) for value in (0, 0.0005, 0.5, 0.9999, 1)] == [
        "0.0 %",
        "< 0.1 %",
        "50.0 %",
        "> 99.9 %",
        "100.0 %",
    ]


def test_a_card_without_a_video_says_why_and_offers_the_rest(still, tmp_path):
    clip = Media(still, "a wave", 7, {"npz": tmp_path / "a b.npz"}, "Install libegl1.")
    card = panels.media_card(clip)
    assert "Install libegl1." in card and "<video" not in card and "seed 7" in card and "a%20b.npz" in card
