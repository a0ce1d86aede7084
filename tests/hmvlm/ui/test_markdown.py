"""The model's words: tags and pictures become text, code and formatting stay."""

import html
import random

import pytest
from markdown_it import MarkdownIt

from hmvlm.ui.markdown import safe_markdown

RENDER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
HARMFUL = [
    '<img src="http://x/y.png">',
    "![a](http://x/y.png)",
    "![a][b]\n\n[b]: http://x/y.png",
    "\\![a](http://x/y.png)",
    '<form action="http://x"><input name=a></form>',
    "<style>*{display:none}</style>",
    "<iframe src=//x></iframe>",
    "> - <svg onload=alert(1)>\n> ![a](//x)",
    "| a | b |\n|---|---|\n| <video src=x> | ![](//x) |",
    "``` <img src=x>",
    "`a <b>` <i>c</i> `unclosed <u>",
    "<!-- x --><script>1</script>",
    "<http://x> <a@b.c>",
    "a `` ` `` ![x](y) `\n<b>",
    "1. ```\n   <b>\n   ```\n   <b>",
]


def tags(text: str) -> set[str]:
    """Kinds of the tokens that a parser which admits HTML finds."""
    found = set()
    for token in RENDER.parse(text):
        for one in [token, *(token.children or [])]:
            found.add(one.type)
    return found


@pytest.mark.parametrize("text", HARMFUL)
def test_tags_and_pictures_become_text(text):
    assert tags(safe_markdown(text)).isdisjoint({"html_block", "html_inline", "image"})


@pytest.mark.parametrize(
    "text",
    [
        "**bold**, *soft*, ~~gone~~, [link](https://example.org) & 3 > 2",
        "- a\n- b\n\n1. c\n   d",
        "```python\nif a < b:\n    print('![x](y)')\n```",
        "    <b> in an indented block",
        "`<b>` and ``![x](`y`)``",
        "| a | b |\n|---|---|\n| 1 | 2 |",
        "wow! [link](https://example.org)",
    ],
)
def test_formatting_and_code_stay(text):
    assert safe_markdown(text) == text


def test_text_is_shown_as_it_was_written():
    shown = RENDER.render(safe_markdown('a <img src="x"> b ![c](d)'))
    assert html.unescape(shown) == '<p>a <img src="x"> b !<a href="d">c</a></p>\n'


def test_fences_keep_languages_only():
    assert safe_markdown("```mermaid\ngraph\n```") == "```\ngraph\n```"
    assert safe_markdown("~~~ c++ {style=x}\n1\n~~~") == "~~~\n1\n~~~"
    assert safe_markdown("> ```js\n> 1\n> ```") == "> ```js\n> 1\n> ```"


def test_no_mixture_of_pieces_gets_a_tag_through():
    draw = random.Random(0)
    pieces = [*"`<>!\\[]()&\n -|~*_#\t1.:", "```", "<b>", "![a](b)", "    ", "> ", "- ", "```x\n", "</p>", "\n\n", "a"]
    for _ in range(1500):
        text = "".join(draw.choices(pieces, k=draw.randrange(30)))
        assert tags(safe_markdown(text)).isdisjoint({"html_block", "html_inline", "image"}), repr(text)
