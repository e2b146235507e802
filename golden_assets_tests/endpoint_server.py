"""A loopback server that speaks OpenAI's chat and embeddings API: counts tokens, delays, and fails as it is told.

In tests, import the fixture ``endpoint_server``; by hand or for benchmarks, ``python -m golden_assets_tests.endpoint_server --port 0
--latency 0.5`` prints its address. ``GET /stats`` tells what it counted, ``POST /faults`` takes the fields of a `Fault`.
"""

import argparse
import json
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from golden_assets_tests.endpoint_answers import answer, count_tokens, embed
from golden_assets_tests.endpoint_faults import (
    CHAT,
    CONTENTS,
    EMBEDDINGS,
    FOREVER,
    VECTORS,
    Fault,
    Json,
    Reply,
    error_reply,
    failed_reply,
    json_reply,
)

__all__ = ["CHAT", "EMBEDDINGS", "FOREVER", "KEY", "EndpointServer", "Fault", "endpoint_server", "serving"]

KEY = "test-key-of-the-loopback-endpoint"


@dataclass
class Stats:
    """What one path has seen. Tokens are those of answers that came from the model, whether or not they could be used."""

    calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    in_flight: int = 0
    max_concurrency: int = 0
    throttled: int = 0


class EndpointServer(ThreadingHTTPServer):
    """The server; listens once it is made. ``crashes`` are its own mistakes, which a test must not overlook.

    Of more than ``bearable`` requests at a time on one path, the last are refused at once with 429, and ``retry_after`` if it is set.
    """

    daemon_threads = True
    request_queue_size = 256

    def __init__(self, *, port: int = 0, key: str = KEY, latency: float = 0.0) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.key = key
        self.latency = latency
        self.bearable: int | None = None
        self.retry_after: str | None = None
        self.faults: list[Fault] = []
        self.requests: list[tuple[str, Json]] = []
        self.stats = {CHAT: Stats(), EMBEDDINGS: Stats()}
        self.crashes: list[BaseException] = []
        self.stopping = threading.Event()
        self._lock = threading.Lock()

    @property
    def url(self) -> str:
        """What goes into OPENAI_BASE_URL."""
        return f"http://127.0.0.1:{self.server_port}/v1"

    def script(self, *faults: Fault) -> None:
        """Faults for the requests to come; of several that fit, the first strikes."""
        with self._lock:
            self.faults.extend(faults)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is no mistake of ours; everything else is kept."""
        error = sys.exc_info()[1]
        if error and not isinstance(error, ConnectionError):
            self.crashes.append(error)

    def enter(self, path: str, body: Json) -> Fault | None:
        """Count a request in, and say what is to go wrong with it."""
        with self._lock:
            stats = self.stats[path]
            stats.calls += 1
            stats.in_flight += 1
            stats.max_concurrency = max(stats.max_concurrency, stats.in_flight)
            self.requests.append((path, body))
            if self.bearable is not None and stats.in_flight > self.bearable:
                stats.throttled += 1
                return Fault("status", status=429, retry_after=self.retry_after)
            return next((fault for fault in self.faults if fault.strikes(path, body)), None)

    def leave(self, path: str, usage: Json) -> None:
        """Count a request out, with the tokens it took."""
        with self._lock:
            stats = self.stats[path]
            stats.in_flight -= 1
            stats.prompt_tokens += usage.get("prompt_tokens", 0)
            stats.completion_tokens += usage.get("completion_tokens", 0)


class _Handler(BaseHTTPRequestHandler):
    server: EndpointServer
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing on stderr."""

    def do_GET(self) -> None:
        """``/stats``."""
        found = self.path == "/stats"
        self._send(
            json_reply(200, {path: asdict(stats) for path, stats in self.server.stats.items()}) if found else error_reply(404, "not found")
        )

    def do_POST(self) -> None:
        """The two APIs, and ``/faults``."""
        length = int(self.headers.get("Content-Length", 0))
        content = self.rfile.read(length)
        if len(content) < length:  # the client was killed while it sent
            self.close_connection = True
            return
        body = json.loads(content)
        if self.path == "/faults":
            self.server.script(Fault(**body))
            self._send(json_reply(200, {}))
        elif self.path not in self.server.stats:
            self._send(error_reply(404, f"no such path: {self.path}"))
        else:
            self._serve(body)

    def _serve(self, body: Json) -> None:
        usage: Json = {}
        fault = self.server.enter(self.path, body)
        try:
            reply, usage = self._answer(body, fault)
        finally:
            self.server.leave(self.path, usage)
        if reply is None:
            self.close_connection = True
        else:
            self._send(reply)

    def _answer(self, body: Json, fault: Fault | None) -> tuple[Reply | None, Json]:
        """The reply, None for none at all, and the tokens it took."""
        if fault and fault.kind == "hang":
            self.server.stopping.wait(fault.seconds)
            return None, {}
        if not (fault and fault.status == 429):
            self.server.stopping.wait(self.server.latency)
        if fault and fault.kind == "disconnect":
            return None, {}
        failed = failed_reply(fault) if fault else None
        if self.headers.get("Authorization") != f"Bearer {self.server.key}":
            failed = error_reply(401, "Incorrect API key provided", code="invalid_api_key")
        if failed:
            return failed, {}
        response = _chat(body, fault) if self.path == CHAT else _embeddings(body, fault)
        usage = response["usage"]
        if fault and fault.kind == "missing_usage":
            del response["usage"]
        return json_reply(200, response, is_cut=bool(fault and fault.kind == "cut")), usage

    def _send(self, reply: Reply) -> None:
        content = reply.body.encode()
        self.close_connection = self.close_connection or reply.is_cut
        self.send_response(reply.status)
        for name, value in {"Content-Type": "application/json", "Content-Length": str(len(content)), **reply.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content[: len(content) // 2] if reply.is_cut else content)


def _chat(body: Json, fault: Fault | None) -> Json:
    prompt = next(message["content"] for message in body["messages"] if message["role"] == "user")
    good = answer(prompt, body.get("response_format"))
    message = {"content": good, "finish_reason": "stop"}
    if fault and fault.kind == "says":
        message["content"] = fault.message
    if fault and fault.kind in CONTENTS:
        message |= CONTENTS[fault.kind](good)
    choices = [{"index": 0, "finish_reason": message.pop("finish_reason"), "message": {"role": "assistant", **message}}]
    prompt_tokens = sum(count_tokens(message["content"]) for message in body["messages"])
    if fault and fault.kind == "no_message":
        choices = [{"index": 0, "finish_reason": "content_filter", "message": None}]
    completion_tokens = count_tokens(str(message["content"] or message.get("refusal") or ""))
    return {
        "id": "chatcmpl-loopback",
        "object": "chat.completion",
        "created": int(time.time()),
        "model": body["model"],
        "choices": [] if fault and fault.kind == "no_choices" else choices,
        "usage": {
            "prompt_tokens": prompt_tokens,
            "completion_tokens": completion_tokens,
            "total_tokens": prompt_tokens + completion_tokens,
        },
    }


def _embeddings(body: Json, fault: Fault | None) -> Json:
    texts = [body["input"]] if isinstance(body["input"], str) else body["input"]
    data = [{"object": "embedding", "index": index, "embedding": embed(text)} for index, text in enumerate(texts)]
    tokens = sum(map(count_tokens, texts))
    data.reverse()  # an index says where an embedding belongs; the order need not
    if fault and fault.kind in VECTORS:
        data = VECTORS[fault.kind](data)
    return {"object": "list", "model": body["model"], "data": data, "usage": {"prompt_tokens": tokens, "total_tokens": tokens}}


@contextmanager
def serving(*, port: int = 0, key: str = KEY, latency: float = 0.0) -> Iterator[EndpointServer]:
    """A running server; port 0 takes a free one. Requests that still hang are let go at the end."""
    server = EndpointServer(port=port, key=key, latency=latency)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.stopping.set()
        server.shutdown()
        thread.join()
        server.server_close()
    assert not server.crashes, server.crashes


@pytest.fixture
def endpoint_server() -> Iterator[EndpointServer]:
    """A server of one test, without latency."""
    with serving() as server:
        yield server


def main() -> None:
    """Serve until SIGINT or SIGTERM."""
    parser = argparse.ArgumentParser(description="A loopback server that speaks OpenAI's chat and embeddings API.")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--key", default=KEY)
    parser.add_argument("--latency", type=float, default=0.0, help="seconds before each answer")
    arguments = parser.parse_args()
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    with serving(port=arguments.port, key=arguments.key, latency=arguments.latency) as server:
        print(server.url, flush=True)
        stop.wait()


if __name__ == "__main__":
    main()
