"""Turns the address of a link or button into the form Telegram keeps, or says why it is refused."""

from __future__ import annotations

import re
from ipaddress import AddressValueError, IPv6Address

_PROTOCOL = re.compile(r"([^:/?#@\[\]]*)://")
_HOST = re.compile(r"(?:[A-Za-z0-9.\-_!$,~*'();&+=\u0080-\U0010ffff]|%[0-9a-fA-F]{2})*")
_USERINFO = re.compile(r"(?:[A-Za-z0-9.\-_!$,~*'();&+=:\u0080-\U0010ffff]|%[0-9a-fA-F]{2})*")
_OWN_SCHEME = re.compile(r"(tg|tonsite|ton):(?://)?", re.IGNORECASE)
_USER = re.compile(r"tg:(?://)?user/?\?([^#]*)", re.IGNORECASE | re.DOTALL)
_UPPER = re.compile("[A-Z]+")


class LinkError(ValueError):
    """The address is refused; the message is Telegram's."""


def checked_link(url: str) -> str:
    """The address as Telegram keeps it; "" if it refuses it."""
    try:
        return check_link(url)
    except LinkError:
        return ""


def check_link(url: str) -> str:
    """The address as Telegram keeps it: scheme, lower-case host, a path. Raises LinkError."""
    scheme = _OWN_SCHEME.match(url)
    if scheme:
        return _own_link(scheme[1].lower(), url[scheme.end() :])
    protocol, userinfo, host, port, path = _parts(url)
    if "." not in host and not host.startswith("["):
        raise LinkError("Wrong HTTP URL")
    return f"{protocol}://{userinfo + '@' if userinfo else ''}{host}{f':{port}' if port else ''}{path}"


def user_of_link(url: str) -> int:
    """The user id of a tg://user?id=… link; 0 if it is none."""
    match = _USER.match(url)
    for parameter in match[1].split("&") if match else ():
        key, _, value = parameter.partition("=")
        if key.lower() == "id":
            number = int(value) if re.fullmatch(r"-?[0-9]{1,18}", value) else 0
            return number if 0 < number < 1 << 40 else 0
    return 0


def _own_link(scheme: str, rest: str) -> str:
    protocol, userinfo, host, port, path = _parts(rest)
    if rest.lower().startswith("http://") or protocol == "https" or userinfo or port or host.startswith("["):
        raise LinkError("Wrong tg URL" if scheme == "tg" else "Wrong ton URL")
    if not re.fullmatch(r"[A-Za-z0-9_\-.]*" if scheme == "tonsite" else r"[A-Za-z0-9_-]*", host):
        raise LinkError("Unallowed characters in URL host")
    return f"{scheme}://{host}{path.removeprefix('/') if path.startswith('/?') else path}"


def _parts(url: str) -> tuple[str, str, str, int, str]:
    """Protocol, user info, host, port (0: none named), path with query and fragment."""
    protocol = "http"
    if named := _PROTOCOL.match(url):
        protocol = _lower(named[1])
        url = url[named.end() :]
    if protocol not in ("http", "https"):
        raise LinkError("Unsupported URL protocol")
    end = next((i for i, character in enumerate(url) if character in "/?#"), len(url))
    authority, path = url[:end], url[end:]
    authority, port = _split_port(authority)
    userinfo, _, host = authority.rpartition("@")
    _check_host(host, userinfo)
    return protocol, userinfo, _lower(host), port, _path(path)


def _split_port(authority: str) -> tuple[str, int]:
    colon = max(authority.rfind(":"), authority.rfind("]"), authority.rfind("@"))
    if colon < 1 or authority[colon] != ":":
        return authority, 0
    digits = authority[colon + 1 :]
    number = int(digits) if re.fullmatch(r"-?[0-9]+", digits) else 0
    if not 0 < number <= 65535:
        raise LinkError("Wrong port number specified in the URL")
    return authority[:colon], number


def _check_host(host: str, userinfo: str) -> None:
    if len(host) > 1 and host[0] == "[" and host[-1] == "]":
        try:
            IPv6Address(host[1:-1])
        except AddressValueError:
            raise LinkError("Wrong IPv6 address specified in the URL") from None
        return
    if not host:
        raise LinkError("URL host is empty")
    if host == ".":
        raise LinkError("Host is invalid")
    for part, name, allowed in ((host, "host", _HOST), (userinfo, "userinfo", _USERINFO)):
        match = allowed.match(part)
        rest = part[match.end() :] if match else part
        if rest:
            wrong = "Wrong percent-encoded symbol in URL" if rest[0] == "%" else "Disallowed character in URL"
            raise LinkError(f"{wrong} {name}")


def _path(path: str) -> str:
    path = path.rstrip(" \t\r\n\0\v") or "/"
    if path[0] != "/":
        path = "/" + path
    return "".join(f"%{ord(character):02X}" if character <= " " else character for character in path)


def _lower(text: str) -> str:
    """Only ASCII letters are lowered, as on the server."""
    return _UPPER.sub(lambda match: match[0].lower(), text)
