"""The child: limits itself, reads a file from its input, writes a verdict to its output."""

from __future__ import annotations

import dataclasses
import importlib.abc
import json
import logging
import sys
import warnings

from inspection.judging import Task, judge
from inspection.kinds import PDF, kind_by_start
from inspection.limits import limit_process
from inspection.pictures import PictureLimits


class NotForPdf(importlib.abc.MetaPathFinder):
    """Keeps pypdf from loading what reads fonts and pictures: a fifth of its time, and no check needs it."""

    def find_spec(self, name: str, path: object, target: object = None) -> None:
        if name.partition(".")[0] in ("fontTools", "PIL"):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


def main() -> None:
    """Answer one question, given as JSON in the only argument."""
    asked = json.loads(sys.argv[1])
    limit_process(memory_bytes=asked["memory_bytes"], cpu_seconds=asked["cpu_seconds"])
    # What parsers grumble about says nothing to anybody.
    warnings.simplefilter("ignore")
    logging.disable()
    limits = PictureLimits(asked["pixels"], asked["unpacked_bytes"])
    task = Task(asked["allowed"], limits, wants_rows=asked["wants_rows"])
    content = sys.stdin.buffer.read()
    if kind_by_start(content) == PDF:
        sys.meta_path.insert(0, NotForPdf())
    verdict = judge(content, task)
    sys.stdout.write(json.dumps(dataclasses.asdict(verdict)))


main()
