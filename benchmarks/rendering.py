"""Frames a second: this project's renderer against a pyrender loop that rebuilds the mesh for every frame.

    python -m benchmarks.rendering [--frames 80] [--size 512] [--rounds 3] [--json]

Both pose the same body with the same skinning and draw it on a floor through EGL; the baseline makes a new
``trimesh`` mesh, ``pyrender.Mesh`` and scene node for every frame, as motion projects
commonly do. Rounds alternate, and the best round of each counts, which reduces the effect of other load on the
machine. ``cpu_ms`` is processor time of this process a frame (an encoder has its own process).
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from hmvlm.body.clothing import vertex_colors
from hmvlm.body.skeleton import INDEX
from hmvlm.body.smpl import BodyModel
from hmvlm.motion.clip import Motion
from hmvlm.render import style
from hmvlm.render.camera import FIELD_OF_VIEW, plan_camera
from hmvlm.render.video import render_frames, render_video

TARGET = 40.0
"""Frames a second at 512 x 512 on two idle cores."""


def walk(frames: int) -> Motion:
    """A simple walk of 1 m/s at 20 fps: swinging legs and arms."""
    phase = np.sin(2 * np.pi * np.arange(frames) / 20)
    poses = np.zeros((frames, 24, 3))
    for side, sign in (("left", 1.0), ("right", -1.0)):
        poses[:, INDEX[f"{side}_hip"], 0] = 0.5 * sign * phase
        poses[:, INDEX[f"{side}_knee"], 0] = 0.4 * (1 - sign * phase)
        poses[:, INDEX[f"{side}_shoulder"]] = np.stack([0 * phase, 0.4 * phase, np.full(frames, -1.2 * sign)], -1)
    trans = np.stack([0 * phase, np.full(frames, 1.17), np.arange(frames) / 20], axis=-1)
    return Motion(poses, trans)


class RebuiltMesh:
    """The baseline: a new mesh, scene node and GPU upload for every frame. Use in one thread only."""

    def __init__(self, size: int) -> None:
        import pyrender

        self.pyrender = pyrender
        self.renderer = pyrender.OffscreenRenderer(size, size)
        self.body = BodyModel.load()
        self.colors = (np.c_[vertex_colors(self.body), np.ones(len(self.body.template))] * 255).astype(np.uint8)

    def draw(self, motion: Motion) -> int:
        """Draw every frame; returns how many."""
        import trimesh

        pyrender = self.pyrender
        plan = plan_camera(motion.joints(), motion.fps)
        scene = pyrender.Scene(bg_color=[*style.BACKGROUND, 1.0], ambient_light=[0.35] * 3)
        camera = scene.add(pyrender.PerspectiveCamera(yfov=FIELD_OF_VIEW), pose=np.eye(4))
        scene.add(pyrender.DirectionalLight(intensity=2.6), pose=plan.poses[0])
        floor = trimesh.creation.box(extents=(8, 0.01, 8))
        scene.add(pyrender.Mesh.from_trimesh(floor, smooth=False))
        vertices = self.body.vertices(motion.poses, motion.trans, motion.betas).numpy()
        node = None
        for frame, pose in zip(vertices, plan.poses, strict=True):
            if node is not None:
                scene.remove_node(node)
            mesh = trimesh.Trimesh(frame, self.body.faces, vertex_colors=self.colors, process=False)
            node = scene.add(pyrender.Mesh.from_trimesh(mesh, smooth=True))
            scene.set_pose(camera, pose)
            self.renderer.render(scene)
        return len(vertices)


def measure(task: Callable[[], int]) -> dict[str, float]:
    """Rate and processor time of a task that returns its number of frames."""
    wall, processor = time.perf_counter(), time.process_time()
    count = task()
    wall, processor = time.perf_counter() - wall, time.process_time() - processor
    return {"fps": count / wall, "cpu_ms": 1e3 * processor / count}


def compare(frames: int, size: int, rounds: int) -> dict[str, dict[str, float]]:
    """Best rate and least processor time of every renderer over ``rounds`` alternating rounds."""
    motion = walk(frames)
    thread = ThreadPoolExecutor(max_workers=1)  # an OpenGL context belongs to a thread
    next(render_frames(motion, size))  # start OpenGL and compile the shaders
    baseline = thread.submit(RebuiltMesh, size).result()
    with tempfile.TemporaryDirectory() as folder:
        video = Path(folder) / "walk.mp4"
        renderers: dict[str, Callable[[], int]] = {
            "pictures": lambda: sum(1 for _ in render_frames(motion, size)),
            "mp4": lambda: len(motion) * bool(render_video(motion, video, size)),
            "rebuilt_mesh": lambda: thread.submit(baseline.draw, motion).result(),
        }
        results: dict[str, list[dict[str, float]]] = {name: [] for name in renderers}
        for _ in range(rounds):
            for name, task in renderers.items():
                results[name].append(measure(task))
    return {
        name: {"fps": max(row["fps"] for row in rows), "cpu_ms": min(row["cpu_ms"] for row in rows)}
        for name, rows in results.items()
    }


def main() -> None:
    """The command line; exit status 1 if the target is missed at 512 x 512."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--frames", type=int, default=80)
    parser.add_argument("--size", type=int, default=512)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args()
    results = compare(options.frames, options.size, options.rounds)
    speedup = results["pictures"]["fps"] / results["rebuilt_mesh"]["fps"]
    if options.json:
        print(json.dumps({"size": options.size, "frames": options.frames, "speedup": speedup, **results}))
    else:
        for name, row in results.items():
            print(f"{name:10} {row['fps']:6.1f} frames/s  {row['cpu_ms']:5.1f} ms of processor a frame")
        print(
            f"{speedup:.1f} times the rebuilt mesh's rate; target {TARGET:.0f} frames/s at 512 x 512 on two idle cores"
        )
    sys.exit(options.size == 512 and results["mp4"]["fps"] < TARGET)


if __name__ == "__main__":
    main()
