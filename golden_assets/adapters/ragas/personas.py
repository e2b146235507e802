"""Who asks the questions."""

from collections.abc import Iterable, Mapping

from golden_assets.domain.errors import ConfigurationError

PersonaFields = dict[str, str]

DEFAULT_PERSONAS: tuple[PersonaFields, ...] = (
    {"name": "Newcomer", "role_description": "Meets the subject for the first time and asks what things are and what they are for."},
    {"name": "Practitioner", "role_description": "Works with the subject every day and asks how to do things, and with which limits."},
    {"name": "Decision maker", "role_description": "Answers for costs and risks and asks for reasons, conditions and consequences."},
)
"""Three points of view that fit any documentation. RAGAS would ask the model to invent some, which is paid for and differs every time."""


def checked_personas(personas: Iterable[Mapping[str, str]]) -> tuple[PersonaFields, ...]:
    """The personas, each with a name and a role description.

    Raises:
        ConfigurationError: there is none, a field is missing or unknown, or two bear one name.
    """
    checked = tuple(dict(persona) for persona in personas)
    names = [persona.get("name", "").strip() for persona in checked]
    complete = all(set(persona) == {"name", "role_description"} and persona["role_description"].strip() for persona in checked)
    if not (checked and complete and all(names) and len(set(names)) == len(names)):
        raise ConfigurationError(
            f"{len(checked)} personas ({', '.join(names)}) are not each a name of its own and a role_description",
            "give every persona exactly these two, not empty, or none at all for the default personas",
        )
    return checked
