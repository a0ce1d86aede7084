#!/usr/bin/env bash
# From raw recordings to an evaluated checkpoint of the embedded preset, one step after the other.
#
#   runs/embedded.sh                        recordings in data/recordings, results in out/embedded (days on two cores)
#   runs/embedded.sh --smoke                every step on a tiny sample, in out/smoke (minutes)
#   runs/embedded.sh --data D --out O       other folders
#
# A step that is done is skipped; one that was interrupted goes on where it stopped; one that was done with other arguments
# is refused. Folders are relative to where the command is given. PYTHON names the interpreter
# (default: .venv/bin/python of ./run.sh --setup), DEVICE is cpu (default) or cuda.
set -euo pipefail
here="$PWD"
cd "$(dirname "${BASH_SOURCE[0]}")/.."

python="${PYTHON:-.venv/bin/python}" device="${DEVICE:-cpu}" smoke=0 data="" out=""
while [[ $# -gt 0 ]]; do
    case "$1" in
        --smoke) smoke=1; shift ;;
        --data|--out)
            [[ -n "${2:-}" ]] || { echo "$1 needs a folder" >&2; exit 2; }
            folder="$2"; [[ "$folder" == /* ]] || folder="$here/$folder"
            if [[ $1 == --data ]]; then data="$folder"; else out="$folder"; fi
            shift 2 ;;
        *) echo "unknown argument $1; use --smoke, --data FOLDER, --out FOLDER" >&2; exit 2 ;;
    esac
done
if [[ $smoke == 1 ]]; then data="${data:-runs/smoke}" out="${out:-out/smoke}"; else data="${data:-data/recordings}" out="${out:-out/embedded}"; fi
[[ -d "$data" ]] || { echo "there is no folder $data; name the one with the recordings with --data" >&2; exit 2; }
mkdir -p "$out/done"

say() { printf '%s  %s\n' "$(date +%H:%M:%S)" "$*" >&2; }

step() { # step NAME STAGE ARGUMENTS...: run a stage of hmvlm-train once
    local name="$1"; shift
    local words="${*/ --device $device/}" # a run may go on on another device
    if [[ -e "$out/done/$name" ]]; then
        if [[ -s "$out/done/$name" && "$(<"$out/done/$name")" != "$words" ]]; then
            echo "$name was done with: $(<"$out/done/$name")" >&2
            echo "and not with: $words; name another folder with --out" >&2
            exit 2
        fi
        say "$name: done"; return
    fi
    say "$name"
    "$python" -m train.cli "$@"
    printf '%s\n' "$words" > "$out/done/$name"
}

loop() { # loop NAME STAGE ARGUMENTS...: the same for a stage that trains, resumed from its own state
    local name="$1" stage="$2"; shift 2
    step "$name" "$stage" --state "$out/state/$name" --resume --device "$device" "${saving[@]}" "$@"
}

if [[ $smoke == 1 ]]; then # tiny data, a few steps: checks that all of it works, not that it learns
    saving=(--save-minutes 0) sources=(--sources ui_prmd)
    dialogue="$out/dialogue"
    mkdir -p "$dialogue"
    "$python" - "$dialogue" <<'PY'
import json, sys
words = "salt rain copper music bridges bread clouds tea chess maps glass rivers".split()
for name, verb in (("dolly_complete", "What is known about"), ("dolly_prompts_only", "Write a line about")):
    rows = [{"instruction": f"{verb} {word} number {n}?"} for n in range(40) for word in words]
    open(f"{sys.argv[1]}/{name}.jsonl", "w").write("".join(json.dumps(row) + "\n" for row in rows))
PY
    tokenizer=(--steps 60 --batch 8 --codes 64 --eval-every 60 --log-every 10)
    decoders=(--steps 10 --batch 4)
    segments=(--captions 3 --questions 6 --order 1)
    retrieval=(--steps 10 --batch 16 --eval-every 10)
    facts=(--steps 20 --batch 16)
    pictures=(--train 24 --val 4 --test 4)
    views=(--train 400 --val 40 --test 40) many=(--train 800 --val 40 --test 40)
    encoder=(--steps 20 --batch 32 --eval-every 20)
    projector=(--steps 10 --batch 32)
    stage2=(--steps 6 --positions 512 --eval-every 6 --eval-batches 2 --log-every 1 --dialogue-batch 16)
    expert=(--steps 3 --positions 512 --eval-batches 1 --log-every 1)
    gate=(--steps 20 --long-requests 200 --short-questions 200 --short-requests 200 --motion-prompts 200)
    directions=(--steps 3 --batch 4 --eval-every 3 --log-every 1)
    distil=(--count 48 --batch 16 --steps 10 --distill-count 200)
    heads=(--count 48 --batch 16 --steps 10 --held-out 16)
    evaluator=(--steps 10 --eval-every 10 --batch 8)
    evaluation=(--quick --only tokenizer --budget minutes=1)
else # what the released checkpoint was trained with on two cores; see docs/training.md for a GPU
    saving=() sources=(--sources cmu bandai_namco ui_prmd)
    dialogue="$data/dialogue"
    tokenizer=(--steps 7000)
    decoders=(--minutes 20)
    segments=(--order 6)
    retrieval=() facts=()
    pictures=(--fast --seed 101 --train 23000 --val 0 --test 0)
    views=() many=(--train 1600000 --seed 14)
    encoder=() projector=()
    stage2=(--dtype bfloat16 --steps 1300 --even-questions)
    expert=(--steps 500) gate=() directions=() distil=(--steps 3500 --distill-count 200000 --batch 128) heads=(--batch 128)
    evaluator=(--steps 2500)
    evaluation=(--all)
fi

# Recordings, and the body-part tokenizer (stage 1); its decoders gain from longer windows once the codes are fixed.
step recordings recordings --data "$data" --out "$out/motions.npz" "${sources[@]}"
loop tokenizer tokenizer --data "$out/motions.npz" --out "$out/stage1" "${tokenizer[@]}"
loop decoders tokenizer-decoders --model "$out/stage1" --data "$out/motions.npz" --out "$out/tokenizer" "${decoders[@]}"

# Segments with captions and questions, and the rankers that choose among candidates.
step segments segments --data "$out/motions.npz" --tokenizer "$out/tokenizer" --out "$out/segments.npz" "${segments[@]}"
loop retrieval retrieval-ranker --segments "$out/segments.npz" --tokenizer "$out/tokenizer" --out "$out/rankers" "${retrieval[@]}"
loop activity activity-ranker --segments "$out/segments.npz" --out "$out/rankers"
loop facts facts-ranker --segments "$out/segments.npz" --tokenizer "$out/tokenizer" --retrieval "$out/rankers" --out "$out/rankers" "${facts[@]}"
step exemplars exemplars --segments "$out/segments.npz" --tokenizer "$out/tokenizer" --retrieval "$out/rankers" --out "$out/rankers"
step exemplar_codes exemplar-codes --exemplars "$out/rankers" --tokenizer "$out/tokenizer" --data "$out/motions.npz" --out "$out/better"

# Views of posed bodies, the encoder of body landmarks, and the projector into the language model's embeddings. Errors of the
# landmark model are measured on rendered pictures, since the bank in train/views is too small for the encoder not to overfit.
step pictures rendered-views --data "$out/motions.npz" --out "$out/rendered.npz" "${pictures[@]}"
step noise landmark-noise --rendered "$out/rendered.npz" --append-to train/views/noise.npz --out "$out/noise.npz"
step views views --data "$out/motions.npz" --rendered "$out/rendered.npz" --out "$out/views.npz" "${views[@]}"
step views_many views --data "$out/motions.npz" --noise "$out/noise.npz" --rendered "$out/rendered.npz" --out "$out/views_many.npz" "${many[@]}"
loop encoder body-encoder --views "$out/views_many.npz" --out "$out/body_encoder.safetensors" "${encoder[@]}"
loop projector projector --views "$out/views.npz" --encoder "$out/body_encoder.safetensors" --out "$out/projector.safetensors" "${projector[@]}"

# Stage 2, then what it leaves too weak: questions get few of its steps, ordinary talk few prompts, poses few views.
loop stage2 stage2 --segments "$out/segments.npz" --tokenizer "$out/tokenizer" --dialogue "$dialogue" --views "$out/views.npz" --projector "$out/projector.safetensors" --out "$out/stage2" "${stage2[@]}"
loop expert finetune-expert --model "$out/stage2" --segments "$out/segments.npz" --out "$out/expert" "${expert[@]}"
loop gate calibrate-gate --model "$out/expert" --segments "$out/segments.npz" --dialogue "$dialogue" --out "$out/gate" "${gate[@]}"
loop directions encoder-directions --model "$out/gate" --views "$out/views.npz" --out "$out/directions" "${directions[@]}"
loop distil distill-heads --model "$out/directions" --views "$out/views_many.npz" --encoder "$out/body_encoder.safetensors" --cache "$out/states" --out "$out/distilled" "${distil[@]}"
loop heads pose-heads --model "$out/distilled" --views "$out/views_many.npz" --encoder "$out/body_encoder.safetensors" --cache "$out/states" --out "$out/heads" "${heads[@]}"

if [[ ! -e "$out/done/checkpoint" ]]; then # one folder with all that the product loads
    rm -rf "$out/checkpoint"
    cp -r "$out/heads" "$out/checkpoint"
    cp -r "$out/rankers" "$out/checkpoint/rankers"
    [[ ! -d "$out/better" ]] || cp "$out/better/exemplars.npz" "$out/checkpoint/rankers/"
    touch "$out/done/checkpoint"
fi

# Evaluation on test splits, with a text-motion evaluator that no other step knows.
step pairs evaluator-pairs --data "$out/motions.npz" --out "$out/pairs.npz"
loop evaluator evaluator --pairs "$out/pairs.npz" --out "$out/evaluator" "${evaluator[@]}"
step evaluation evaluate --model "$out/checkpoint" --data "$out" --dialogue "$dialogue" --out "$out/report" --state "$out/state/evaluation" "${evaluation[@]}"
say "the checkpoint is in $out/checkpoint, its report in $out/report"
