"""Theme of the page: muted colours, system fonts (nothing is fetched from elsewhere), light and dark."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import gradio as gr
from gradio.themes.utils import colors, fonts, sizes

from hmvlm import limits

WEB = Path(__file__).with_name("web")
STYLE = WEB / "style.css"
MAX_UPLOAD = f"{limits.UPLOAD_BYTES // limits.MEGABYTE}mb"
PAGE_HEAD = (
    '<meta name="color-scheme" content="light dark"><meta name="robots" content="noindex">'
    f"<script>{(WEB / 'software_gl.js').read_text(encoding='utf-8')}</script>"
    f"<style>{(WEB / 'states.css').read_text(encoding='utf-8')}</style>"
)


class SystemFont(fonts.Font):
    """A font keyword or family that the reader's system has; written without quotes, so keywords work."""

    def __str__(self) -> str:
        return self.name


SANS = [SystemFont(name) for name in ("system-ui", "-apple-system", "'Segoe UI'", "Roboto", "sans-serif")]
MONO = [SystemFont(name) for name in ("ui-monospace", "'SF Mono'", "Consolas", "monospace")]


def theme() -> gr.themes.Base:
    """The Gradio theme of the page."""
    return gr.themes.Base(
        primary_hue=colors.teal,
        secondary_hue=colors.teal,
        neutral_hue=colors.slate,
        radius_size=sizes.radius_lg,
        font=SANS,
        font_mono=MONO,
    ).set(
        body_background_fill="*neutral_50",
        body_background_fill_dark="*neutral_950",
        body_text_color_subdued="*neutral_500",
        body_text_color_subdued_dark="*neutral_400",
        block_border_width="1px",
        block_border_color="*neutral_200",
        block_border_color_dark="*neutral_800",
        block_background_fill="white",
        block_background_fill_dark="*neutral_900",
        block_shadow="0 1px 2px rgba(15, 23, 42, 0.04)",
        block_label_text_color="*neutral_600",
        block_label_text_color_dark="*neutral_300",
        block_title_text_weight="600",
        button_primary_background_fill="*primary_600",
        button_primary_background_fill_hover="*primary_700",
        button_primary_background_fill_dark="*primary_600",
        button_primary_text_color="white",
        input_background_fill="white",
        input_background_fill_dark="*neutral_900",
        slider_color="*primary_500",
    )


def launch_options() -> dict[str, Any]:
    """Arguments of ``Blocks.launch`` that belong to the page: look, limits and footer."""
    return {
        "theme": theme(),
        "css_paths": STYLE,
        "head": PAGE_HEAD,
        "footer_links": ["api"],
        "max_file_size": MAX_UPLOAD,
        "ssr_mode": False,
        "_frontend": False,  # no check that the page answers within 3 s: on a busy machine it ends the start
    }
