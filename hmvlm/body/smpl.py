"""The body: SMPL skinning through ``smplx``, with the free stand-in body or a user's own SMPL file.

The project ships ``assets/body/free_body.npz`` (CC0, SMPL's fields on SMPL's skeleton). A licensed
SMPL ``.npz`` or ``.pkl`` takes its place through :func:`BodyModel.load`; pickles are read by a
restricted unpickler, because an ordinary one would run whatever code the file holds.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from hmvlm.body import rotations
from hmvlm.body.skeleton import NUM_JOINTS, PARENTS, forward_kinematics
from hmvlm.body.unpickle import load_smpl_pickle
from hmvlm.paths import FREE_BODY

FIELDS = ("v_template", "shapedirs", "posedirs", "J_regressor", "weights", "kintree_table", "f")
NUM_BETAS = 10
SKINNING_BATCH = 64
"""Frames skinned at once: bounds memory at about 64 x V x 3 floats an intermediate."""


class BodyModel:
    """A posable body. Poses are ``(T, 24, 3)`` axis-angle, translations ``(T, 3)`` metres, Y up."""

    def __init__(self, arrays: Mapping[str, np.ndarray]) -> None:
        missing = [name for name in FIELDS if name not in arrays]
        if missing:
            raise ValueError(f"not an SMPL body: fields {missing} are missing; give an SMPL .npz or .pkl")
        if np.shape(arrays["J_regressor"])[0] != NUM_JOINTS:
            raise ValueError(
                f"the body has {np.shape(arrays['J_regressor'])[0]} joints, not SMPL's 24; "
                "SMPL-H and SMPL-X files do not fit here"
            )
        self._arrays = {name: np.asarray(arrays[name]) for name in FIELDS}
        self._arrays["shapedirs"] = self._arrays["shapedirs"][..., :NUM_BETAS].astype(np.float32)
        for name in ("v_template", "posedirs", "J_regressor", "weights"):
            self._arrays[name] = self._arrays[name].astype(np.float32)
        self.faces = self._arrays["f"].astype(np.int64)
        self.template = self._arrays["v_template"]
        self.weights = self._arrays["weights"]
        regressor, shapes = self._arrays["J_regressor"], self._arrays["shapedirs"]
        self._joints_at_rest = torch.from_numpy(regressor @ self.template)
        self._joint_shapes = torch.from_numpy(np.einsum("jv,vck->jck", regressor, shapes))

    @staticmethod
    def load(path: str | os.PathLike | None = None) -> BodyModel:
        """Load the free body (``path=None``) or an SMPL ``.npz``/``.pkl``.

        Raises:
            FileNotFoundError: no such file. ValueError: not an SMPL body, or an unsafe pickle.
        """
        return _load(str(Path(path or FREE_BODY).resolve()))

    def rest_joints(self, betas: np.ndarray | Tensor | None = None) -> Tensor:
        """Joints of the T-pose, ``(..., 24, 3)`` metres, for shapes ``betas`` ``(..., 10)``; differentiable."""
        if betas is None:
            return self._joints_at_rest
        shape = torch.as_tensor(betas, dtype=torch.float32)[..., :NUM_BETAS]
        moved = torch.einsum("jcb,...b->...jc", self._joint_shapes[..., : shape.shape[-1]], shape)
        return self._joints_at_rest + moved

    def offsets(self, betas: np.ndarray | Tensor | None = None) -> Tensor:
        """Rest position of each joint relative to its parent, ``(..., 24, 3)``; row 0 is the pelvis itself."""
        joints = self.rest_joints(betas)
        return torch.cat([joints[..., :1, :], joints[..., 1:, :] - joints[..., list(PARENTS[1:]), :]], dim=-2)

    def relative_joints(self, local: Tensor, betas: np.ndarray | Tensor | None = None) -> Tensor:
        """Joints ``(..., 24, 3)`` relative to the pelvis of local rotations ``(..., 24, 3, 3)``; differentiable.

        Shapes are ``(10,)``, or one a pose.
        """
        offsets = self.offsets(betas).to(local)
        return forward_kinematics(local, offsets, -offsets[..., 0, :].expand(*local.shape[:-3], 3))[0]

    def joints(self, poses, trans, betas=None) -> Tensor:
        """Joint positions ``(T, 24, 3)`` in metres; arguments as numpy arrays or tensors."""
        poses = torch.as_tensor(poses, dtype=torch.float32)
        trans = torch.as_tensor(trans, dtype=torch.float32)
        matrices = rotations.axis_angle_to_matrix(poses)
        return forward_kinematics(matrices, self.offsets(betas), trans)[0]

    @torch.no_grad()
    def vertices(self, poses, trans, betas=None) -> Tensor:
        """Skinned mesh ``(T, V, 3)`` in metres, by ``smplx``."""
        poses = torch.as_tensor(poses, dtype=torch.float32)
        trans = torch.as_tensor(trans, dtype=torch.float32)
        shape = torch.zeros(NUM_BETAS)
        if betas is not None:
            given = torch.as_tensor(betas, dtype=torch.float32)[:NUM_BETAS]
            shape[: len(given)] = given
        chunks = []
        for start in range(0, len(poses), SKINNING_BATCH):
            pose, shift = poses[start : start + SKINNING_BATCH], trans[start : start + SKINNING_BATCH]
            chunks.append(
                self._skin(
                    betas=shape.expand(len(pose), -1),
                    global_orient=pose[:, 0],
                    body_pose=pose[:, 1:].flatten(1),
                    transl=shift,
                ).vertices
            )
        return torch.cat(chunks) if chunks else torch.zeros(0, len(self.template), 3)

    @functools.cached_property
    def _skin(self):
        import smplx
        from smplx.utils import Struct

        class Skin(smplx.SMPL):
            SHAPE_SPACE_DIM = NUM_BETAS  # else smplx prints to standard output that ten are few

        return Skin(
            None,
            data_struct=Struct(**self._arrays),
            num_betas=NUM_BETAS,
            create_betas=False,
            create_global_orient=False,
            create_body_pose=False,
            create_transl=False,
        )


@functools.lru_cache(maxsize=4)
def _load(path: str) -> BodyModel:
    file = Path(path)
    if not file.is_file():
        raise FileNotFoundError(f"no body model at {file}; leave the path empty for the free body")
    if file.suffix == ".npz":
        with np.load(file, allow_pickle=False) as archive:
            return BodyModel({name: archive[name] for name in FIELDS if name in archive.files})
    if file.suffix == ".pkl":
        return BodyModel(load_smpl_pickle(file))
    raise ValueError(f"{file.name}: a body model is a .npz or a .pkl file")
