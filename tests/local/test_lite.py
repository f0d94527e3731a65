"""Whether Supabase Lite answers is asked of whatever listens on its port."""

from __future__ import annotations

import socketserver
import threading

from local import lite
from local.lite import Keys


class Echo(socketserver.BaseRequestHandler):
    """What a client hears whom the system connected to its own port."""

    def handle(self) -> None:
        self.request.sendall(self.request.recv(4096))


def test_a_port_that_answers_with_the_question_is_not_lite_yet() -> None:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Echo) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        assert not lite._answers(server.server_address[1], Keys("publishable", "secret", "jwt"))
        server.shutdown()
