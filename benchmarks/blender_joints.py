"""Run inside Blender by :mod:`benchmarks.interchange`: joints of all frames of a BVH, GLB or FBX as JSON.

Arguments: the file, the JSON to write, names of the bones. A BVH file is also exported again, as
``FILE.back.bvh``. Blender's own importers are used as a user would use them, with the settings of docs/interchange.md.
"""

import json
import sys

import bpy


def read(path: str, names: list[str]) -> dict:
    """Bones' heads in metres with Y up, ``(frames, bones, 3)`` as lists, the scene's frame rate, Blender's version."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    scene = bpy.context.scene
    stated = float(path.rsplit("-", 1)[1].rsplit(".", 1)[0])
    scene.render.fps, scene.render.fps_base = round(stated), round(stated) / stated
    if path.endswith(".bvh"):
        bpy.ops.import_anim.bvh(filepath=path, global_scale=0.01, update_scene_fps=True)
    elif path.endswith(".glb"):
        bpy.ops.import_scene.gltf(filepath=path)
    else:
        bpy.ops.import_scene.fbx(filepath=path, anim_offset=0.0)
    body = next(thing for thing in scene.objects if thing.type == "ARMATURE")
    first, last = (round(frame) for frame in body.animation_data.action.frame_range)
    joints = []
    for frame in range(first, last + 1):
        scene.frame_set(frame)
        heads = [body.matrix_world @ body.pose.bones[name].head for name in names]
        joints.append([[head.x, head.z, -head.y] for head in heads])
    if path.endswith(".bvh"):
        bpy.context.view_layer.objects.active = body
        body.select_set(True)
        bpy.ops.export_anim.bvh(
            filepath=f"{path}.back.bvh", global_scale=100.0, frame_start=first, frame_end=last, root_transform_only=True
        )
    return {
        "joints": joints,
        "fps": scene.render.fps / scene.render.fps_base,
        "version": bpy.app.version_string,
    }


if __name__ == "__main__":
    given = sys.argv[sys.argv.index("--") + 1 :] if "--" in sys.argv else sys.argv[1:]
    with open(given[1], "w") as file:
        json.dump(read(given[0], given[2:]), file)
