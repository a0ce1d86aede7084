"""The scene: one body on a floor, drawn by pyrender over EGL or OSMesa, always in the same thread.

An EGL context belongs to the thread that made it, so everything that touches OpenGL runs in one
worker; :func:`submit` hands it small jobs (a few frames each), so that several callers take turns.
Nothing is rebuilt from frame to frame: the body's vertex buffer and the shadow's texture are
overwritten in place, and only colour is read back.
"""

from __future__ import annotations

import functools
import logging
import os
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from hmvlm.body.skeleton import NUM_JOINTS
from hmvlm.config import MOTION_FPS
from hmvlm.motion.clip import Motion
from hmvlm.render import style
from hmvlm.render.camera import FIELD_OF_VIEW, CameraPlan, plan_camera
from hmvlm.render.geometry import SHADOW_PIXELS, SHADOW_SIDE, Frames, Surface, load_surface

logger = logging.getLogger(__name__)

DEBIAN_PACKAGES = ("libegl1", "libgl1", "libgl1-mesa-dri", "libxrender1")
_SHADERS = Path(__file__).with_name("shaders")
gl_thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="hmvlm-gl")
thread_local = threading.local()


class RenderError(RuntimeError):
    """OpenGL cannot draw on this machine; the message names what to install."""


def submit(surface: Surface, frames: Frames, plan: CameraPlan, size: tuple[int, int]) -> Future[list[np.ndarray]]:
    """Draw a batch in the OpenGL thread; the future holds ``(height, width, 3)`` uint8 pictures.

    ``plan`` has one row a frame of ``frames``; ``size`` is (width, height). The future raises
    :class:`RenderError` where there is no OpenGL.
    """
    return gl_thread.submit(_draw_batch, surface, frames, plan, size)


def warm_up() -> Future[None]:
    """Draw a first picture, which starts OpenGL and compiles shaders, without waiting.

    The future raises RenderError if that fails.
    """
    return gl_thread.submit(_prepare)


def _prepare() -> None:
    still = Motion(np.zeros((1, NUM_JOINTS, 3), np.float32), np.zeros((1, 3), np.float32), fps=MOTION_FPS)
    surface, plan = load_surface(), plan_camera(still.joints(), still.fps, 1.0)
    _draw_batch(surface, surface.frames(still), plan, (512, 512))


def _draw_batch(surface: Surface, frames: Frames, plan: CameraPlan, size: tuple[int, int]) -> list[np.ndarray]:
    stage = open_stage()
    stage.dress(surface)
    rows = zip(frames.vertices, frames.shadows, frames.places, plan.poses, plan.centers, strict=True)
    return [stage.draw(*row, plan.radius, size) for row in rows]


def open_stage() -> Stage:
    """This thread's stage. A failed start is remembered: half-imported OpenGL does not recover."""
    if not hasattr(thread_local, "outcome"):
        try:
            thread_local.outcome = Stage()
        except Exception as error:  # the loaders of EGL and OpenGL fail in many ways
            logger.info("OpenGL did not start", exc_info=True)
            reason = " ".join(str(error.args[0] if error.args else "").split()) or type(error).__name__
            library, packages = ("OSMesa", ["libosmesa6"]) if software() else ("EGL", DEBIAN_PACKAGES)
            thread_local.outcome = RenderError(
                f"pictures need OpenGL through {library}, which did not start here "
                f"({reason}); on Debian run: apt-get install {' '.join(packages)}"
            )
    if isinstance(thread_local.outcome, RenderError):
        raise RenderError(*thread_local.outcome.args)
    return thread_local.outcome


def software() -> bool:
    """Whether ``$PYOPENGL_PLATFORM`` asks for OSMesa, which draws in memory, without EGL and without a GPU."""
    return os.environ.get("PYOPENGL_PLATFORM", "").lower() == "osmesa"


def _import_pyrender():
    """pyrender on EGL or OSMesa, with what version 0.1.45 needs to run beside NumPy 2 and from Python 3.12 on."""
    if not software():
        os.environ["PYOPENGL_PLATFORM"] = "egl"  # others need a display
    if not hasattr(np, "infty"):
        np.infty = np.inf  # type: ignore[attr-defined]  # noqa: NPY201 - set for pyrender, which still uses the removed name
    from OpenGL.plugins import FormatHandler

    # PyOpenGL 3.1.0, which pyrender pins, knows the type of ctypes.byref() by its name before Python 3.12 only.
    FormatHandler("ctypes-references", "OpenGL.arrays.ctypesparameters.CtypesParameterHandler", ["_ctypes.CArgObject"])
    import pyrender

    return pyrender


class Stage:
    """The scene and its OpenGL context. Only the thread that made a stage may use it."""

    def __init__(self) -> None:
        self._pyrender = _import_pyrender()
        from OpenGL import GL

        self._gl = GL
        self._platform = _open_context()
        self._renderer = colour_renderer()(64, 64)
        self._surface: Surface | None = None
        self._body: Any = None  # a node of the scene
        self._scene = self._pyrender.Scene(bg_color=[*style.BACKGROUND, 1.0])
        self._camera = self._scene.add(
            self._pyrender.PerspectiveCamera(yfov=FIELD_OF_VIEW, znear=0.2, zfar=100.0), pose=np.eye(4)
        )
        material = self._pyrender.MetallicRoughnessMaterial
        floor = material(baseColorFactor=[*style.FLOOR, 1.0], emissiveFactor=list(style.BACKGROUND))
        self._floor = self._scene.add(self._square(floor))
        linear = self._pyrender.Sampler(
            magFilter=GL.GL_LINEAR, minFilter=GL.GL_LINEAR, wrapS=GL.GL_CLAMP_TO_EDGE, wrapT=GL.GL_CLAMP_TO_EDGE
        )
        self._shadow_texture = self._pyrender.Texture(
            source_channels="R", width=SHADOW_PIXELS, height=SHADOW_PIXELS, sampler=linear
        )
        shadow = material(
            baseColorFactor=[*style.SHADOW, style.SHADOW_STRENGTH],
            baseColorTexture=self._shadow_texture,
            alphaMode="BLEND",
        )
        self._shadow = self._scene.add(self._square(shadow))

    def dress(self, surface: Surface) -> None:
        """Put this body on the stage, unless it is there already."""
        if surface is self._surface:
            return
        if self._body is not None:
            self._scene.remove_node(self._body)
        count = len(surface.colors)
        primitive = self._pyrender.Primitive(
            positions=np.zeros((count, 3), np.float32),
            normals=np.zeros((count, 3), np.float32),
            color_0=np.ones((count, 4), np.float32),
            indices=surface.faces,
            mode=self._gl.GL_TRIANGLES,
            material=self._pyrender.MetallicRoughnessMaterial(),
        )
        self._body = self._scene.add(self._pyrender.Mesh([primitive]))
        self._surface = surface
        self._renderer._update_context(self._scene, self._pyrender.RenderFlags.NONE)  # make the buffers

    def draw(
        self,
        vertices: np.ndarray,
        shadow: np.ndarray,
        place: np.ndarray,
        camera: np.ndarray,
        center: np.ndarray,
        radius: float,
        size: tuple[int, int],
    ) -> np.ndarray:
        """One picture ``(height, width, 3)`` uint8; see :class:`Frames` and :class:`CameraPlan`."""
        self._renderer.viewport_width, self._renderer.viewport_height = size
        gl = self._gl
        gl.glBindBuffer(gl.GL_ARRAY_BUFFER, self._body.mesh.primitives[0]._buffers[0])
        gl.glBufferSubData(gl.GL_ARRAY_BUFFER, 0, vertices.nbytes, vertices)
        gl.glBindTexture(gl.GL_TEXTURE_2D, self._shadow_texture._texid)
        gl.glPixelStorei(gl.GL_UNPACK_ALIGNMENT, 1)
        gl.glTexSubImage2D(gl.GL_TEXTURE_2D, 0, 0, 0, *shadow.shape[::-1], gl.GL_RED, gl.GL_UNSIGNED_BYTE, shadow)
        self._scene.set_pose(self._camera, camera)
        self._scene.set_pose(self._floor, _flat(center, 0.0, radius))
        self._scene.set_pose(self._shadow, _flat(place, 0.002, SHADOW_SIDE / 2))
        return self._renderer.render(self._scene, self._pyrender.RenderFlags.OFFSCREEN)

    def _square(self, material):
        """A mesh in the floor's plane, -1 to 1; texture coordinates grow with x and z.

        The floor's run from -1 to 1 (distance from the middle), the shadow's from 0 to 1.
        """
        corners = np.array([[-1, 0, -1], [-1, 0, 1], [1, 0, 1], [1, 0, -1]], np.float32)
        places = corners[:, [0, 2]]
        return self._pyrender.Mesh(
            [
                self._pyrender.Primitive(
                    positions=corners,
                    texcoord_0=places if material.baseColorTexture is None else 0.5 * places + 0.5,
                    indices=np.array([[0, 1, 2], [0, 2, 3]]),
                    mode=self._gl.GL_TRIANGLES,
                    material=material,
                )
            ]
        )


def _flat(place: np.ndarray, height: float, scale: float) -> np.ndarray:
    """Pose ``(4, 4)`` that spreads a square of side 2 over ``scale`` metres each way around x, z ``place``."""
    pose = np.diag([scale, 1.0, scale, 1.0])
    pose[:3, 3] = place[0], height, place[1]
    return pose


def _open_context():
    """An OpenGL context on the first EGL device that gives one, or of OSMesa; current in this thread."""
    if software():
        from hmvlm.render import osmesa

        return osmesa.Context()
    from pyrender.platforms import egl

    failure: Exception | None = None
    for device in [*egl.query_devices(), egl.EGLDevice(None)]:
        platform = egl.EGLPlatform(1, 1, device=device)
        try:
            platform.init_context()
            return platform
        except Exception as error:  # EGL errors and pyrender's bare asserts
            failure = error
    raise RuntimeError("no EGL device gives an OpenGL context") from failure


@functools.cache
def colour_renderer() -> type:
    """pyrender's renderer with the project's shaders, reading back colour but not depth.

    Made on first use because importing pyrender loads OpenGL.
    """
    from OpenGL import GL
    from pyrender import Renderer
    from pyrender.shader_program import ShaderProgramCache

    class ColourRenderer(Renderer):
        def __init__(self, width: int, height: int) -> None:
            super().__init__(width, height)
            self._program_cache = ShaderProgramCache(shader_dir=str(_SHADERS))

        def _read_main_framebuffer(self, scene, flags) -> np.ndarray:
            width, height = self._main_fb_dims
            GL.glBindFramebuffer(GL.GL_READ_FRAMEBUFFER, self._main_fb_ms)
            GL.glBindFramebuffer(GL.GL_DRAW_FRAMEBUFFER, self._main_fb)
            GL.glBlitFramebuffer(0, 0, width, height, 0, 0, width, height, GL.GL_COLOR_BUFFER_BIT, GL.GL_NEAREST)
            GL.glBindFramebuffer(GL.GL_READ_FRAMEBUFFER, self._main_fb)
            GL.glPixelStorei(GL.GL_PACK_ALIGNMENT, 1)
            pixels = GL.glReadPixels(0, 0, width, height, GL.GL_RGB, GL.GL_UNSIGNED_BYTE)
            return np.ascontiguousarray(np.frombuffer(pixels, np.uint8).reshape(height, width, 3)[::-1])

    return ColourRenderer
