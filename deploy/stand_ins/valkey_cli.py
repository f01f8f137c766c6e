#!/usr/bin/env python3
"""As much of valkey-cli as the health check of docker-compose.yml asks for: -a PASSWORD … COMMAND."""

import socket
import sys

_program, _option, password, *words = sys.argv
command = next(word for word in words if not word.startswith("-"))
with socket.create_connection(("127.0.0.1", 6379), timeout=2) as server:
    server.sendall(f"AUTH {password}\r\n{command}\r\n".encode())
    answers = b""
    while answers.count(b"\n") < 2:
        answers += server.recv(1000) or sys.exit(1)
print(answers.decode().splitlines()[1].removeprefix("+"))
