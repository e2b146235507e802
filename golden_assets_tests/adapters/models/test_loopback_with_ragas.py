"""RAGAS's own prompts and output classes, sent to the loopback endpoint through the chat model."""

import warnings
from collections.abc import Iterator
from typing import Any

import pytest

from golden_assets.adapters.models.endpoint.client import Endpoint
from golden_assets.adapters.models.endpoint.model import EndpointModel
from golden_assets.adapters.models.pricing import ModelPrices
from golden_assets_tests.endpoint_server import CHAT, FOREVER, EndpointServer, Fault

TEXT = (
    "## Filling\nThe Aquila pump starts when the tank holds less than ten litres of water. It stops again at ninety litres.\n"
    "## Alarms\nAn alarm rings in the control room of the station when somebody opens the valve by hand."
)


@pytest.fixture(scope="module")
def questions() -> Iterator[dict[str, tuple[str, Any]]]:
    """Prompt text and output class by the output's name, for each of the nine output schemas and both kinds of hops."""
    with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings():
        patch.setenv("RAGAS_DO_NOT_TRACK", "true")
        patch.setenv("TQDM_DISABLE", "1")
        warnings.simplefilter("ignore")
        from ragas.prompt import StringIO
        from ragas.testset import persona, transforms
        from ragas.testset.synthesizers import prompts as matching
        from ragas.testset.synthesizers.multi_hop import prompts as multi
        from ragas.testset.synthesizers.single_hop import prompts as single
        from ragas.testset.transforms import filters
        from ragas.testset.transforms.extractors import llm_based as extractors

        assert transforms
        limited = extractors.TextWithExtractionLimit(text=TEXT, max_num=5)
        who = persona.Persona(name="Technician", role_description="Repairs pumps.")
        style = {"persona": who, "query_style": "PERFECT_GRAMMAR", "query_length": "SHORT"}
        asked = [
            (extractors.HeadlinesExtractorPrompt(), limited),
            (extractors.SummaryExtractorPrompt(), StringIO(text=TEXT)),
            (
                filters.QuestionPotentialPrompt(),
                filters.QuestionPotentialInput(document_summary="s", node_content=TEXT, rubrics={"1": "bad"}),
            ),
            (extractors.ThemesAndConceptsExtractorPrompt(), limited),
            (extractors.NERPrompt(), limited),
            (persona.PersonaGenerationPrompt(), StringIO(text=TEXT)),
            (matching.ThemesPersonasMatchingPrompt(), matching.ThemesPersonasInput(themes=["pump"], personas=[who])),
            (multi.ConceptCombinationPrompt(), multi.ConceptsList(lists_of_concepts=[["pump"], ["alarm"]], max_combinations=2)),
            (single.QueryAnswerGenerationPrompt(), single.QueryCondition(term="valve", context=TEXT, **style)),
        ]
        prepared = {prompt.output_model.__name__: (prompt.to_string(data), prompt.output_model) for prompt, data in asked}
        hops = multi.QueryConditions(themes=["pump", "alarm"], context=[f"<1-hop>\n\n{TEXT[:100]}", f"<2-hop>\n\n{TEXT[100:]}"], **style)
        prompt = multi.QueryAnswerGenerationPrompt()
        yield prepared | {"multi hop": (prompt.to_string(hops), prompt.output_model)}


@pytest.mark.parametrize("formats", [(), ("json_schema",), ("json_schema", "json_object")], ids=["json_schema", "json_object", "plain"])
async def test_every_ragas_prompt_gets_a_grounded_answer_in_every_format(
    formats: tuple[str, ...], questions: dict[str, tuple[str, Any]], endpoint: Endpoint, endpoint_server: EndpointServer
) -> None:
    endpoint_server.script(Fault("response_format", times=FOREVER, formats=formats))
    model = EndpointModel(endpoint, model="m", prices=ModelPrices(input=1, output=1))

    answers = {name: (await model.complete(prompt, schema, purpose=name)).model_dump() for name, (prompt, schema) in questions.items()}

    assert answers["Headlines"] == {"headlines": ["Filling", "Alarms"]}
    assert answers["StringIO"]["text"].startswith("The Aquila pump starts")
    assert answers["QuestionPotentialOutput"] == {"score": 4}
    assert all(theme in TEXT for theme in answers["ThemesAndConcepts"]["output"])
    assert "Aquila" in answers["NEROutput"]["entities"]
    assert answers["Persona"]["name"].endswith("Specialist")
    assert answers["PersonaThemesMapping"] == {"mapping": {"Technician": ["pump"]}}
    assert answers["ConceptCombinations"] == {"combinations": [["pump", "alarm"]]}
    assert answers["GeneratedQueryAnswer"]["answer"] in TEXT
    assert "pump" in answers["multi hop"]["query"]
    assert len(questions) == 10
    assert model.usage.calls == endpoint_server.stats[CHAT].calls == 10 + len(formats)
    assert model.usage.prompt_tokens == endpoint_server.stats[CHAT].prompt_tokens
