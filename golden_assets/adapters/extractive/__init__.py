"""The embedded default model: questions taken from the text by rule. No network, no weights, the same answer every time.

Read `model` for how the generator's prompts are answered, `facts` for how a sentence becomes a question, and `filters` for what is
refused. Limits: English prose only; one question per sentence; a question asks for what one sentence (or, for two hops, two
sentences) says. Style, length and persona of a prompt are ignored: every question is written in correct, neutral English.
"""

from golden_assets.adapters.extractive.facts import Fact, facts_of
from golden_assets.adapters.extractive.model import DEFAULT_QUESTION_TYPES, ExtractiveModel, rules_version

__all__ = ["DEFAULT_QUESTION_TYPES", "ExtractiveModel", "Fact", "facts_of", "rules_version"]
