"""The child: limits itself, reads a file from its input, writes a verdict to its output."""

from __future__ import annotations

import dataclasses
import json
import logging
import sys
import warnings

from inspection.judging import Task, judge
from inspection.limits import limit_process
from inspection.pictures import PictureLimits


def main() -> None:
    """Answer one question, given as JSON in the only argument."""
    asked = json.loads(sys.argv[1])
    limit_process(memory_bytes=asked["memory_bytes"], cpu_seconds=asked["cpu_seconds"])
    # What parsers grumble about says nothing to anybody.
    warnings.simplefilter("ignore")
    logging.disable()
    limits = PictureLimits(asked["pixels"], asked["unpacked_bytes"])
    task = Task(asked["allowed"], limits, wants_rows=asked["wants_rows"])
    verdict = judge(sys.stdin.buffer.read(), task)
    sys.stdout.write(json.dumps(dataclasses.asdict(verdict)))


main()
