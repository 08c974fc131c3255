"""Certificates are verified, unless the block of a source says that those of its own hosts need not be."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.crawls import Crawler, city, pilot, rows
from tests.sites import Reply, serve


@pytest.fixture
def self_signed(tmp_path: Path) -> ssl.SSLContext:
    """A server's side of TLS with a certificate that expired, and that nobody vouches for."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "city.example")])
    addresses = [x509.IPAddress(ip_address(f"127.0.0.{n}")) for n in (1, 3)]
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=9))
        .not_valid_after(now - timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(addresses), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem, none = serialization.Encoding.PEM, serialization.NoEncryption()
    file = tmp_path / "server.pem"
    file.write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, none) + certificate.public_bytes(pem)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


def test_certificates_are_verified_unless_a_source_says_otherwise(
    tmp_path: Path, self_signed: ssl.SSLContext
) -> None:
    with serve(tls=self_signed) as site, serve("127.0.0.3", tls=self_signed) as other:
        for host in (site, other):
            host.pages["/"] = Reply(
                rows(
                    "/a.html 苏州市启动数字人民币试点 2024-03-09",
                    f"{other.url('/b.html')} 另一条通知 2024-03-09",
                )
            )
            host.pages["/a.html"] = host.pages["/b.html"] = pilot()
        trusting = city(site, id="trusting", verify_tls=False)
        runs = Crawler(tmp_path / "tls.db").crawl(trusting, city(other, id="strict")).runs
        assert "certificate" in runs["strict"]["problem"] and other.requests == []
        # Its own host is taken as it is, another one it links to is not.
        assert runs["trusting"]["problem"] is None
        assert (runs["trusting"]["new"], runs["trusting"]["failed"]) == (2, 1)
        assert sorted(site.paths()) == ["/", "/a.html"]
