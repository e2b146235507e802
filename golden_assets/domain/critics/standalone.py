"""Does the question stand alone? It is asked of a whole collection, by a person who does not see the passage.

English only: of a question in another language nothing is known, and the critic abstains.
"""

import re
from collections.abc import Iterator

from golden_assets.domain.core.text_features import words_in
from golden_assets.domain.testsets.findings import Finding
from golden_assets.domain.testsets.testset import TestsetRow

_TEXT = r"(?:document|passage|text|context|excerpt|paragraph|section|chapter|article|snippet)"
_SAYS = r"(?:say|mention|describe|state|explain|list|discuss|provide|suggest|recommend|refer|specify|indicate|contain)"
_SAID = r"(?:mentioned|described|shown|listed|discussed|stated|given|explained|outlined|introduced|named|cited|noted|defined)"
_PLACES = (
    re.compile(
        rf"\b(?:this|that) {_TEXT}\b|\bthese {_TEXT}s\b"
        rf"|\bthe (?:above|below|following|given|provided|preceding|previous|present) {_TEXT}s?\b"
        rf"|\bthe {_TEXT}s?(?=[?,.]|\s+{_SAYS})",
        re.IGNORECASE,
    ),
    re.compile(
        r"\b(?:section|chapter|paragraph|page|figure|table|step|line|appendix)\s+(?:\d[\d.]*|[ivx]+)\b|(?<!\w)\[\d+\]"
        rf"|\b{_SAID} (?:above|below|here|earlier|previously|next|before)\b"
        rf"|\b(?:above|below|earlier|previously|already|just|above-?|afore)[\s-]?{_SAID}\b|\baforementioned\b"
        r"|\bthe (?:above|below)\b|\bthe (?:former|latter)(?=\W*$|[,.;?]|\s+(?:is|are|was|were|do|does|did|has|have|had)\b)"
        r"|\b(?:see|as) (?:above|below)\b"
        r"|\baccording to (?:the|this) (?:author|text|passage|document|context|excerpt)s?\b",
        re.IGNORECASE,
    ),
)
_GOING_ON = re.compile(
    r"^\W*(?:and|but|so|now|then|also|besides that|(?:what|how) (?:about|else)|(?:can you )?tell me more)\b", re.IGNORECASE
)
_DEMONSTRATIVE = re.compile(r"\b(?:this|these|those)\s+(\w+)", re.IGNORECASE)
_NAMED_BEFORE = re.compile(r"(?<!^)\b[A-Z]\w+.*?[.?!;]\s")
"""A name in an earlier sentence of the question."""
_REFERRING_BACK = re.compile(r"\b(?:do|does|did|can|could|would|will|might|may|should)\s+this\b", re.IGNORECASE)
_PRONOUN = re.compile(r"\b(?:this|these|those|it|its|they|them|their|he|him|his|she|her)\b(?![’'](?!s\b))", re.IGNORECASE)
_BE = r"(?:is|are|was|were|be|been|being)"
_SAID_OF_NOTHING = r"(?!(?:related|compared|linked|connected|due|equal|applied|attached|close|closer|closest|similar|identical)\b)\w+"
"""What may be said of "it" where "it" is nothing: it is likely that, and not it is related to."""
_EXPLETIVE = re.compile(
    rf"\b{_BE} it(?: {_SAID_OF_NOTHING}){{1,3}}? (?:that|to|if|when|whether|how|why|not|for\b(?=.* to))\b"
    rf"|\bit (?:(?:will|would|can|may|might|must|should) be|{_BE})(?: {_SAID_OF_NOTHING}){{1,3}}?"
    r" (?:that|to|if|when|whether|for\b(?=.* to))\b"
    r"|\b(?:do|does|did|will|would|can|could|may|might) it (?:usually |typically |normally |really )?"
    r"(?:(?:take|mean|cost|matter|make sense)\b(?! off| apart)|(?:help|hurt) (?:to|if|when)\b)"
    r"|\bit (?:takes|took|take|means|meant|seems?|appears?|turns? out|follows|matters?|comes to|is said|is known)\b"
    r"|\b(?:has|had|have) it been (?:since|that)\b|\b(?:find|found|make|makes|made) it \w+ (?:to|that|for)\b"
    r"|\bis it (?:possible|necessary|allowed|safe|best|better|ok|okay)\b|\bit (?:rain|snow)",
    re.IGNORECASE,
)
_DEFINITE = re.compile(
    r"\bthe (?:(?:old|new|newer|previous|earlier|latest|other|same|resulting|remaining|original|current|final|national|medical|strip"
    r"|colonial|western|eastern|northern|southern|two|three|first|second|third|fourth|fifth|(?!wounded|united)[a-z]+ed) ){0,2}"
    r"(?P<noun>[a-z]{3,})(?=\W*$|[?,;]|\s+(?:is|are|was|were|do|does|did|has|have|had|will|would|can|could|and|or|be|been|being"
    r"|take|begin|start|end|hope|[a-z]+(?:ed|ly|ten))\b)"
)
_SHELLS = words_in(
    """
    study studies experiment experiments trial trials survey report reports paper papers review publication author authors researcher
    researchers investigators participants subjects patients findings outcome approach technique model behavior behaviour option
    function parameter argument method example setting step change event incident accident game match episode speech treaty edict
    declaration agreement committee commission team organization organisation company firm project program programme leader person
    group region area city town place building school settlers war battle attack authors scientists invention device machine variant
    variants versions differences season ball stadium museum collection colony timeline scale triad tapes anthem teams players player
    businessmen expedition voyage ship crew garrison settlement monument assay assays sample samples specimens cluster clusters
    questionnaire respondents interviews interventions screening surveillance modeling modelling investigation search rights statement
    policy policies platform degree funds investment movement drought doctors marriages hostage couple hymn ceremony dinner flour sauce
    equipment display rumour article types
    """
)
"""Nouns that name one thing in a text that introduced it, and none in a collection."""
_ANCHOR = re.compile(r"`[^`]+`|\d|[\"“”]|(?<!^)\b[A-Z][\w&+#.-]*|\b(?:a|an|each|every|any)\s+[a-z]{3,}")
"""What ties a question to something that it names: code, a number, a quotation, a name, an introduction."""
_NAME = re.compile(r"`[^`]+`|\b[A-Z][\w&+#.-]+|\b[^\W\d_]\w{2,}(?:['’]s)?")
_DONE_TO = re.compile(r"\b(?:to|can|could|should|will|would|you|i|we|they|best|most)\s+[a-z]+\s*$", re.IGNORECASE)
_CONTRACTED = re.compile(r"n['’]t\b|['’](?:s|re|ve|ll|d|m)\b", re.IGNORECASE)
_ENGLISH = words_in(
    """
    the of and to is are does did do which what who whose whom how when where why with from for that this these by can could should would
    there it its be been has have had if as at on
    """
)
_NOT_ENGLISH_ALONE = words_in("do is on as at for of to had be has who by that it if there can from and the with which")
_NO_NAME = words_in(
    """
    what which who whom whose when where why how does did are was were can will its they them their this that these those happen
    happens happened work works should must could would may might need needs mean means use uses used long often many much and for the
    has have had not you your after before while once doesn don didn isn aren wasn weren won cannot couldn wouldn shouldn there than
    then too also first last main most more less other another same different important good best better new old big large small next
    know known call called cause causes caused fix stop stopped help come came came become made make makes compare improve affect
    affects think say is as at by in on of to it if or an we do am be so no up said get got give given take taken took start started
    started begin began end ended some any one ones kind kinds type types sort about with without from into over under between against
    during because still ever never only just very tell describe explain list me please
    """
)
_RELATIONS = words_in(
    """
    type types kind kinds form forms variety varieties class classes category categories symptom symptoms cause causes effect effects side
    consequence consequences implication implications benefit benefits advantage advantages disadvantage disadvantages drawback drawbacks
    pros cons risk risks treatment treatments feature features characteristic characteristics property properties difference differences
    similarity similarities component components part parts ingredient ingredients step steps stage stages phase phases layer layers role
    purpose goal goals objective objectives result results outcome outcomes finding findings conclusion conclusions limitation limitations
    requirement requirements example examples exception exceptions alternative alternatives option options factor factors reason reasons
    theme themes character characters member members rule rules problem problems issue issues challenge challenges complication
    complications prognosis diagnosis origin origins price default value values name names size speed history application applications
    project projects event events system systems term test number total amount percentage
    """
)
"""Nouns that say what something is to another thing, which a question has to name."""
_OF_ITSELF = words_in(
    """
    main major common typical important key possible primary principal several various specific particular best worst long term short
    famous popular overall average maximum minimum potential known current expected total developed chosen reliable there abolished
    """
)
_MARKED = re.compile(r"\b(?:the|any|some|other|there|main|common|typical|important|key|possible)\b", re.IGNORECASE)
_OBJECT = re.compile(
    r"^\W*(?:(?:what|who|which|why|how|when|where)(?: (?!many\b|much\b)\w+)?(?: (?:do|does|did|can|could|will|would|should|has|have|had))?"
    r"(?: (?:the|a|an))?(?: (?!(?:in|on|of|for|with|at|by|to|from|and|or|that|when|if|after|about|makes?|made|find)\b)[\w-]+){1,2}"
    r"|(?:what|who|where) (?:is|are|was|were)(?: (?!(?:in|on|that|which|who|of)\b)[\w-]+){1,4} (?:of|for|to|about|between|with))"
    r" (?P<pronoun>it|them|him)\b(?=\W*$|[?,.;]|\s+(?:a|an|in|as|from|with|and|apart|instead)\b)",
    re.IGNORECASE,
)
"""An object in the first clause, or what its subject is of: it refers neither to the subject of that clause nor to anything before it."""
_PLAIN = r"(?!(?:in|on|of|for|with|at|by|from|and|or|that|which|who|when|if|after|about)\b)(?-i:[a-z-]+)"
_SUBJECT = re.compile(
    rf"^\W*(?:what|which|why|how|when|where|who)(?: {_PLAIN}){{0,3}}? (?:{_BE}|do|does|did|can|could|will|would|should|has|have|had)"
    r" (?P<pronoun>(?<!year is )(?<!time is )(?<!day is )it|he|she|they(?= \w+\W*$))\b(?! not)",
    re.IGNORECASE,
)
"""The subject of the first clause: what is asked for comes before it, which it cannot mean: "Which problem does it solve?"."""
_POSSESSED = re.compile(
    rf"^\W*(?:what|who|where) {_BE}(?: {_PLAIN}){{1,4}} (?:of|for|to|about|between|with|behind|in) (?P<pronoun>its|their|his|her)\b",
    re.IGNORECASE,
)
"""Of whose thing something is asked that has no name: "What are the benefits of its oil?"."""
_ASKING = re.compile(r"\b(?:what|who|whom|whose|which|why|how|when|where)\b", re.IGNORECASE)
_CAPITALISED = re.compile(r"(?<!^)\b[A-Z]\w+")
_TIMES = words_in("year month week day time century decade")


def question_stands_alone(row: TestsetRow) -> Finding:
    """The question points at nothing that only a reader of the passage sees: "this document", "the above", "section 3", "the old behavior",
    "it". Abstains on a question that is not in English.
    """
    is_known = _is_english(row.user_input)
    fault = _fault(" ".join(row.user_input.split())) if is_known else None
    return Finding(
        row_id=row.row_id,
        critic="question_stands_alone",
        score=0.0 if fault else 1.0,
        verdict="rejected" if fault else "passed" if is_known else "abstained",
        reason=_reason(fault, is_known),
    )


def _reason(fault: str | None, is_known: bool) -> str:
    if not is_known:
        return "the question is not in English, the only language that this rule knows"
    return f"the question points at {fault!r}, which a person who asks does not see" if fault else "the question names what it is about"


def _is_english(question: str) -> bool:
    """Whether it may be English: Latin letters, and one of the commonest English words among each eight. Short phrases may be anything."""
    letters = [letter for letter in question if letter.isalpha()]
    if sum(letter.isascii() for letter in letters) < 0.8 * len(letters):
        return False
    words = re.findall(r"[^\W\d_]+", question.lower())
    found = sum(word in _ENGLISH for word in words)
    return len(words) < 4 or found >= max(1.0, len(words) / 8)


def _fault(question: str) -> str | None:
    """The words that point at something outside the question, or None."""
    for pattern in _PLACES:
        found = pattern.search(question)
        if found:
            return found.group()
    return next(_pointers(question), None)


def _pointers(question: str) -> Iterator[str]:
    """Demonstratives, pronouns and definite things that need something before them in the question which is not there. A riddle describes
    its thing first and then asks: "This person drew the first map of the moon: who was it?".
    """
    for found in _DEMONSTRATIVE.finditer(question):
        noun, before = found[1].lower(), question[: found.start()]
        refers_back = ("," in before and _REFERRING_BACK.search(question, 0, found.end())) or _NAMED_BEFORE.search(before)
        is_riddle = not _ASKING.search(before) and _ASKING.search(question, found.end())
        if not refers_back and not is_riddle and noun not in _TIMES | _NO_NAME and noun not in before.lower():
            yield found.group()
    plain = _CONTRACTED.sub(" ", question)
    expletives = [match.span() for match in _EXPLETIVE.finditer(plain)]
    for pronoun in _PRONOUN.finditer(plain):
        expletive = any(start <= pronoun.start() < end for start, end in expletives)
        if not expletive and not _names_something(plain[: pronoun.start()]) and not _is_named_later(plain, pronoun.end()):
            yield pronoun.group()
    for pattern in (_OBJECT, _SUBJECT, _POSSESSED):
        thing = pattern.search(plain)
        if thing and not any(start <= thing.start("pronoun") < end for start, end in expletives):
            yield thing["pronoun"]
    if not _ANCHOR.search(question):
        yield from (found.group().strip() for found in _GOING_ON.finditer(question))
        yield from (found.group() for found in _DEFINITE.finditer(question) if found["noun"] in _SHELLS)
    yield from _relations(question)


def _relations(question: str) -> Iterator[str]:
    """A question that names nothing but what something is to another thing: "What are the main symptoms?"."""
    telling = [word.lower() for word in _NAME.findall(question) if word.lower() not in _NO_NAME | _OF_ITSELF]
    if telling and _MARKED.search(question) and all(word in _RELATIONS for word in telling):
        yield " ".join(telling)


def _is_named_later(question: str, place: int) -> bool:
    """Whether what comes after this place first asks and then names: "Other than his inventions, what was Tesla known for?"."""
    asking = _ASKING.search(question, place)
    return bool(asking and not _ASKING.search(question, 0, place) and _CAPITALISED.search(question, asking.end()))


def _names_something(beginning: str) -> bool:
    """Whether a question has named anything by then that a pronoun could refer to; what is done to it is nothing: "to treat it"."""
    return any(word.lower() not in _NO_NAME for word in _NAME.findall(_DONE_TO.sub("", beginning)))
