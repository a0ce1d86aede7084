"""Pictures and video of motion, drawn by pyrender over EGL."""
