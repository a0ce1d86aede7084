"""Convert a GLB of this project to FBX inside Blender 4.2 or newer, at the frame rate of the motion.

    blender --background --factory-startup --python blender_fbx.py -- walk.glb walk.fbx 20 80
    python blender_fbx.py walk.glb walk.fbx 20 80                       # with the package bpy

Arguments: the GLB, the FBX, frames a second, number of frames. The scene's frame rate is set before the import: Blender
places keys by it, and at another rate they would fall between frames. This file uses nothing but Blender.
"""

import sys

import bpy


def convert(source: str, target: str, fps: float, frames: int) -> None:
    """Import ``source`` into an empty scene and export it with every frame keyed."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    scene = bpy.context.scene
    scene.render.fps, scene.render.fps_base = round(fps), round(fps) / fps
    bpy.ops.import_scene.gltf(filepath=source, bone_heuristic="BLENDER", guess_original_bind_pose=True)
    scene.frame_start, scene.frame_end = 0, frames - 1
    for thing in list(scene.objects):  # the importer draws bones by a mesh of its own
        if thing.type == "MESH" and not thing.find_armature():
            bpy.data.objects.remove(thing)
    bpy.ops.export_scene.fbx(
        filepath=target,
        object_types={"ARMATURE", "MESH"},
        add_leaf_bones=False,
        apply_scale_options="FBX_SCALE_UNITS",
        bake_anim_use_all_actions=False,
        bake_anim_use_nla_strips=False,
        bake_anim_simplify_factor=0.0,
        colors_type="LINEAR",
    )


if __name__ == "__main__":
    given = sys.argv[sys.argv.index("--") + 1 :] if "--" in sys.argv else sys.argv[1:]
    convert(given[0], given[1], float(given[2]), int(given[3]))
