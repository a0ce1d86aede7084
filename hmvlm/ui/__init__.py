"""The Gradio page: everything that a browser sees. Nothing below the assistant imports this package."""

from hmvlm.ui import stubs

stubs.skip()
