"""Clients of the intake that send a batch again until it is acknowledged, and remember what was."""

from __future__ import annotations

import base64
import http.client
import json
import threading
from random import Random


class Sender(threading.Thread):
    def __init__(self, name: str, port: int, write_key: str) -> None:
        super().__init__(name=name, daemon=True)
        self.port, self.random = port, Random(name)
        self.retries, self.acknowledged, self.stopping = 0, set[str](), threading.Event()
        self.headers = {"Authorization": "Basic " + base64.b64encode(f"{write_key}:".encode()).decode()}

    def run(self) -> None:
        number = 0
        while not self.stopping.is_set():
            ids = [f"{self.name}-{number}-{place}" for place in range(10)]
            body = json.dumps({"batch": [self._event(id) for id in ids]})
            while not self._is_taken(body):
                self.retries += 1
                self.stopping.wait(0.1)
            self.acknowledged.update(ids)
            number += 1
            self.stopping.wait(0.05)

    def _event(self, id: str) -> dict[str, object]:
        who = {"userId": f"visitor-{self.random.randrange(50)}", "anonymousId": f"device-{self.random.randrange(80)}"}
        return {"type": "track", "event": "Counted", "messageId": id, "properties": {"id": id}} | who

    def _is_taken(self, body: str) -> bool:
        try:
            client = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
            client.request("POST", "/v1/batch", body, self.headers)
            answer = client.getresponse()
            answer.read()
            return answer.status == 200
        except (OSError, http.client.HTTPException):
            return False
