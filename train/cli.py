"""``hmvlm-train``: the stages of training and evaluation by name, in the order of the pipeline.

    hmvlm-train --help
    hmvlm-train tokenizer --help
    hmvlm-train stage2 --dtype bfloat16 --max-minutes 60
    accelerate launch -m train.cli stage2 --dtype bfloat16

A stage is imported when it is run. ``python -m MODULE`` of the module beside its name does the same, but shows where an
error was raised.
"""

from __future__ import annotations

import argparse
import importlib
import logging
import sys
from dataclasses import dataclass

from hmvlm import __version__


@dataclass(frozen=True)
class Stage:
    """One command: the module with its ``main``, and one line for ``--help``."""

    name: str
    module: str
    text: str


STAGES: dict[str, tuple[Stage, ...]] = {
    "everything": (
        Stage("run", "train.pipeline.run", "import own data and train both stages by one configuration file"),
    ),
    "recordings": (
        Stage("recordings", "train.recordings.prepare", "retarget recordings to SMPL motions at 20 fps"),
        Stage("import", "train.recordings.import_set", "import HumanML3D, KIT-ML, AMASS or BVH files"),
        Stage("ui-prmd-archive", "train.recordings.ui_prmd_archive", "pack the text files of UI-PRMD for recordings"),
        Stage("merge", "train.recordings.merge", "join several files of recordings to one"),
        Stage("recordings-report", "train.recordings.report", "retargeting error and foot sliding by source"),
    ),
    "authored and composed motions": (
        Stage("author", "train.authored.make", "perform authored actions"),
        Stage("author-sheet", "train.authored.sheet", "contact sheets of authored actions"),
        Stage("pieces", "train.captions.pieces", "cut training recordings into pieces with action keys"),
        Stage("compose", "train.composition.make", "compose motions from recordings: chains, layers, paths"),
        Stage("compose-sheet", "train.composition.sheet", "contact sheets of composed motions"),
    ),
    "tokenizer (stage 1)": (
        Stage("tokenizer", "train.tokenizer.stage1", "train the body-part tokenizer"),
        Stage("tokenizer-decoders", "train.tokenizer.refine_decoders", "train its decoders further, codes unchanged"),
        Stage("extend-codebooks", "train.tokenizer.extend_codebooks", "add codes for movements not covered yet"),
        Stage("tokenizer-metrics", "train.tokenizer.metrics", "measure reconstruction error and codebook use"),
    ),
    "questions and segments": (
        Stage("questions-report", "train.questions.report", "count question kinds; --fit balances their answers"),
        Stage("segments", "train.segments.prepare", "cut, encode and caption the segments of stage 2"),
    ),
    "rankers": (
        Stage("retrieval-ranker", "train.rankers.retrieval", "train the text-motion retrieval model"),
        Stage("activity-ranker", "train.rankers.activity", "fit the activity classifier"),
        Stage("facts-ranker", "train.rankers.facts_ranker", "train the facts-text ranker"),
        Stage("exemplars", "train.rankers.exemplars", "choose the training motions that guide generation"),
        Stage("exemplar-codes", "train.rankers.exemplar_codes", "find codes of theirs that decode nearer to them"),
        Stage("renew-exemplars", "train.rankers.renew", "perform authored actions anew and replace their exemplars"),
    ),
    "views": (
        Stage("rendered-views", "train.views.rendered", "render poses and run the landmark model on the pictures"),
        Stage("landmark-noise", "train.views.fit_noise", "collect the landmark model's errors in a bank"),
        Stage("noise-test", "train.views.compare", "test sampled landmark errors against real ones"),
        Stage("views", "train.views.prepare", "sample views of posed bodies for pose estimation"),
        Stage("pose-baselines", "train.views.baselines", "pose errors of two baselines without a language model"),
    ),
    "pose": (
        Stage("body-encoder", "train.pose.body_encoder", "pretrain the encoder of body landmarks"),
        Stage("projector", "train.pose.projector", "align the landmark projector with the language model"),
    ),
    "instruction tuning (stage 2)": (
        Stage("stage2", "train.instruct.stage2", "train the experts, the gate and the new parts on the frozen base"),
        Stage("finetune-expert", "train.instruct.finetune_expert", "finetune one expert on questions"),
        Stage("calibrate-gate", "train.instruct.calibrate_gate", "fine-tune the gate on ordinary dialogue"),
        Stage("encoder-directions", "train.pose.encoder_directions", "align encoder features with the last layer"),
        Stage("distill-heads", "train.pose.distill_heads", "pretrain the pose heads by distillation"),
        Stage("pose-heads", "train.pose.heads", "finetune the pose heads on cached hidden states"),
    ),
    "evaluation": (
        Stage("evaluator-pairs", "train.evaluation.evaluator.pairs", "cut text-motion pairs for the evaluator"),
        Stage("evaluator", "train.evaluation.evaluator.fit", "train the text-motion evaluator"),
        Stage("evaluate", "train.evaluation.run", "measure everything on test splits and write the report"),
        Stage("prompt-checks", "train.evaluation.sections.prompt_checks", "check generated motions against prompts"),
        Stage("prompt-calibration", "train.evaluation.sections.prompt_calibration", "calibrate those checks"),
        Stage("mt-bench", "train.evaluation.sections.mt_bench", "MT-Bench scores of the dialogue"),
        Stage("sampling-sweep", "train.evaluation.sampling_sweep", "compare sampling settings on validation prompts"),
        Stage("caption-sheets", "train.evaluation.caption_sheets", "contact sheets to check captions by eye"),
        Stage("published", "train.evaluation.published.official", "the published evaluators of HumanML3D and KIT-ML"),
        Stage("ablations", "train.evaluation.ablations.run", "train and measure variants at a fixed budget"),
    ),
}
BY_NAME = {stage.name: stage for room in STAGES.values() for stage in room}


def parser() -> argparse.ArgumentParser:
    """The command line of ``hmvlm-train``; the arguments after the stage's name are the stage's own."""
    width = max(map(len, BY_NAME))
    table = [
        "\n".join([f"{room}:", *(f"  {stage.name:{width}}  {stage.text}" for stage in stages)])
        for room, stages in STAGES.items()
    ]
    result = argparse.ArgumentParser(
        prog="hmvlm-train",
        usage="hmvlm-train [-h] [--version] STAGE ...",
        description="Run one stage of training or evaluation; STAGE --help lists its options.",
        epilog="\n\n".join(table),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    result.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    result.add_argument("stage", choices=BY_NAME, metavar="STAGE", help="one of the names below, in pipeline order")
    result.add_argument("arguments", nargs=argparse.REMAINDER, help=argparse.SUPPRESS)
    return result


def main(argv: list[str] | None = None) -> int:
    """Run one stage and return its exit status."""
    options = parser().parse_args(argv)
    stage = BY_NAME[options.stage]
    sys.argv = [f"hmvlm-train {stage.name}", *options.arguments]  # the stage's own usage line takes the first
    try:
        return importlib.import_module(stage.module).main() or 0
    except (ValueError, OSError, FloatingPointError) as error:  # StateError is a ValueError
        logging.getLogger("train").debug("%s failed", stage.name, exc_info=True)
        print(f"hmvlm-train {stage.name}: error: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
