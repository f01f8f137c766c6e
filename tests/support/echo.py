"""The smallest application for the web server and the proxy of the portal: it answers what it was asked."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    if "HTTP_X_FAIL" in environ:
        raise RuntimeError(f"Could not answer {environ['RAW_URI']}")
    received = len(environ["wsgi.input"].read())
    asked = {name: value for name, value in environ.items() if name.startswith("HTTP_")}
    body = json.dumps({"path": environ["PATH_INFO"], "received": received, **asked}).encode()
    headers = [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
    start_response(environ.get("HTTP_X_ANSWER", "200 OK"), headers)
    return [body]
