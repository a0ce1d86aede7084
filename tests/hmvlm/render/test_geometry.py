"""Normals and shadows of the body's surface."""

import numpy as np
import trimesh

from hmvlm.body.skeleton import INDEX
from hmvlm.render.geometry import SHADOW_PIXELS, load_surface
from tests.hmvlm.render.standing import standing


def test_normals_match_trimesh_and_point_outward():
    surface = load_surface()
    vertices = surface.body.vertices(standing(2).poses, standing(2).trans).numpy()
    ours = surface.normals(vertices)[1]
    mesh = trimesh.Trimesh(vertices[1], surface.faces, process=False)
    theirs = trimesh.geometry.mean_vertex_normals(
        len(vertices[1]), mesh.faces, mesh.face_normals * mesh.area_faces[:, None]
    )
    sharp = np.linalg.norm(ours, axis=1) > 0.5
    np.testing.assert_allclose(ours[sharp], theirs[sharp], atol=2e-3)
    assert mesh.volume > 0.02  # faces wind outward


def test_shadow_lies_under_the_feet_and_fades_with_height():
    surface = load_surface()
    frames = surface.frames(standing(1))
    flying = standing(1)
    flying.trans[:, 1] += 0.8
    dark, faint = frames.shadows[0].astype(int), surface.frames(flying).shadows[0].astype(int)
    assert dark.shape == (SHADOW_PIXELS, SHADOW_PIXELS) and dark.max() > 100 and faint.max() < dark.max() / 2
    rows, columns = np.nonzero(dark > 0.8 * dark.max())
    side = 3.2 / SHADOW_PIXELS
    x, z = (columns + 0.5) * side - 1.6 + frames.places[0, 0], (rows + 0.5) * side - 1.6 + frames.places[0, 1]
    feet = standing(1).joints()[0, [INDEX["left_foot"], INDEX["right_foot"], INDEX["left_ankle"], INDEX["right_ankle"]]]
    nearest = np.hypot(x[:, None] - feet[:, 0], z[:, None] - feet[:, 2]).min(axis=1)
    assert nearest.max() < 0.15
