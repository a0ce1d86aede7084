"""An OpenGL context in memory by OSMesa, for machines without EGL: ``PYOPENGL_PLATFORM=osmesa``.

pyrender's own way needs functions that PyOpenGL 3.1.0, which it pins, does not have; so the library is called directly.
"""

from __future__ import annotations

import ctypes

_SIDE = 64
"""Side of the buffer that a context must have; pictures are drawn into framebuffers of their own."""
_UNSIGNED_BYTE = 0x1401
_ATTRIBUTES = (
    0x22, 0x1908,  # format: RGBA
    0x30, 24,  # depth bits
    0x33, 0x34,  # profile: core
    0x36, 3, 0x37, 3,  # version 3.3
    0,
)  # fmt: skip


class Context:
    """A context that is current in the thread that makes it, for as long as the object lives.

    Raises:
        RuntimeError: the library gives no context. ImportError: there is no such library.
    """

    def __init__(self) -> None:
        from OpenGL.platform import PLATFORM

        library = PLATFORM.GL
        create, current = library.OSMesaCreateContextAttribs, library.OSMesaMakeCurrent
        create.restype, create.argtypes = ctypes.c_void_p, [ctypes.POINTER(ctypes.c_int), ctypes.c_void_p]
        current.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_uint, ctypes.c_int, ctypes.c_int]
        self._buffer = (ctypes.c_ubyte * (4 * _SIDE * _SIDE))()
        self._context = create((ctypes.c_int * len(_ATTRIBUTES))(*_ATTRIBUTES), None)
        if not self._context or not current(self._context, self._buffer, _UNSIGNED_BYTE, _SIDE, _SIDE):
            raise RuntimeError("OSMesa gives no OpenGL 3.3 context")
        PLATFORM.GetCurrentContext.restype = ctypes.c_void_p  # PyOpenGL's type cannot be a key of its dictionaries
