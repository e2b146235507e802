"""What RAGAS's prompts say, as they reach an endpoint: nothing twice, and nothing that a model could copy into a row."""

import json

import pytest
from pydantic import SecretStr

from golden_assets.adapters.models.endpoint.client import Endpoint
from golden_assets.adapters.models.endpoint.model import EndpointModel
from golden_assets.adapters.models.pricing import ModelPrices
from golden_assets.adapters.ragas.client.lazy_import import example_rows, load_ragas
from golden_assets.domain.core.hashing import sha256_text
from golden_assets.domain.corpus.chunking import Chunk
from golden_assets_tests.endpoint_server import CHAT, KEY, EndpointServer, Fault, endpoint_server

__all__ = ["endpoint_server"]

TEXT = "The pump of the Zeta plant starts when the tank holds less than ten litres."
PERSONA = {"name": "Newcomer", "role_description": "Meets the subject for the first time."}


@pytest.mark.parametrize("formats", [(), ("json_schema",), ("json_schema", "json_object")], ids=["schema", "object", "plain"])
async def test_a_prompt_holds_the_schema_once_at_most_and_a_row_is_written_without_examples(
    formats: tuple[str, ...], endpoint_server: EndpointServer
) -> None:
    if formats:
        endpoint_server.script(Fault("response_format", formats=formats, times=2))
    endpoint = Endpoint(api_key=SecretStr(KEY), base_url=endpoint_server.url, first_wait=0.01)
    client = await load_ragas(EndpointModel(endpoint, model="m", prices=ModelPrices(input=0, output=0)), 1, "english")
    chunk = Chunk(document_id="a.md", document_hash=sha256_text(TEXT), chunk_hash=sha256_text(TEXT), start=0, end=len(TEXT), text=TEXT)

    await client.entities(chunk)
    await client.write("single_hop_specific", [chunk], ["pump"], PERSONA, "MEDIUM")
    await client.write("multi_hop_specific", [chunk, chunk], ["pump", "tank"], PERSONA, "MEDIUM")

    for path, body in endpoint_server.requests:
        (message,) = body["messages"]
        conveyed = message["content"] + json.dumps(body.get("response_format"))
        assert path == CHAT
        assert conveyed.count('"properties"') == 1
        if '"persona"' in message["content"]:
            assert not [question for question, _ in example_rows() if question in message["content"]]
            assert "never say 'this'" in message["content"]
