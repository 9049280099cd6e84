"""Under which addresses this machine is reached."""

import socket

ANY_HOST = ("0.0.0.0", "::")  # noqa: S104 (compared with, not bound to)


def lan_address() -> str | None:
    """The address of the network card that leads outside, or None without a network. Nothing is sent."""
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.connect(("192.0.2.1", 9))
            return str(probe.getsockname()[0])
    except OSError:
        return None


def page_addresses(host: str, port: int) -> list[str]:
    """What people type into a browser for a server that listens on `host`."""
    if host not in ANY_HOST:
        return [f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"]
    outside = lan_address()
    return [f"http://{name}:{port}/" for name in ("127.0.0.1", outside) if name]


def is_listening(host: str, port: int) -> bool:
    """Whether somebody answers on the port."""
    try:
        with socket.create_connection(("localhost" if host in ANY_HOST else host, port), timeout=1):
            return True
    except OSError:
        return False
