"""The examples in the prompts that RAGAS writes rows by: what a model may copy instead of writing."""

import importlib

from golden_assets.adapters.ragas.client.lazy_import import import_toolkit
from golden_assets.domain.quality.leakage import Pair

MODULES = ("ragas.testset.synthesizers.single_hop.prompts", "ragas.testset.synthesizers.multi_hop.prompts")


def example_rows() -> tuple[Pair, ...]:
    """Question and answer of each; imports ragas, which takes 6 s where nothing has done so before."""
    import_toolkit()
    prompts = [importlib.import_module(module).QueryAnswerGenerationPrompt for module in MODULES]
    return tuple((written.query, written.answer) for prompt in prompts for _, written in prompt.examples)
