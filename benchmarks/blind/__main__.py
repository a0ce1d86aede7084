"""Blind reading of motions for prompts that people outside this project wrote.

python -m benchmarks.blind sheets --model embedded --split report --seed 0 --out outputs/blind
python -m benchmarks.blind collect outputs/blind reader_1.json reader_2.json --name NAME --montage
"""

from __future__ import annotations

import argparse
import logging

from benchmarks.blind import collect, sheets


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.blind", description=(__doc__ or "").splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    modules = {"sheets": sheets, "collect": collect}
    for name, module in modules.items():
        module.add_arguments(commands.add_parser(name, help=(module.__doc__ or "").splitlines()[0]))
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    modules[options.command].run(options)


if __name__ == "__main__":
    main()
