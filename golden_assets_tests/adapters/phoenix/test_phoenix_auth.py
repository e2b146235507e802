"""A real Phoenix with authentication, plain and behind TLS with certificates of a house's own."""

import ssl
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import trustme
from pydantic import SecretStr

from golden_assets.adapters.phoenix import PhoenixDatasetPublisher
from golden_assets.adapters.tracing import begin, end, span
from golden_assets.domain.core.errors import ConfigurationError, PublishingError
from golden_assets.settings.settings import Settings
from golden_assets_tests.adapters.phoenix.conftest import Guarded
from golden_assets_tests.adapters.phoenix.loopback import forward, serving
from golden_assets_tests.adapters.phoenix.versions import a_version, rows


@pytest.fixture
def ca_file(tmp_path: Path) -> tuple[trustme.CA, Path]:
    authority, path = trustme.CA(), tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(path))
    return authority, path


@pytest.fixture
def secure_url(guarded_phoenix: Guarded, ca_file: tuple[trustme.CA, Path]) -> Iterator[str]:
    """https in front of the guarded Phoenix, with a certificate that nobody else trusts."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ca_file[0].issue_cert("127.0.0.1").configure_cert(context)
    with serving(lambda request: forward(request, guarded_phoenix.url), tls=context) as proxy:
        yield proxy.url


async def test_the_key_opens_a_guarded_phoenix(guarded_phoenix: Guarded, name: str) -> None:
    version, publisher = a_version(name, rows("a?", "b?")), PhoenixDatasetPublisher(guarded_phoenix.url, SecretStr(guarded_phoenix.key))
    assert (await publisher.publish(version)).example_count == 2
    assert (await publisher.inspect(version)).faults == []


@pytest.mark.parametrize(
    ("key", "told"), [(None, r"asks for an API key \(HTTP 401.*set PHOENIX_API_KEY"), (SecretStr("wrong-7c1f"), "refuses the API key")]
)
async def test_without_the_right_key_a_guarded_phoenix_refuses(
    guarded_phoenix: Guarded, name: str, key: SecretStr | None, told: str
) -> None:
    with pytest.raises(PublishingError, match=told) as refused:
        await PhoenixDatasetPublisher(guarded_phoenix.url, key).publish(a_version(name, rows("a?")))
    assert "wrong-7c1f" not in str(refused.value)


async def test_the_certificates_of_the_settings_are_trusted(
    guarded_phoenix: Guarded, secure_url: str, ca_file: tuple[trustme.CA, Path], name: str
) -> None:
    settings = Settings(phoenix_endpoint=secure_url, phoenix_api_key=SecretStr(guarded_phoenix.key), phoenix_ca_file=ca_file[1])
    published = await PhoenixDatasetPublisher.of(settings, secure_url).publish(a_version(name, rows("a?")))
    assert published.url.startswith("https://127.0.0.1:")


async def test_a_certificate_that_nobody_vouches_for_is_refused_with_the_remedy(
    guarded_phoenix: Guarded, secure_url: str, name: str
) -> None:
    publisher = PhoenixDatasetPublisher(secure_url, SecretStr(guarded_phoenix.key), attempts=1)
    with pytest.raises(PublishingError, match=r"certificate .* GOLDEN_ASSETS_PHOENIX_CA_FILE"):
        await publisher.publish(a_version(name, rows("a?")))


async def test_a_file_without_certificates_is_named(tmp_path: Path, name: str) -> None:
    (tmp_path / "ca.pem").write_text("no certificate")
    with pytest.raises(ConfigurationError, match=r"certificates in .*ca\.pem cannot be read"):
        await PhoenixDatasetPublisher("https://127.0.0.1:1", ca_file=tmp_path / "ca.pem").publish(a_version(name, rows("a?")))


def test_traces_go_through_key_and_certificates_too(
    guarded_phoenix: Guarded, secure_url: str, ca_file: tuple[trustme.CA, Path], name: str
) -> None:
    settings = Settings(tracing=True, trace_project=name, phoenix_api_key=SecretStr(guarded_phoenix.key), phoenix_ca_file=ca_file[1])
    with httpx.Client(base_url=guarded_phoenix.url, headers={"authorization": f"Bearer {guarded_phoenix.key}"}, trust_env=False) as http:
        found: list[Any] = []
        deadline = time.monotonic() + 30
        while not found and time.monotonic() < deadline:
            begin(settings, secure_url)
            with span("guarded"):
                pass
            end()  # waits a moment only: on a busy machine a span may be lost
            time.sleep(1)
            answer = http.get(f"/v1/projects/{name}/spans")
            found = answer.json()["data"] if answer.is_success else []
    assert {made["name"] for made in found} == {"guarded"}
