"""Expressions of GitHub Actions: the part of the language that the templates use.

What is not known here, be it a function, a context or an operator, is an error and never empty, so
that a template cannot pass by a word that GitHub would read otherwise.
"""
import re


class ExpressionError(Exception):
    """The expression is not one that this player can evaluate."""


TOKEN = re.compile(r"""\s*(?:
    (?P<string>'(?:[^']|'')*') |
    (?P<number>-?\d+(?:\.\d+)?) |
    (?P<name>[A-Za-z_][A-Za-z0-9_-]*) |
    (?P<operator>==|!=|&&|\|\||[!().,])
)""", re.X)


def tokens_of(text):
    """Kind and text of each token; raises on anything else."""
    tokens, at = [], 0
    text = text.strip()
    while at < len(text):
        match = TOKEN.match(text, at)
        if not match:
            raise ExpressionError(f"not understood: {text[at:]!r} in {text!r}")
        tokens.append((match.lastgroup, match.group(match.lastgroup)))
        at = match.end()
    return tokens


def truth(value):
    return not (value is None or value is False or value == 0 or value == "")


def number(value):
    """What GitHub compares values of two kinds as; None where it is no number."""
    if value is None or value == "":
        return 0
    if isinstance(value, (bool, int, float)):
        return float(value)
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


def equal(left, right):
    if isinstance(left, str) and isinstance(right, str):
        return left.lower() == right.lower()
    if isinstance(left, (dict, list)) or isinstance(right, (dict, list)):
        return left is right
    left, right = number(left), number(right)
    return left is not None and left == right


class Parser:
    """Recursive descent over the tokens; values are computed on the way."""

    def __init__(self, text, contexts, functions):
        self.text, self.tokens, self.at = text, tokens_of(text), 0
        self.contexts, self.functions = contexts, functions

    def peek(self):
        return self.tokens[self.at] if self.at < len(self.tokens) else (None, None)

    def take(self, wanted=None):
        kind, text = self.peek()
        if kind is None or (wanted is not None and text != wanted):
            raise ExpressionError(f"{wanted or 'a value'} is missing in {self.text!r}")
        self.at += 1
        return kind, text

    def whole(self):
        value = self.any_of()
        if self.peek()[0] is not None:
            raise ExpressionError(f"{self.peek()[1]!r} is too much in {self.text!r}")
        return value

    def any_of(self):
        value = self.all_of()
        while self.peek() == ("operator", "||"):
            self.take()
            other = self.all_of()
            value = value if truth(value) else other
        return value

    def all_of(self):
        value = self.comparison()
        while self.peek() == ("operator", "&&"):
            self.take()
            other = self.comparison()
            value = other if truth(value) else value
        return value

    def comparison(self):
        value = self.negation()
        while self.peek() in (("operator", "=="), ("operator", "!=")):
            _, operator = self.take()
            same = equal(value, self.negation())
            value = same if operator == "==" else not same
        return value

    def negation(self):
        if self.peek() == ("operator", "!"):
            self.take()
            return not truth(self.negation())
        return self.operand()

    def operand(self):
        kind, text = self.take()
        if kind == "string":
            return text[1:-1].replace("''", "'")
        if kind == "number":
            return float(text)
        if (kind, text) == ("operator", "("):
            value = self.any_of()
            self.take(")")
            return value
        if kind != "name":
            raise ExpressionError(f"{text!r} is no value in {self.text!r}")
        if text in ("true", "false", "null"):
            return {"true": True, "false": False, "null": None}[text]
        if self.peek() == ("operator", "("):
            return self.call(text)
        return self.look_up(text)

    def call(self, name):
        arguments = []
        self.take("(")
        while self.peek() != ("operator", ")"):
            arguments.append(self.any_of())
            if self.peek() == ("operator", ","):
                self.take()
        self.take(")")
        if name not in self.functions:
            raise ExpressionError(f"unknown function {name!r} in {self.text!r}")
        return self.functions[name](*arguments)

    def look_up(self, root):
        """A context must be known, and of a Strict one each property; deeper ones may be missing."""
        if root not in self.contexts:
            raise ExpressionError(f"unknown context {root!r} in {self.text!r}")
        value = self.contexts[root]
        while self.peek() == ("operator", "."):
            self.take()
            kind, name = self.take()
            if kind != "name":
                raise ExpressionError(f"{name!r} is no property in {self.text!r}")
            if isinstance(value, Strict) and name not in value:
                raise ExpressionError(f"unknown property {name!r} in {self.text!r}")
            value = value.get(name) if isinstance(value, dict) else None
        return value


class Strict(dict):
    """A context whose properties are all known: another one is a misspelling."""


def evaluate(text, contexts, functions):
    """The value of an expression without its braces."""
    return Parser(text, contexts, functions).whole()


def shown(value):
    """The text of a value, as it stands in a string."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value == int(value):
        return str(int(value))
    if isinstance(value, (dict, list)):
        raise ExpressionError("an object is no text")
    return str(value)


def interpolate(text, contexts, functions):
    """A text with each ${{ expression }} replaced."""
    return re.sub(r"\$\{\{(.*?)\}\}",
                  lambda match: shown(evaluate(match.group(1), contexts, functions)),
                  str(text), flags=re.S)


def condition(text, contexts, functions):
    """That of a step: success() is implied where no function asks about the steps before."""
    text = str(text).strip()
    braces = re.fullmatch(r"\$\{\{(.*)\}\}", text, flags=re.S)
    text = braces.group(1) if braces else text
    value = truth(evaluate(text, contexts, functions))
    if not re.search(r"\b(always|success|failure|cancelled)\s*\(", text):
        value = value and functions["success"]()
    return value
