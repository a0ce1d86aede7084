"""HTML of the panels."""

from hmvlm.ui import cards, gate_panels, panels
from hmvlm.ui.session import Media, Turn, escape, slug


def test_text_from_outside_is_escaped():
    assert escape("<b>*x*</b> & `y`") == "&lt;b&gt;\\*x\\*&lt;/b&gt; &amp; \\`y\\`"
    assert slug("A person waves!") == "a-person-waves" and slug("！") == "motion"
    bad = "<script>alert(1)</script>"
    turn = Turn("x", gate={bad: 1.0}, task=bad)
    for html in (gate_panels.chip({bad: 1.0}, bad, [bad]), panels.error_note(bad), panels.progress_bar(bad, None),
                 gate_panels.history([turn]), panels.status_pill(False, bad, 0)):  # fmt: skip
        assert "<script>" not in html


def test_the_gate_of_an_answer_and_of_a_chat():
    gate = {"zero": 0.2, "expert_1": 0.7, "expert_2": 0.1}
    chip = gate_panels.chip(gate, "text_to_motion")
    assert "width:70.00%" in chip and "Text to motion" in chip and "70.0 %" in chip
    assert "mostly by motion expert 1, with expert 2; the plain language model counts 20.0 %" in chip
    assert "Guided" not in chip and "“a man bows”, “sits”" in gate_panels.chip(gate, None, ["a man bows", "sits"])
    assert "experts were off" in gate_panels.explain({"zero": 0.93, "expert_1": 0.07}, "dialogue")
    talk = {"zero": 1.0, "expert_1": 0.0, "expert_2": 0.0}
    turns = [Turn("a", gate=gate, task="text_to_motion"), Turn("b", gate=talk, task="dialogue"), Turn("c")]
    html = gate_panels.history(turns)
    assert html.count("<polyline") == 3 and "over 2 answers" in html and ">0.70</td>" in html
    assert [gate_panels.percent(value) for value in (0, 0.0005, 0.5, 0.9999, 1)] == [
        "0.0 %",
        "< 0.1 %",
        "50.0 %",
        "> 99.9 %",
        "100.0 %",
    ]


def test_a_card_offers_its_files_and_marks_what_is_shown(still, tmp_path):
    clip = Media(still, "a wave", 7, {"npz": tmp_path / "a b.npz"}, "Install libegl1.")
    card = cards.card(clip, shown=True)
    assert "Install libegl1." in card and "<video" not in card and "seed 7" in card and "a%20b.npz" in card
    assert "hm-shown" in card and "On the stage" in card and "hm-shown" not in cards.card(clip, shown=False)
    clip.note = None
    assert 'data-hm-do="video"' in cards.card(clip, shown=False)
