"""Which question each kind of sentence gives, and which sentences give none."""

import pytest

from golden_assets.adapters.extractive.facts import fact_of

ASKABLE = [
    (
        "Aurora Sync is a desktop client that keeps folders in step.",
        "What is Aurora Sync?",
    ),
    (
        "The default upload limit is 5 GB.",
        "What is the default upload limit?",
    ),
    (
        "The release train is a fixed schedule of six weeks.",
        "What is the release train?",
    ),
    (
        "Logan's gateway was founded in 2014 in Porto.",
        "When was Logan's gateway founded in Porto?",
    ),
    (
        "Employees accrue 2.5 vacation days per month.",
        "How many vacation days do employees accrue per month?",
    ),
    (
        "The free plan includes three projects.",
        "How many projects does the free plan include?",
    ),
    (
        "Each workspace can hold up to 50 members.",
        "Up to how many members can each workspace hold?",
    ),
    (
        "A password must have at least 14 characters.",
        "At least how many characters must a password have?",
    ),
    (
        "The gateway retries a failed delivery five times.",
        "How many times does the gateway retry a failed delivery?",
    ),
    (
        "The team plan costs $12 per user and month.",
        "How much does the team plan cost?",
    ),
    (
        "The password link expires after 24 hours.",
        "After how long does the password link expire?",
    ),
    (
        "Audit logs are kept for 400 days.",
        "How long are audit logs kept?",
    ),
    (
        "The sync agent checks the folder every 30 seconds.",
        "How often does the sync agent check the folder?",
    ),
    (
        "The Support Desk answers urgent tickets within four hours.",
        "Within what time does the Support Desk answer urgent tickets?",
    ),
    (
        "The weekly report is sent every Monday at 09:00.",
        "When is the weekly report sent?",
    ),
    (
        "The Lisbon office opened on 3 May 2021.",
        "When did the Lisbon office open?",
    ),
    (
        "The company moved to Porto in 2019.",
        "When did the company move to Porto?",
    ),
    (
        "Support for version 1 ended on 31 December 2024.",
        "When did support for version 1 end?",
    ),
    (
        "Uploads are scanned before they are stored.",
        "When are uploads scanned?",
    ),
    (
        "A session ends if the browser is closed.",
        "When does a session end?",
    ),
    (
        "HTTP/2 support is not enabled by default because the older transport is more robust.",
        "Why is HTTP/2 support not enabled by default?",
    ),
    (
        "The cache is disabled in tests, since stale entries hide errors.",
        "Why is the cache disabled in tests?",
    ),
    (
        "Deleted files are kept for a month so that mistakes can be undone.",
        "Why are deleted files kept for a month?",
    ),
    (
        "The agent encrypts every file in order to protect the customer's data.",
        "Why does the agent encrypt every file?",
    ),
    (
        "Temporary tables are dropped to avoid name clashes.",
        "Why are temporary tables dropped?",
    ),
    (
        "Backups are stored in Frankfurt.",
        "Where are backups stored?",
    ),
    (
        "The signing key is kept in a hardware module.",
        "Where is the signing key kept?",
    ),
    (
        "Incident reports are published on the status page.",
        "Where are incident reports published?",
    ),
    (
        "The configuration file is located in the home directory.",
        "Where is the configuration file located?",
    ),
    (
        "You can disable telemetry by setting `TELEMETRY` to `off`.",
        "How can you disable telemetry?",
    ),
    (
        "The connection can be closed using the `close()` method.",
        "How can the connection be closed?",
    ),
    (
        "Administrators can revoke a token by deleting the device.",
        "How can administrators revoke a token?",
    ),
    (
        "Complaints are handled confidentially.",
        "How are complaints handled?",
    ),
    (
        "The `limits` argument is used to control the size of the connection pool.",
        "What is the `limits` argument used for?",
    ),
    (
        "The `Retry-After` header can be used to delay the next attempt.",
        "What can the `Retry-After` header be used for?",
    ),
    (
        "Invoices must be approved by the finance manager.",
        "Who must approve invoices?",
    ),
    (
        "The budget was approved by the board.",
        "Who approved the budget?",
    ),
    (
        "The on-call engineer acknowledges every page.",
        "What does the on-call engineer acknowledge?",
    ),
    (
        "Only a workspace owner can delete a workspace.",
        "Who can delete a workspace?",
    ),
    (
        "The Platform team maintains the deployment pipeline.",
        "Which team maintains the deployment pipeline?",
    ),
    (
        "The security officer reviews all access requests.",
        "Who reviews all access requests?",
    ),
    (
        "New hires are expected to finish the security course.",
        "What are new hires expected to do?",
    ),
    (
        "The `trace` extension allows developers to watch connection events.",
        "What does the `trace` extension allow developers to do?",
    ),
    (
        "The policy requires managers to record every exception.",
        "What does the policy require managers to do?",
    ),
    (
        "The retry budget depends on the service tier.",
        "What does the retry budget depend on?",
    ),
    (
        "The data team consists of four analysts.",
        "Which team consists of four analysts?",
    ),
    (
        "The nightly job is responsible for the search index.",
        "What is the nightly job responsible for?",
    ),
    (
        "`NO_PROXY` disables the proxy for local addresses.",
        "What does `NO_PROXY` disable?",
    ),
    (
        "`requests` omits parameters whose values are `None`.",
        "What does `requests` omit?",
    ),
    (
        "HTTPX uses `utf-8` for encoding request bodies.",
        "What does HTTPX use for encoding request bodies?",
    ),
    (
        "HTTPX does not support HTTPS proxies at this time.",
        "What does HTTPX not support?",
    ),
    (
        "Accessing `response.url` returns a `URL` instance.",
        "What does accessing `response.url` return?",
    ),
    (
        "In Aurora Sync, event hooks may read request headers.",
        "What may event hooks read in Aurora Sync?",
    ),
    (
        "Unlike the old client, Aurora Sync resumes broken uploads after a restart.",
        "When does Aurora Sync resume broken uploads?",
    ),
    (
        "If a conflict occurs, Aurora Sync keeps both versions.",
        "What does Aurora Sync do if a conflict occurs?",
    ),
    (
        "When a token expires, the agent requests a new one.",
        "What does the agent do when a token expires?",
    ),
    (
        "Once the import is finished, the archive is deleted.",
        "What happens once the import is finished?",
    ),
    (
        "If you need a larger quota, you should contact the Support Desk.",
        "What should you do if you need a larger quota?",
    ),
    (
        "If you lose your badge, report it to the reception.",
        "What should you do if you lose your badge?",
    ),
    (
        "When sending large files, you should use the streaming interface.",
        "What should you use when sending large files?",
    ),
    (
        "Use `str(response.url)` if you need a plain string.",
        "What should you do if you need a plain string?",
    ),
    (
        "To include cookies in a request, use the `cookies` parameter.",
        "How can you include cookies in a request?",
    ),
    (
        "To request leave, employees fill in the form in the portal.",
        "How do employees request leave?",
    ),
    (
        "There are four types of timeouts.",
        "How many types of timeouts are there?",
    ),
    (
        "There are currently two event hooks.",
        "How many event hooks are there?",
    ),
    (
        "The battery lasts 26 months on average.",
        "How long does the battery last on average?",
    ),
    (
        "The pairing window stays open for ten minutes.",
        "How long does the pairing window stay open?",
    ),
    (
        "An acknowledged alarm remains visible until the room is cool again.",
        "How long does an acknowledged alarm remain visible?",
    ),
    (
        "The cabinet is 31 centimetres wide.",
        "How wide is the cabinet?",
    ),
    (
        "Cleaning fluid must not touch a probe, because alcohol destroys the sensor.",
        "Why must cleaning fluid not touch a probe?",
    ),
    (
        "The Field Team installs and repairs equipment on site.",
        "Which team installs and repairs equipment on site?",
    ),
    (
        "The siren reaches 95 decibels and stops when a person presses the button.",
        "How many decibels does the siren reach?",
    ),
    (
        "Every admin needs a security key in addition to the password.",
        "Who needs a security key in addition to the password?",
    ),
    (
        "The Climate Planner calculates the target values every two minutes.",
        "How often does the Climate Planner calculate the target values?",
    ),
    (
        "Notices are collected and sent to the cellar master every morning at 07:00.",
        "When are notices collected and sent to the cellar master?",
    ),
    (
        "Veldra knows two kinds of probes: wired probes and wireless probes.",
        "How many kinds of probes does Veldra know?",
    ),
]

REFUSED = [
    ("It stores all files.", "a pronoun as subject"),
    ("This is described in the next section.", "points elsewhere"),
    ("These options are rarely used.", "a demonstrative"),
    ("See the documentation for more information.", "an order that says nothing"),
    ("Note that this may change.", "a demonstrative behind a discourse word"),
    ("Here is a list of environment variables that the client recognises.", "introduces a list"),
    ("They can be combined with filters.", "a pronoun"),
    ("We recommend the stable channel for servers.", "we, whoever that is"),
    ("For example:", "no sentence"),
    ("Such values are rejected by the parser.", "such"),
    ("The following headers are supported:", "the answer follows"),
    ("The former will be used by the client.", "the former"),
    ("There are also other ways to do so.", "no number"),
    ("As mentioned above, the token is sent with every request.", "points back"),
    ("An elegant HTTP cache implementation.", "no verb"),
    ("Found something that HTTPX should support?", "a question"),
    ("Thank you for your interest in the project!", "an exclamation"),
    ("The server is fast.", "an adjective answers no question"),
    ("The client is careful to enforce timeouts everywhere.", "an adjective"),
    ("Some servers may include a custom reason phrase.", "some servers, which?"),
    ("Several extensions are supported on the request.", "several, which?"),
    ("Other requests occur as usual.", "other than what?"),
    ("import os and then run the program", "code"),
    ("`.status_code` - int", "a signature"),
    ("Der Server speichert alle Daten in einer Datenbank.", "German"),
    ("Le serveur enregistre les documents dans une base de données.", "French"),
    ("If you want to use these they need to be enabled explicitly.", "a demonstrative in the condition"),
    ("To do this, it uses a bundle of certificates.", "a demonstrative in the purpose"),
    ("The result is shown below.", "points down"),
    ("Support for such features includes:", "cut off"),
    ("This can be simplified to:", "cut off"),
    ("Members of the community are open, considerate, and respectful.", "adjectives"),
    ("A weak signal is the most frequent cause.", "cause of what?"),
    ("The page lists common problems.", "the page"),
    ("However, it is not supported.", "a pronoun behind a discourse word"),
    ("Use it wisely.", "an order about a pronoun"),
    ("Installation", "a heading"),
    ("Valid values: a comma-separated list of hosts", "a label"),
    ("Then restart the program.", "a step of something else"),
    ("You can do that too.", "that"),
    ("The latter returns a list.", "the latter"),
    ("Check for existing pull requests addressing the same issue.", "an order that looks like a noun phrase"),
    ("Returns a new value which sets all missing keys.", "no subject"),
    ("If HTTPX is unable to connect within this time frame, a `ConnectTimeout` exception is raised.", "this time frame"),
    ("The two methods return the same object.", "which two?"),
    ("Matching is done from most specific to least specific.", "nothing to ask for"),
    ("The rules for alarms are described in alarms.", "tells where to read on"),
    ("HTTPX supports it.", "the answer is a pronoun"),
    ("HTTPX allows you to do more.", "too vague"),
    ("A few bits of the interface use async methods.", "a few bits"),
]


@pytest.mark.parametrize(("sentence", "question"), ASKABLE, ids=[sentence for sentence, _ in ASKABLE])
def test_a_sentence_gives_its_question_and_is_the_reference_itself(sentence, question):
    fact = fact_of(sentence)

    assert fact is not None
    assert (fact.question, fact.reference) == (question, sentence)


@pytest.mark.parametrize(("sentence", "why"), REFUSED, ids=[f"{why}: {sentence}" for sentence, why in REFUSED])
def test_a_sentence_that_cannot_stand_alone_gives_no_question(sentence, why):
    assert fact_of(sentence) is None, why


def test_the_golden_questions_are_asked_in_many_ways():
    openings = {question.split()[0] for _, question in ASKABLE}

    assert openings >= {"What", "How", "When", "Where", "Who", "Which", "Why", "Within", "After", "Up"}


def test_no_golden_question_contains_its_answer_word_for_word():
    for sentence, question in ASKABLE:
        assert not set(sentence.lower().rstrip(".").split()) <= set(question.lower().rstrip("?").split()), sentence


def test_a_sentence_behind_a_colon_is_no_answer_to_what_happens():
    assert fact_of("When an option is given twice, one of two things can happen:") is None


def test_a_discourse_word_is_not_part_of_the_question():
    fact = fact_of("However, the retry budget depends on the service tier.")

    assert fact is not None
    assert fact.question == "What does the retry budget depend on?"


def test_a_distance_in_time_belongs_to_the_answer():
    fact = fact_of("The Support Desk sends a checklist to the dairy three weeks before the agreed date.")

    assert fact is not None
    assert fact.question == "When does the Support Desk send a checklist to the dairy?"


def test_a_second_verb_is_left_out_of_the_question():
    fact = fact_of("Tolmere Wheel ripens for 240 days at 13 °C and is turned twice a week.")

    assert fact is not None
    assert fact.question == "How long does Tolmere Wheel ripen at 13 °C?"


def test_a_relative_clause_stays_with_its_subject():
    fact = fact_of("A door that has been open for 20 minutes causes a warning.")

    assert fact is not None
    assert fact.question == "What does a door that has been open for 20 minutes cause?"


def test_the_month_of_may_is_not_taken_for_a_verb():
    fact = fact_of("The Lisbon office opened on 3 May 2021.")

    assert fact is not None
    assert fact.question == "When did the Lisbon office open?"
