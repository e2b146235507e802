"""Reading a file in a process of its own, which the kernel ends when the file takes too long.

Parsers of reStructuredText, HTML and PDF take quadratic time on some input, and a thread cannot be stopped. So the child arms a timer of
processor time for each file, and whatever it is doing then, also inside of C code, it ends; the parent starts another for the next file.
Run as a module this is the child: requests are a line of JSON and the file's bytes, answers a line of JSON.
"""

import json
import os
import signal
import subprocess
import sys
from types import TracebackType
from typing import Any, BinaryIO, Self

from golden_assets.adapters.documents.formats.registry import FORMATS, Extract, extract
from golden_assets.domain.core.errors import DocumentError

MAX_SECONDS = 10.0
"""Default limit of processor time for one file: a manual of 3,000 pages as PDF takes as much."""
IN_PROCESS_BYTES = 16_384
"""Smaller files are read here: the worst takes half a second, and most documents are that small."""
LINEAR = frozenset({".txt"})
"""Suffixes whose readers take time in proportion to the file's size, whatever is in it."""


class FileReader:
    """Turns files' bytes into text, with a limit on the processor time that one may take.

    Args:
        max_seconds: the limit, in seconds.
    """

    def __init__(self, max_seconds: float = MAX_SECONDS) -> None:
        self._max_seconds = max_seconds
        self._child: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._end()

    def extract(self, suffix: str, data: bytes) -> tuple[str, Extract]:
        """`registry.extract` within the limit.

        Raises:
            DocumentError: the bytes are not what the suffix says, hold no text, or take too long.
        """
        if suffix in LINEAR or (len(data) < IN_PROCESS_BYTES and suffix != ".pdf"):
            return extract(suffix, data)
        answer = self._ask(suffix, data)
        if answer is None:
            raise self._overrun(FORMATS[suffix][0])
        if "problem" in answer:
            raise DocumentError(answer["problem"], answer["remedy"])
        return answer["format"], Extract(answer["text"], answer["title"])

    def _ask(self, suffix: str, data: bytes) -> dict[str, Any] | None:
        """What the child answers, None when it ended instead."""
        if self._child is None:
            command = [sys.executable, "-P", "-m", __spec__.name, str(self._max_seconds)]
            self._child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)  # noqa: S603
        assert self._child.stdin  # noqa: S101
        assert self._child.stdout  # noqa: S101
        try:
            self._child.stdin.write(json.dumps({"suffix": suffix, "size": len(data)}).encode() + b"\n" + data)
            self._child.stdin.flush()
        except BrokenPipeError:
            return None
        line = self._child.stdout.readline()
        return json.loads(line) if line.endswith(b"\n") else None

    def _overrun(self, format_name: str) -> DocumentError:
        if self._end() == -signal.SIGPROF:
            return DocumentError(
                f"{format_name} that takes more than {self._max_seconds:g} s to read", "split the file, or raise max_document_seconds"
            )
        return DocumentError(f"{format_name} that ends the process which reads it", "repair or export it again, or leave the file out")

    def _end(self) -> int | None:
        """End the child; its exit status, negative for the signal that ended it before."""
        child, self._child = self._child, None
        if child is None:
            return None
        for stream in (child.stdin, child.stdout):
            try:
                if stream:
                    stream.close()
            except BrokenPipeError:
                pass
        return child.wait()


def serve(requests: BinaryIO, answers: BinaryIO, max_seconds: float) -> None:
    """Answer requests until there are no more."""
    while line := requests.readline():
        request = json.loads(line)
        data = requests.read(request["size"])
        signal.setitimer(signal.ITIMER_PROF, max_seconds)
        answer = _answer(request["suffix"], data)
        signal.setitimer(signal.ITIMER_PROF, 0)
        answers.write(json.dumps(answer).encode() + b"\n")
        answers.flush()


def _answer(suffix: str, data: bytes) -> dict[str, str | None]:
    try:
        name, found = extract(suffix, data)
    except DocumentError as error:
        return {"problem": error.problem, "remedy": error.remedy}
    return {"format": name, "text": found.text, "title": found.title}


def main() -> None:
    """Serve on standard input and output; what a parser prints goes nowhere."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's, whose end closes the input
    serve(sys.stdin.buffer, answers, float(sys.argv[1]))


if __name__ == "__main__":
    main()
