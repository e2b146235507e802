"""Tasks and evaluators as users write them."""

import asyncio
import sys
import time


def echo(question):
    return f"You asked: {question}"


async def echo_later(question):
    await asyncio.sleep(0)
    return {"answer": question, "contexts": ["Some passage.", {"text": "Another.", "document_id": 7}]}


def by_record(example):
    return {"answer": " ".join(sorted(example)), "retrieved": [{"document_id": example["row_id"]}]}


class Rag:
    def __call__(self, question, *, limit=5):
        return f"{limit} {question}"

    def answer(self, question):
        return question


rag = Rag()


def raises(question):
    raise LookupError(f"nothing about {question}")


def leaves(question):
    sys.exit(3)


def stops(question):
    raise StopIteration


def sleeps(question):
    time.sleep(0.5)
    return "late"


async def sleeps_async(question):
    await asyncio.sleep(60)


def gives_up_itself(question):
    raise TimeoutError("the database did not answer")


def two_arguments(question, other):
    return question


def no_argument():
    return ""


def length_ratio(answer, reference):
    return len(answer) / len(reference)


async def is_short(answer):
    return len(answer) < 100


def undecided(answer, contexts):
    return None if contexts is None else 1.0


def fails(question):
    raise ValueError("no idea\x00")


def takes_too_much(answer, temperature):
    return 1.0


NUMBER = 5
