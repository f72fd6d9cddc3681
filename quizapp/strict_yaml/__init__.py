"""YAML files written by people: read as exactly what was typed, refused with every mistake and its place.

    tree, source = strict_yaml.load(data, name="bank.yaml")        # plain dicts, lists, texts and None
    checked = strict_yaml.validate(tree, source, BankFile)         # a pydantic model, or None
    source.report(("questions", 3, "answer"), "foreign_answer", value="E")     # what only the feature can know
    source.refuse_problems()                                       # RefusedFile with all of it, in the file's order

or, where the model says it all, `strict_yaml.load_model(data, name="bank.yaml", model=BankFile)`.

Nothing is guessed from the look of a scalar: 10/1947, 19:05, no, 010 and ~ stay text; only a value that is left out
is None. The types of `scalars` turn text into numbers, flags and moments where a model asks for them.
"""

from quizapp.strict_yaml.checker import load_model, refusal, validate
from quizapp.strict_yaml.problems import Path, Place, Problem, RefusedFile, SourceMap, nearest
from quizapp.strict_yaml.reader import MAX_BYTES, MAX_DEPTH, MAX_NODES, decode, load
from quizapp.strict_yaml.scalars import Flag, Integer, Moment, Prose, Slug, Text, WebAddress

__all__ = [
    "MAX_BYTES",
    "MAX_DEPTH",
    "MAX_NODES",
    "Flag",
    "Integer",
    "Moment",
    "Path",
    "Place",
    "Problem",
    "Prose",
    "RefusedFile",
    "Slug",
    "SourceMap",
    "Text",
    "WebAddress",
    "decode",
    "load",
    "load_model",
    "nearest",
    "refusal",
    "validate",
]
