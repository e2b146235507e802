"""What is known of each setting beside its value: name, group, variable, allowed values, whether it is secret. One list for the file's
reader, for error messages, for `golden-assets config` and for the reference in `docs/configuration.md`."""

import ast
import inspect
import re
import textwrap
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from typing import Any, NamedTuple, get_args

from pydantic import AliasChoices, BaseModel, SecretStr
from pydantic.fields import FieldInfo

from golden_assets.settings.groups import Group
from golden_assets.settings.names import PREFIX

MASK = "********"
PLAIN_TYPES = {"integer": "a whole number", "number": "a number", "string": "text", "boolean": "true or false"}


class Setting(NamedTuple):
    """``name`` is dotted for the settings inside another one (``thresholds.min_diversity``). ``group`` is what is said of those it
    belongs to: a title, and perhaps more below it.
    """

    name: str
    group: str
    per_testset: bool
    variable: str
    is_secret: bool
    default: object
    owner: type[BaseModel]

    @property
    def allowed(self) -> str:
        """What the type and the limits of the field let through, in words. Found when it is asked for, which takes its time."""
        name = self.name.rpartition(".")[2]
        return allowed_values(self.owner, name, self.owner.model_fields[name])

    @property
    def description(self) -> str:
        """The docstring below the field, on one line; empty without one. It is read from the source, which takes its time."""
        return " ".join(_docstrings(self.owner).get(self.name.rpartition(".")[2], "").split())


@cache
def catalogue(model: type[BaseModel]) -> dict[str, Setting]:
    """Every setting of ``model`` by name, group after group."""
    found: dict[str, Setting] = {}
    for name, field in model.model_fields.items():
        home = next(kind for kind in reversed(model.__mro__) if name in getattr(kind, "model_fields", {}))
        per_testset = home is model or not issubclass(home, Group) or home.per_testset
        variable = _variable(name, field)
        inner = field.annotation
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            default = field.get_default(call_default_factory=True)
            for sub, part in inner.model_fields.items():
                entry = _setting(f"{name}.{sub}", part, inner, per_testset, f"{variable}__{sub.upper()}")
                found[entry.name] = entry._replace(default=getattr(default, sub))
        else:
            found[name] = _setting(name, field, home, per_testset, variable)
    return found


def shown(setting: Setting, value: object) -> object:
    """A value as people and JSON may see it: secrets masked, passwords inside URLs too."""
    if value is None:
        return None
    if setting.is_secret:
        return MASK
    if isinstance(value, str | bool | int | float):
        return re.sub(r"//[^/@\s]*@", f"//{MASK}@", value) if isinstance(value, str) else value
    if isinstance(value, dict):
        return {str(key): shown(setting, part) for key, part in value.items()}
    return [shown(setting, part) for part in value] if isinstance(value, tuple | list) else str(value)


def _setting(name: str, field: FieldInfo, owner: type[BaseModel], per_testset: bool, variable: str) -> Setting:
    return Setting(
        name=name,
        group=inspect.getdoc(owner) or "",
        per_testset=per_testset,
        variable=variable,
        is_secret=any("Secret" in str(kind) for kind in _kinds(field.annotation)),
        default=field.get_default(call_default_factory=True),
        owner=owner,
    )


@cache
def _docstrings(model: type[BaseModel]) -> dict[str, str]:
    """The docstring below each field of a class, by name."""
    (definition,) = ast.parse(textwrap.dedent(inspect.getsource(model))).body
    body = definition.body if isinstance(definition, ast.ClassDef) else []
    return {
        field.target.id: below.value.value
        for field, below in pairwise(body)
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)
        if isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant) and isinstance(below.value.value, str)
    }


def _kinds(annotation: Any) -> Iterator[Any]:
    """The annotation and everything inside it."""
    yield annotation
    for part in get_args(annotation):
        yield from _kinds(part)


def _variable(name: str, field: FieldInfo) -> str:
    """The environment variable that sets a field."""
    alias = field.validation_alias
    return str(alias.choices[0]) if isinstance(alias, AliasChoices) else f"{PREFIX}{name.upper()}"


def allowed_values(owner: type[BaseModel], name: str, field: FieldInfo) -> str:
    """What the type and the limits of a field let through, in words."""
    schema = _schema(owner)
    described = schema["properties"][name]
    options = [part for part in described.get("anyOf", [described]) if part.get("type") != "null"]
    if field.annotation is SecretStr or any(part.get("format") == "password" for part in options):
        return "text"
    return " or ".join(dict.fromkeys(_in_words(part, schema.get("$defs", {})) for part in options))


@cache
def _schema(owner: type[BaseModel]) -> dict[str, Any]:
    return owner.model_json_schema(by_alias=False)


def _in_words(part: dict[str, Any], definitions: dict[str, Any]) -> str:
    if "$ref" in part:
        part = definitions[part["$ref"].rpartition("/")[2]]
    if "anyOf" in part:
        return " or ".join(_in_words(option, definitions) for option in part["anyOf"])
    if "enum" in part or "const" in part:
        return " or ".join(f"`{value}`" for value in part.get("enum", [part.get("const")]))
    if part.get("type") == "array":
        return f"a list, each {_in_words(part['items'], definitions)}"
    if part.get("type") == "object":
        keys = part.get("propertyNames", {}).get("enum", [])
        return f"a mapping of {', '.join(f'`{key}`' for key in keys)} to numbers" if keys else "a mapping"
    if part.get("format") == "path":
        return "a path"
    return PLAIN_TYPES.get(part.get("type", ""), "text") + _limits(part)


def _limits(part: dict[str, Any]) -> str:
    """Bounds and pattern, ready to follow the type."""
    low, high = part.get("minimum"), part.get("maximum")
    above, below = part.get("exclusiveMinimum"), part.get("exclusiveMaximum")
    upper = f"to {high:g}" if high is not None else f"below {below:g}" if below is not None else ""
    lower = f"{'from' if upper else 'of at least'} {low:g}" if low is not None else f"above {above:g}" if above is not None else ""
    pattern = f"matching `{part['pattern']}`" if "pattern" in part else "not empty" if part.get("minLength") else ""
    return "".join(f" {limit}" for limit in (lower, upper, pattern) if limit)
