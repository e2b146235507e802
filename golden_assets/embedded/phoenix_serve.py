"""A script for the interpreter of Phoenix's own environment: ``phoenix serve`` as a daemon that listens on the loopback interface only.

Phoenix binds its HTTP port to ``PHOENIX_HOST``, but its gRPC port to all interfaces whatever the settings; so the address is replaced
where it is bound. Prints the daemon's pid; whatever the daemon says goes to stderr. Nothing of our package is imported here.
"""

import gc
import os
import signal
import sys
from typing import Any


def detach() -> None:
    """Leave the starter: continue in a child with its own session, which needs no waiting for, and print its pid in the parent."""
    sys.stdout.flush()
    if child := os.fork():
        print(child, flush=True)
        os._exit(0)
    os.setsid()
    os.dup2(2, 1)  # the starter reads stdout to its end
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job would ignore it for ever


def close_grpc_to_others() -> None:
    """Make every gRPC server of this process bind to 127.0.0.1, on the port that it asks for."""
    import grpc.aio  # type: ignore[import-untyped]

    make_server = grpc.aio.server

    def _loopback_server(*args: Any, **kwargs: Any) -> Any:
        server = make_server(*args, **kwargs)
        bind = server.add_insecure_port
        server.add_insecure_port = lambda address: bind(f"127.0.0.1:{address.rpartition(':')[2]}")
        return server

    grpc.aio.server = _loopback_server


def serve() -> None:
    """Import Phoenix and run it until SIGINT or SIGTERM."""
    gc.disable()  # its 6,500 modules make no garbage; without collections they load about a tenth faster
    from phoenix.server.main import main

    gc.freeze()
    gc.enable()
    close_grpc_to_others()
    sys.argv = ["phoenix", "serve"]
    main()


if __name__ == "__main__":
    detach()
    serve()
