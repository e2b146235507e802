"""Imported by a fork server, so that its children need not load what takes long."""

import openai  # noqa: F401

from bench import killing  # noqa: F401
from golden_assets.adapters.ragas.client.lazy_import import import_toolkit

import_toolkit()
