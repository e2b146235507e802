"""Real HTTP servers on loopback that stand between us and Phoenix, or in its place, and do what networks do."""

import json
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx


@dataclass
class Answer:
    """What a server says; ``cut`` closes the connection in the middle of the body."""

    status: int = 200
    body: bytes = b"{}"
    content_type: str = "application/json"
    cut: bool = False


@dataclass
class Request:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def is_upload(self) -> bool:
        return self.path.startswith("/v1/datasets/upload")

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Loopback:
    url: str
    requests: list[Request] = field(default_factory=list)

    @property
    def uploads(self) -> list[Request]:
        return [request for request in self.requests if request.is_upload]


@contextmanager
def serving(respond: Callable[[Request], Answer | None], port: int = 0, tls: ssl.SSLContext | None = None) -> Iterator[Loopback]:
    """A server that answers by ``respond``; None closes the connection without a word.

    It takes a free port unless one is given; ``tls`` makes it https.
    """

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _handle(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            request = Request(self.command, self.path, {k.lower(): v for k, v in self.headers.items()}, body)
            loopback.requests.append(request)
            answer = respond(request)
            self.close_connection = True
            if answer is None:
                return
            self.send_response(answer.status)
            self.send_header("content-type", answer.content_type)
            self.send_header("content-length", str(len(answer.body)))
            self.send_header("connection", "close")
            self.end_headers()
            self.wfile.write(answer.body[: len(answer.body) // 2] if answer.cut else answer.body)

        do_GET = do_POST = _handle

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    loopback = Loopback(f"{'https' if tls else 'http'}://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield loopback
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def forward(request: Request, to: str) -> Answer:
    """The real server's answer."""
    headers = {k: v for k, v in request.headers.items() if k in {"accept", "authorization", "content-encoding", "content-type"}}
    answer = httpx.request(request.method, to + request.path, headers=headers, content=request.body, timeout=60, trust_env=False)
    return Answer(answer.status_code, answer.content, answer.headers.get("content-type", ""))
