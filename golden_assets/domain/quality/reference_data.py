"""What is known about the rows of a testset that neither they nor their corpus say."""

from golden_assets.domain.core.records import Record
from golden_assets.domain.quality.leakage import Pair
from golden_assets.domain.similarity.waivers import Waiver


class Background(Record):
    """``languages``: for each row, in row order, the ISO 639 code of the language that it is in.

    ``prompts``: question and answer of each example in the prompts that the rows were written by. ``retired``: see `retired_rows`.
    ``waivers``: what people decided about pairs of rows that look like one question.
    """

    languages: tuple[str, ...]
    prompts: tuple[Pair, ...] = ()
    retired: tuple[Pair, ...] = ()
    waivers: tuple[Waiver, ...] = ()
