"""The body of an overlay drawn by OpenGL: one RGBA layer per picture, without perspective or background."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from hmvlm.render import scene
from hmvlm.render.geometry import Surface

WINDOW_STEP = 64
"""Windows are this many pixels, or a multiple, wide and high: most frames then share one frame buffer."""
_DISTANCE, _NEAR, _FAR = 20.0, 10.0, 30.0
"""Metres from the camera to the pelvis, and what is drawn; without perspective only their order counts."""


@dataclass(frozen=True)
class Drawing:
    """One body ready to be drawn.

    Attributes:
        vertices: ``(V, 10)`` float32: position in the window's coordinates, normal, colour (RGBA).
        corner: left and top of the window in the picture, pixels.
        window: width and height of the window in the picture, pixels.
        size: width and height in which the window is drawn.
    """

    vertices: np.ndarray
    corner: tuple[int, int]
    window: tuple[int, int]
    size: tuple[int, int]


def draw_layers(surface: Surface, drawings: list[Drawing]) -> list[np.ndarray]:
    """RGBA layers ``(h, w, 4)`` uint8 of some drawings. Call it in the OpenGL thread."""
    if not drawings:
        return []
    layer = getattr(scene.thread_local, "layer", None)
    if layer is None or layer.surface is not surface:
        scene.open_stage()  # starts OpenGL, or raises RenderError with what is missing
        layer = scene.thread_local.layer = BodyLayer(surface)
    return [layer.draw(drawing) for drawing in drawings]


class BodyLayer:
    """A scene with one body, no background and an orthographic camera. Only the OpenGL thread may use it."""

    def __init__(self, surface: Surface) -> None:
        import pyrender  # scene has set it up
        from OpenGL import GL

        self.surface, self._gl, self._pyrender = surface, GL, pyrender
        self._renderer = _transparent_renderer()(WINDOW_STEP, WINDOW_STEP)
        self._scene = pyrender.Scene(bg_color=[0.0, 0.0, 0.0, 0.0])
        pose = np.eye(4)
        pose[2, 3] = _DISTANCE
        self._scene.add(pyrender.OrthographicCamera(xmag=1.0, ymag=1.0, znear=_NEAR, zfar=_FAR), pose=pose)
        count = len(surface.colors)
        self._primitive = pyrender.Primitive(
            positions=np.zeros((count, 3), np.float32),
            normals=np.zeros((count, 3), np.float32),
            color_0=np.ones((count, 4), np.float32),
            indices=surface.faces,
            mode=GL.GL_TRIANGLES,
            material=pyrender.MetallicRoughnessMaterial(),
        )
        self._scene.add(pyrender.Mesh([self._primitive]))
        self._renderer._update_context(self._scene, pyrender.RenderFlags.NONE)  # make the buffers

    def draw(self, drawing: Drawing) -> np.ndarray:
        """The layer of one drawing: premultiplied ``(h, w, 4)`` uint8."""
        gl = self._gl
        self._renderer.viewport_width, self._renderer.viewport_height = drawing.size
        gl.glBindBuffer(gl.GL_ARRAY_BUFFER, self._primitive._buffers[0])
        gl.glBufferSubData(gl.GL_ARRAY_BUFFER, 0, drawing.vertices.nbytes, drawing.vertices)
        return self._renderer.render(self._scene, self._pyrender.RenderFlags.OFFSCREEN)


def _transparent_renderer() -> type:
    """The renderer of :mod:`.scene`, reading back the alpha channel too."""
    from OpenGL import GL

    base: Any = scene.colour_renderer()

    class TransparentRenderer(base):
        def _read_main_framebuffer(self, scene, flags) -> np.ndarray:
            width, height = self._main_fb_dims
            GL.glBindFramebuffer(GL.GL_READ_FRAMEBUFFER, self._main_fb_ms)
            GL.glBindFramebuffer(GL.GL_DRAW_FRAMEBUFFER, self._main_fb)
            GL.glBlitFramebuffer(0, 0, width, height, 0, 0, width, height, GL.GL_COLOR_BUFFER_BIT, GL.GL_NEAREST)
            GL.glBindFramebuffer(GL.GL_READ_FRAMEBUFFER, self._main_fb)
            pixels = GL.glReadPixels(0, 0, width, height, GL.GL_RGBA, GL.GL_UNSIGNED_BYTE)
            return np.frombuffer(pixels, np.uint8).reshape(height, width, 4)[::-1]

    return TransparentRenderer
