"""The test server itself: what the other tests rely on."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
import urllib.request
from typing import Any

import httpx
import pytest

from golden_assets_tests.endpoint_answers import answer, count_tokens, embed, sentences
from golden_assets_tests.endpoint_server import CHAT, EMBEDDINGS, KEY, EndpointServer, Fault, serving

TEXT = (
    "# Pump\nThe Aquila pump starts when the tank holds less than ten litres. It stops at 99.5 litres.\n\n"
    "# Alarm\nAn alarm rings in the control room when Marta Sandberg opens the valve by hand. Nobody else may open the valve."
)
PERSONA = {"name": "Technician", "role_description": "Repairs pumps."}


def post(server: EndpointServer, path: str, body: dict[str, Any], key: str = KEY) -> httpx.Response:
    return httpx.post(f"http://127.0.0.1:{server.server_port}{path}", json=body, headers={"Authorization": f"Bearer {key}"}, timeout=30)


def asked(name: str, **question: Any) -> dict[str, Any]:
    """The answer to a prompt as RAGAS words it, with an example that must not be mistaken for the question."""
    prompt = f'Do it.\nInput: {{"text": "example"}}\nOutput: {{"x": 1}}\n---\ninput: {json.dumps(question, indent=4)}\nOutput: '
    value: dict[str, Any] = json.loads(answer(prompt, {"type": "json_schema", "json_schema": {"name": name, "schema": {}}}))
    return value


def test_headlines_are_lines_of_the_text() -> None:
    assert asked("Headlines", text=TEXT, max_num=5) == {"headlines": ["Pump", "Alarm"]}


def test_a_summary_is_made_of_sentences_of_the_text() -> None:
    assert asked("StringIO", text=TEXT)["text"].startswith("The Aquila pump starts when the tank holds less than ten litres. ")


def test_themes_and_entities_are_phrases_of_the_text_and_no_more_than_asked_for() -> None:
    themes = asked("ThemesAndConcepts", text=TEXT, max_num=4)["output"]
    entities = asked("NEROutput", text=TEXT, max_num=4)["entities"]

    assert len(themes) == len(entities) == 4
    assert all(phrase in TEXT for phrase in [*themes, *entities])
    assert "Marta Sandberg" in entities


def test_a_long_passage_has_potential_and_a_scrap_has_none() -> None:
    assert asked("QuestionPotentialOutput", node_content=TEXT, document_summary="", rubrics={}) == {"score": 4}
    assert asked("QuestionPotentialOutput", node_content="# Pump", document_summary="", rubrics={}) == {"score": 1}


def test_a_persona_comes_from_the_summary() -> None:
    persona = asked("Persona", text=TEXT)

    assert persona.keys() == {"name", "role_description"}
    assert persona != asked("Persona", text="Kites fly higher with longer tails and thinner strings.")


def test_every_persona_is_mapped_under_its_own_name() -> None:
    assert asked("PersonaThemesMapping", themes=["pumps"], personas=[PERSONA]) == {"mapping": {"Technician": ["pumps"]}}


def test_combinations_join_concepts_of_different_lists() -> None:
    combinations = asked("ConceptCombinations", lists_of_concepts=[["a", "b", "c"], ["d", "e"]], max_combinations=5)["combinations"]

    assert combinations == [["a", "d"], ["b", "e"]]


def test_a_single_hop_answer_is_a_sentence_of_the_context_about_the_term() -> None:
    row = asked("GeneratedQueryAnswer", persona=PERSONA, term="valve", query_style="", query_length="", context=TEXT)

    assert row["answer"] == "An alarm rings in the control room when Marta Sandberg opens the valve by hand."
    assert "valve" in row["query"]
    assert row["query"].endswith("?")


def test_a_multi_hop_answer_takes_a_sentence_of_each_context() -> None:
    contexts = ["<1-hop>\n\nThe pump starts at ten litres sharp.", "<2-hop>\n\nThe alarm rings in the control room."]

    row = asked("GeneratedQueryAnswer", persona=PERSONA, themes=["pump", "alarm"], query_style="", query_length="", context=contexts)

    assert row["answer"] == "The pump starts at ten litres sharp. The alarm rings in the control room."
    assert "pump and alarm" in row["query"]


def test_questions_differ_by_context_and_by_term() -> None:
    contexts = [f"The {colour} lamp glows when the {colour} switch is pressed twice." for colour in ("crimson", "yellow", "violet")]

    queries = {asked("GeneratedQueryAnswer", term=term, context=context)["query"] for context in contexts for term in ("switch", "lamp")}

    assert len(queries) == 6


def test_an_unknown_schema_is_filled_from_its_types() -> None:
    schema = {
        "$defs": {"Part": {"type": "object", "properties": {"kind": {"enum": ["a", "b"]}, "share": {"type": "number", "minimum": 0.5}}}},
        "type": "object",
        "properties": {
            "parts": {"type": "array", "items": {"$ref": "#/$defs/Part"}},
            "note": {"anyOf": [{"type": "string"}, {"type": "null"}]},
        },
    }

    filled = json.loads(answer(TEXT, {"type": "json_schema", "json_schema": {"name": "Other", "schema": schema}}))

    assert filled == {"parts": [{"kind": "a", "share": 0.5}], "note": sentences(TEXT)[0]}


def test_sentences_are_verbatim_and_numbers_do_not_end_them() -> None:
    found = sentences(TEXT + " It holds 99.5 litres at most times.")

    assert all(sentence in TEXT + " It holds 99.5 litres at most times." for sentence in found)
    assert found[-1] == "It holds 99.5 litres at most times."


def test_embeddings_of_like_texts_are_alike() -> None:
    pump, same, kite = embed("the pump starts at noon"), embed("At noon the pump starts"), embed("kites need wind")

    def cosine(one: list[float], other: list[float]) -> float:
        return sum(a * b for a, b in zip(one, other, strict=True))

    assert cosine(pump, same) == pytest.approx(1.0)
    assert cosine(pump, kite) < 0.3
    assert cosine(embed(""), embed("")) == pytest.approx(1.0)


def test_tokens_are_words_and_punctuation_marks() -> None:
    assert count_tokens("It's 9.5 litres, at most!") == 11


def test_stats_and_faults_can_be_had_over_http(endpoint_server: EndpointServer) -> None:
    fault = {"kind": "status", "status": 429, "retry_after": "2", "path": EMBEDDINGS, "times": 1, "containing": "unlucky"}
    assert post(endpoint_server, "/faults", fault).status_code == 200

    good = post(endpoint_server, EMBEDDINGS, {"model": "m", "input": ["lucky text", "two"]})
    bad = post(endpoint_server, EMBEDDINGS, {"model": "m", "input": "unlucky"})
    again = post(endpoint_server, EMBEDDINGS, {"model": "m", "input": "unlucky"})

    assert [response.status_code for response in (good, bad, again)] == [200, 429, 200]
    assert bad.headers["retry-after"] == "2"
    with urllib.request.urlopen(f"http://127.0.0.1:{endpoint_server.server_port}/stats") as response:
        stats = json.load(response)
    counted = {"calls": 3, "prompt_tokens": 4, "completion_tokens": 0, "in_flight": 0, "max_concurrency": 1, "throttled": 0}
    assert stats[EMBEDDINGS] == counted
    assert stats[CHAT]["calls"] == 0


def test_a_wrong_key_is_refused_and_an_unknown_path_is_not_found(endpoint_server: EndpointServer) -> None:
    assert post(endpoint_server, EMBEDDINGS, {"model": "m", "input": "x"}, key="wrong").status_code == 401
    assert post(endpoint_server, "/v1/completions", {}).status_code == 404
    assert httpx.get(f"http://127.0.0.1:{endpoint_server.server_port}/").status_code == 404


def test_an_unknown_fault_is_a_mistake_of_the_test() -> None:
    with pytest.raises(ValueError, match="unknown fault 'earthquake'"):
        Fault("earthquake")


def test_it_runs_by_itself_and_stops_quietly() -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COV_")}
    command = [sys.executable, "-W", "error", "-m", "golden_assets_tests.endpoint_server", "--latency", "0.01", "--key", "k"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment) as process:
        stopper = threading.Timer(60, process.kill)
        stopper.start()
        try:
            url = process.stdout.readline().strip() if process.stdout else ""
            assert re.fullmatch(r"http://127\.0\.0\.1:\d+/v1", url)
            body = {"model": "m", "input": "x"}
            assert httpx.post(f"{url}/embeddings", json=body, headers={"Authorization": "Bearer k"}).status_code == 200
            process.send_signal(signal.SIGTERM)
            output, errors = process.communicate(timeout=30)
        finally:
            stopper.cancel()
    assert (process.returncode, output, errors) == (0, "", "")


def test_a_hanging_request_does_not_keep_the_server_from_stopping() -> None:
    with serving() as server:
        server.script(Fault("hang", path=EMBEDDINGS))
        with pytest.raises(httpx.ReadTimeout):
            httpx.post(
                f"{server.url}/embeddings", json={"model": "m", "input": "x"}, headers={"Authorization": f"Bearer {KEY}"}, timeout=0.2
            )

    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{server.url}/stats")
