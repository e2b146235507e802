"""The settings that the page on language models gives for each server lead to the requests which that server takes."""

import json
import re
from pathlib import Path
from typing import NamedTuple

import pytest
from pydantic import BaseModel

from golden_assets.adapters.models.providers import open_chat_model, open_embedder
from golden_assets.domain.core.errors import ConfigurationError
from golden_assets.settings.settings import load_settings
from golden_assets_tests.adapters.phoenix.loopback import Answer, Loopback, Request, serving

PAGE = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "models.md"
KEY = "key-of-the-page"
CHAT_FIELDS = {"model", "messages", "response_format", "seed", "stop", "temperature", "top_p", "max_tokens"}
"""What Ollama takes of a chat request, the pickiest of the servers on the page."""
EMBEDDING_FIELDS = {"model", "input", "encoding_format", "dimensions"}
PATHS = {
    "OpenAI": "/v1",
    "Azure OpenAI (v1 API)": "/openai/v1",
    "vLLM": "/v1",
    "Ollama": "/v1",
}
"""Where each server has its two APIs."""


class Said(BaseModel):
    """What the model is to answer."""

    word: str


class Row(NamedTuple):
    """A line of the page's table."""

    server: str
    base_url: str | None
    model: str
    embedding_model: str


def rows() -> list[Row]:
    """The table of the page, without its marks."""
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in PAGE.read_text(encoding="utf-8").splitlines()]
    table = [line for line in cells if len(line) == 5 and not set(line[0]) <= set("-") and line[0] != "endpoint"]
    return [Row(line[0], url(line[1]), line[3].strip("`"), line[4].strip("`")) for line in table]


def url(cell: str) -> str | None:
    return cell.strip("`") if "://" in cell else None


def respond(request: Request) -> Answer:
    if request.path.endswith("/chat/completions"):
        message = {"role": "assistant", "content": json.dumps({"word": "yes"})}
        choices = [{"index": 0, "finish_reason": "stop", "message": message}]
        usage = {"prompt_tokens": 5, "completion_tokens": 2, "total_tokens": 7}
        return Answer(body=json.dumps({"id": "1", "object": "chat.completion", "choices": choices, "usage": usage}).encode())
    data = [{"index": 0, "object": "embedding", "embedding": [3.0, 4.0]}]
    return Answer(body=json.dumps({"data": data, "object": "list", "usage": {"prompt_tokens": 1, "total_tokens": 1}}).encode())


@pytest.fixture
def configure(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """Set what the page says for a server, with a server on loopback in the place of its host."""
    monkeypatch.chdir(tmp_path)

    def set_up(row: Row, loopback: Loopback) -> None:
        base_url = re.sub(r"^https?://[^/]+", loopback.url, row.base_url or "https://api.openai.com/v1")
        monkeypatch.setenv("OPENAI_API_KEY", KEY)
        monkeypatch.setenv("OPENAI_BASE_URL", base_url)
        monkeypatch.setenv("GOLDEN_ASSETS_MODEL", row.model)
        monkeypatch.setenv("GOLDEN_ASSETS_EMBEDDING_MODEL", row.embedding_model)
        for kind in ("INPUT", "OUTPUT", "EMBEDDING"):
            monkeypatch.setenv(f"GOLDEN_ASSETS_{kind}_PRICE", "0")

    return set_up


def test_the_page_has_a_line_for_every_server_that_is_tried_here() -> None:
    assert [row.server for row in rows()] == list(PATHS)


@pytest.mark.parametrize("row", rows(), ids=lambda row: row.server)
async def test_a_server_gets_the_path_the_key_and_the_fields_that_it_takes(row: Row, configure) -> None:
    with serving(respond) as loopback:
        configure(row, loopback)
        settings = load_settings()
        assert (await open_chat_model(settings).complete("Say yes.", Said, purpose="test")).word == "yes"
        assert await open_embedder(settings).embed(["yes"]) == [pytest.approx([0.6, 0.8])]
    chat, embedding = loopback.requests
    prefix = PATHS[row.server]
    assert (chat.method, chat.path, embedding.path) == ("POST", f"{prefix}/chat/completions", f"{prefix}/embeddings")
    assert {request.headers["authorization"] for request in loopback.requests} == {f"Bearer {KEY}"}
    assert (chat.json["model"], embedding.json["model"]) == (row.model, row.embedding_model)
    assert set(chat.json) <= CHAT_FIELDS
    assert set(embedding.json) <= EMBEDDING_FIELDS
    assert (embedding.json["input"], embedding.json["encoding_format"]) == (["yes"], "float")


@pytest.mark.parametrize("row", rows()[1:], ids=lambda row: row.server)
def test_a_model_without_a_price_is_refused_before_anything_is_sent(row: Row, configure, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(respond) as loopback:
        configure(row, loopback)
        for kind in ("INPUT", "OUTPUT"):
            monkeypatch.delenv(f"GOLDEN_ASSETS_{kind}_PRICE")
        with pytest.raises(ConfigurationError, match="price"):
            open_chat_model(load_settings())
    assert loopback.requests == []


async def test_an_address_of_azure_with_a_dated_api_version_is_refused_by_name(configure) -> None:
    with serving(respond) as loopback:
        dated = Row("", "https://RESOURCE.openai.azure.com/openai/deployments/NAME?api-version=2024-10-21", "gpt-4.1-mini", "NAME")
        configure(dated, loopback)
        with pytest.raises(ConfigurationError, match=r"openai/v1"):
            await open_chat_model(load_settings()).complete("Say yes.", Said, purpose="test")
    assert loopback.requests == []
