"""How well poses are estimated: synthetic test views, real photos, and a real clip.

    python -m benchmarks.pose --views data/views.npz                         # errors beside floor and baselines
    python -m benchmarks.pose --photos FOLDER --sheet overlays.png           # projected joints against COCO keypoints
    python -m benchmarks.pose --clip CLIP.mp4                                # jitter and speed

The photo folder holds ``keypoints.json``: a list of people with ``file`` and COCO's 17 ``keypoints``
(x, y, flag). A person counts as found when an estimate lies nearer than a torso length.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from hmvlm import HMVLM
from hmvlm.body import rotations
from hmvlm.body.skeleton import INDEX
from hmvlm.language import pose_head
from hmvlm.language.decoding import pose_states
from hmvlm.language.moe_lora import folded
from hmvlm.language.prompting import POSE_PROMPT
from train.pose_task import static_features
from train.views.baselines import table, train_perceptron
from train.views.inverse_kinematics import solve_poses
from train.views.store import Views, load_views

COCO = {
    "left_shoulder": 5, "right_shoulder": 6, "left_elbow": 7, "right_elbow": 8, "left_wrist": 9, "right_wrist": 10,
    "left_hip": 11, "right_hip": 12, "left_knee": 13, "right_knee": 14, "left_ankle": 15, "right_ankle": 16,
}  # fmt: skip
"""SMPL joint -> COCO keypoint."""
BATCH = 32
PCK = 0.2


@torch.inference_mode()
def read_views(model: HMVLM, seen: np.ndarray) -> dict[str, np.ndarray]:
    """Axis-angle ``(N, 24, 3)`` a readout, of features ``(N, 33, 6)``, through the language model."""
    language = model.language
    media = language.gate.media(["image"])
    alpha = language.gate(language.gate.encode([POSE_PROMPT]), media).exp()
    hidden = []
    with folded(language.backbone, alpha):
        for part in torch.from_numpy(seen).split(BATCH):
            hidden.append(pose_states(language, [language.builder.pose_answer(POSE_PROMPT, one) for one in part]))
    states = torch.cat(hidden)
    found = {}
    for readout in pose_head.READOUTS:
        local, _ = pose_head.read_poses(language, model.tokenizer, states, readout)
        found[readout] = rotations.matrix_to_axis_angle(local).numpy()
    return found


def floor(model: HMVLM, poses: np.ndarray) -> np.ndarray:
    """What the pose tokens can say at best: true poses encoded and decoded, with the true orientation."""
    tokenizer = model.tokenizer
    raw = static_features(torch.from_numpy(poses))
    again = rotations.matrix_to_axis_angle(pose_head.features.local_rotations(tokenizer.decode_pose(tokenizer.encode_pose(raw))))
    return np.concatenate([poses[:, :1], again.numpy()[:, 1:]], axis=1)


def score_views(model: HMVLM, views: Views, seconds: float) -> str:
    """Table of the language model's readouts, their floor, and the baselines on test rows."""
    test = views.rows(split="test")
    methods = {"floor": floor(model, test.poses), **read_views(model, test.features), "analytic": solve_poses(test.features)}
    if seconds > 0:
        methods["perceptron"] = train_perceptron(views.rows(split="train"), 10**9, seconds=seconds).poses(test.features)
    return table(test, methods)


def score_photos(model: HMVLM, folder: Path, sheet: Path | None) -> dict[str, float]:
    """Found rate and PCK at 0.2 torso lengths of projected joints, and a contact sheet of all overlays."""
    people = json.loads((folder / "keypoints.json").read_text())
    hits, found, pictures = [], 0, []
    for name in sorted({person["file"] for person in people}):
        own = [np.array(person["keypoints"], float).reshape(17, 3) for person in people if person["file"] == name]
        first = model.estimate_pose(folder / name)
        count = first.estimate.people if first.estimate else 0
        replies = [first] + [model.estimate_pose(folder / name, person=n) for n in range(2, count + 1)]
        estimates = [reply.estimate for reply in replies if reply.estimate is not None]
        for keypoints in own:
            scores = [_pck(estimate, keypoints) for estimate in estimates]
            scores = [score for score in scores if score is not None]
            if scores:
                found += 1
                best = min(scores, key=lambda score: score[0])
                hits.extend(best[1])
                print(f"{name}: {np.mean(best[1]):.2f} of {len(best[1])} keypoints, {len(estimates)} people found", flush=True)
            else:
                print(f"{name}: not found ({len(estimates)} people found)", flush=True)
        if sheet is not None and estimates:
            pictures.append(_overlay(folder / name, estimates))
    if sheet is not None:
        _contact_sheet(pictures).save(sheet)
    return {"people": len(people), "found": found / len(people), "pck": float(np.mean(hits)) if hits else 0.0}


def _pck(estimate, keypoints: np.ndarray) -> tuple[float, list[bool]] | None:
    """Mean distance and hits of an estimate on one annotated person, or None where it is another person."""
    known = keypoints[:, 2] > 0
    corners = [keypoints[index, :2] for index in (5, 6, 11, 12) if known[index]]
    shoulders, hips = keypoints[[5, 6]][known[[5, 6]], :2], keypoints[[11, 12]][known[[11, 12]], :2]
    if not len(shoulders) or not len(hips):
        return None
    torso = float(np.linalg.norm(shoulders.mean(0) - hips.mean(0)))
    joints = estimate.joints()[0]
    drawn = estimate.cameras[0].project(joints - joints[0])
    names = [name for name, index in COCO.items() if known[index]]
    apart = np.array([np.linalg.norm(drawn[INDEX[name]] - keypoints[COCO[name], :2]) for name in names])
    middle = drawn[[INDEX[name] for name in ("left_shoulder", "right_shoulder", "left_hip", "right_hip")]].mean(0)
    if np.linalg.norm(middle - np.mean(corners, 0)) > torso:
        return None
    return float(apart.mean()), (apart <= PCK * torso).tolist()


def _overlay(path: Path, estimates: list) -> Image.Image:
    from hmvlm.render.overlay import overlay_image
    from hmvlm.vision.image import read_image

    image = read_image(path)
    for estimate in estimates:
        image = overlay_image(image, estimate)
    return Image.fromarray(image)


def _contact_sheet(pictures: list[Image.Image], side: int = 420, columns: int = 4) -> Image.Image:
    rows = -(-len(pictures) // columns)
    sheet = Image.new("RGB", (columns * side, rows * side), "white")
    for index, picture in enumerate(pictures):
        picture.thumbnail((side, side))
        sheet.paste(picture, (index % columns * side, index // columns * side))
    return sheet


def score_clip(model: HMVLM, path: Path) -> dict[str, float]:
    """Frames a second, and the mean acceleration (m/frame²) of joints beside that of the raw metric landmarks."""
    from hmvlm.vision.video import read_video

    started = time.monotonic()
    estimate = model.estimate_pose(path).estimate
    spent = time.monotonic() - started
    clip = read_video(path)
    raw = [one.metric for one in model._poses.landmarks.track(clip.frames) if one is not None]
    limbs = [INDEX[name] for name in COCO]
    bend = np.linalg.norm(np.diff(estimate.joints()[:, limbs], n=2, axis=0), axis=-1).mean()
    marks = [11, 12, 13, 14, 15, 16, 23, 24, 25, 26, 27, 28]
    rough = np.linalg.norm(np.diff(np.stack(raw)[:, marks], n=2, axis=0), axis=-1).mean()
    return {
        "frames": len(estimate), "frames_per_second": len(estimate) / spent, "found": float(estimate.found.mean()),
        "jitter_mm": 1e3 * float(bend), "raw_jitter_mm": 1e3 * float(rough),
    }  # fmt: skip


def main() -> None:
    """The command line."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--model", default="embedded")
    options.add_argument("--views")
    options.add_argument("--seconds", type=float, default=150.0, help="training time of the perceptron; 0 leaves it out")
    options.add_argument("--photos", type=Path)
    options.add_argument("--sheet", type=Path, help="write a contact sheet of the photos' overlays there")
    options.add_argument("--clip", type=Path)
    args = options.parse_args()
    model = HMVLM.from_pretrained(args.model)
    if args.views:
        print(score_views(model, load_views(args.views), args.seconds))
    if args.photos:
        print(json.dumps(score_photos(model, args.photos, args.sheet)))
    if args.clip:
        print(json.dumps(score_clip(model, args.clip)))


if __name__ == "__main__":
    main()
