"""Read datafiles as far as the mutations need it: columns, instructions, nodes, and where they are.

What the reader does not understand for certain it leaves out, so that nothing is changed by guess.
"""
import collections
import os
import re

FOLDERS = {"datasources", "pipes", "endpoints", "materializations", "copies", "sinks",
           "connections", "fixtures", "vendor", "copy", "includes"}
INSTRUCTION = re.compile(r"([A-Z][A-Z_]*)(?:[ \t]+(.*?))?[ \t]*$")
# The first words of a query are at column 0 in some real files: they are no instructions.
SQL_WORDS = {"SELECT", "FROM", "WHERE", "ORDER", "GROUP", "WITH", "UNION", "LIMIT", "HAVING", "AND",
             "JOIN", "LEFT", "INNER", "ON", "SETTINGS", "AS", "OR"}
CLOSING = {"(": ")", "[": "]", "{": "}"}


def end_of_quoted(text, at):
    """The place after the quoted piece that begins at `at`, or the end of the text."""
    quote = text[at]
    at += 1
    while at < len(text):
        if text[at] == "\\" and quote != "`":
            at += 2
            continue
        if text[at] == quote:
            return at + 1
        at += 1
    return len(text)


def split_flat(text, separator=","):
    """The (start, end) of the pieces of a list, split where no bracket or quote is open."""
    pieces, depth, start, at = [], 0, 0, 0
    while at < len(text):
        char = text[at]
        if char in "'\"`":
            at = end_of_quoted(text, at)
            continue
        if char in CLOSING:
            depth += 1
        elif char in CLOSING.values():
            depth -= 1
        elif char == separator and depth == 0:
            pieces.append((start, at))
            start = at + 1
        at += 1
    pieces.append((start, len(text)))
    return pieces


def end_of_type(text):
    """The length of the type with which a text begins; 0 if it begins with none."""
    word = re.match(r"[A-Za-z][A-Za-z0-9_]*", text)
    if not word:
        return 0
    at = word.end()
    if text[at:at + 1] != "(":
        return at
    depth = 0
    while at < len(text):
        if text[at] in "'\"`":
            at = end_of_quoted(text, at)
            continue
        depth += {"(": 1, ")": -1}.get(text[at], 0)
        at += 1
        if depth == 0:
            return at
    return 0


class Column:
    """A column of a SCHEMA: its words, and where in the file they are."""

    def __init__(self, text, start, end):
        self.start, self.end = start, end
        self.text = text[start:end]
        named = re.fullmatch(r"(`?)([A-Za-z_][A-Za-z0-9_]*)\1[ \t]+(.*)", self.text, re.S)
        self.name = named.group(2) if named else None
        rest = named.group(3) if named else ""
        length = end_of_type(rest)
        self.type = rest[:length]
        self.rest = rest[length:].strip()
        self.type_start = end - len(rest)
        json = re.search(r"`json:(\$[^`]*)`", self.rest)
        self.path = json.group(1) if json else None
        default = re.search(r"\bDEFAULT\s+(.+?)(?=\s+CODEC|\s*`json|$)", self.rest, re.S)
        self.default = default.group(1).strip() if default else None
        # Anything else, such as NOT NULL, MATERIALIZED or ALIAS, is not understood.
        left = re.sub(r"`json:\$[^`]*`|\bCODEC\s*\(.*\)|\bDEFAULT\s+.+", "", self.rest).strip()
        self.sure = bool(named and length and not left)


class Instruction:
    """An instruction of one line: NAME value."""

    def __init__(self, name, value, start, end):
        self.name, self.value, self.start, self.end = name, value, start, end

    @property
    def bare(self):
        """The value without its quotes."""
        value = self.value
        quoted = len(value) > 1 and value[0] in "'\"" and value[-1] == value[0]
        return value[1:-1] if quoted else value


class Node:
    """A node of a pipe: its query, and the instructions that follow it."""

    def __init__(self, name, start):
        self.name, self.start = name, start
        self.sql, self.sql_start, self.sql_end = "", 0, 0
        self.plain = self.words = None
        self.instructions = {}

    def names(self, name):
        """Whether the query names something, outside of comments and texts."""
        if self.words is None:
            self.plain = plain_sql(self.sql)
            self.words = set(re.findall(r"\w+", self.plain))
        return name in self.words if re.fullmatch(r"\w+", name) else mentions(self.plain, name)

    @property
    def type(self):
        return self.instructions["TYPE"].bare.lower() if "TYPE" in self.instructions else ""

    @property
    def templated(self):
        return "{%" in self.sql or "{{" in self.sql

    def value(self, name):
        return self.instructions[name].bare if name in self.instructions else None


class Datafile:
    """One file: its instructions by name (those given once), its columns, its nodes."""

    def __init__(self, path, text):
        self.path, self.text = path, text
        self.name, self.kind = os.path.splitext(os.path.basename(path))
        self.project = project_of(path)
        self.instructions, self.tokens, self.blocks, self.nodes = {}, [], {}, []
        self.columns, self.sure = [], "\r" not in text and "\t" not in text
        self.read()
        if "SCHEMA" in self.blocks:
            self.read_columns(*self.blocks["SCHEMA"])
        elif self.kind == ".datasource":
            self.sure = False

    def read(self):
        """Take the lines apart: a block lasts until the next line with an instruction."""
        at, twice = 0, set()
        block = None
        for line in self.text.splitlines(keepends=True):
            start, at = at, at + len(line)
            found = INSTRUCTION.match(line.rstrip("\n"))
            if not found or found.group(1) in SQL_WORDS or "," in found.group(1):
                continue
            if block:
                self.close(block, start)
            name, value = found.group(1), found.group(2) or ""
            block = (name, at, start) if value == ">" else None
            if block:
                continue
            one = Instruction(name, value, start, at)
            if name == "NODE":
                self.nodes.append(Node(value, start))
            elif name == "TOKEN":
                self.tokens.append(one)
            else:
                where = self.nodes[-1].instructions if self.nodes else self.instructions
                if name in where:
                    twice.add(name)
                where[name] = one
        if block:
            self.close(block, len(self.text))
        for name in twice:
            self.instructions.pop(name, None)

    def close(self, block, end):
        name, start, head = block
        if name == "SQL" and self.nodes:
            node = self.nodes[-1]
            node.sql, node.sql_start, node.sql_end = self.text[start:end], start, end
        elif not self.nodes:
            self.blocks[name] = (start, end, head)

    def read_columns(self, start, end, _head):
        body = self.text[start:end]
        if "#" in body or "--" in body or "/*" in body or "{" in body:
            self.sure = False
            return
        for first, last in split_flat(body):
            piece = body[first:last]
            if not piece.strip():
                self.sure = False
                continue
            first += len(piece) - len(piece.lstrip())
            last = first + len(piece.strip())
            column = Column(self.text, start + first, start + last)
            self.sure = self.sure and column.sure
            self.columns.append(column)

    def value(self, name):
        return self.instructions[name].bare if name in self.instructions else None

    @property
    def keys(self):
        """Everything that names columns besides the SCHEMA: keys, TTL, VER, indexes."""
        words = " ".join(one.value for one in self.instructions.values()
                         if one.name.startswith("ENGINE"))
        if "INDEXES" in self.blocks:
            words += self.text[slice(*self.blocks["INDEXES"][:2])]
        return words + " ".join(c.default or "" for c in self.columns)

    def in_key(self, column):
        return mentions(self.keys, column.name)


def project_of(path):
    parts = path.split("/")[:-1]
    for at, part in enumerate(parts):
        if part in FOLDERS:
            return "/".join(parts[:at])
    return "/".join(parts)


def mentions(text, name):
    return re.search(r"(?<![A-Za-z0-9_])" + re.escape(name) + r"(?![A-Za-z0-9_])", text) is not None


def plain_sql(sql):
    """A query without comments and texts, so that only names are left."""
    sql = re.sub(r"/\*.*?\*/|--[^\n]*|\{#.*?#\}", " ", sql, flags=re.S)
    return re.sub(r"'(?:[^'\\]|\\.|'')*'", "''", sql)


class Project:
    """The datafiles of one repository, and who reads and writes what."""

    def __init__(self, folder):
        self.files, self.raw = {}, {}
        for base, folders, names in os.walk(folder):
            folders[:] = sorted(one for one in folders if not one.startswith("."))
            for name in sorted(names):
                full = os.path.join(base, name)
                if os.path.islink(full):
                    continue
                with open(full, "rb") as file:
                    data = file.read()
                path = os.path.relpath(full, folder)
                self.raw[path] = data
                if os.path.splitext(name)[1] in (".datasource", ".pipe", ".connection"):
                    self.add(path, data)
        names = collections.Counter((file.project, file.name) for file in self.files.values())
        self.twice = {name for name, count in names.items() if count > 1}
        self.known = {}

    def add(self, path, data):
        try:
            self.files[path] = Datafile(path, data.decode("utf-8"))
        except UnicodeDecodeError:
            pass

    def once(self, key, make):
        """What was asked before is not computed again."""
        if key not in self.known:
            self.known[key] = make()
        return self.known[key]

    def of_kind(self, kind):
        return self.once(kind, lambda: [
            f for f in self.files.values()
            if f.kind == kind and (f.project, f.name) not in self.twice
            and "/vendor/" not in f.path])

    def datasources(self):
        return self.once("datasources", lambda: [
            f for f in self.of_kind(".datasource") if f.sure and f.columns])

    def pipes(self):
        return self.of_kind(".pipe")

    def named(self, file, name):
        return next((f for f in self.files.values()
                     if f.project == file.project and f.name == name), None)

    def nodes_near(self, file):
        """The nodes of all pipes in the project of a file."""
        return self.once(("nodes", file.project), lambda: [
            (pipe, node) for pipe in self.pipes() if pipe.project == file.project
            for node in pipe.nodes])

    def writers(self, source):
        """The nodes that materialize into a data source, or copy into it."""
        return self.once(("writers", source.path), lambda: [
            (pipe, node) for pipe, node in self.nodes_near(source)
            if source.name in (node.value("DATASOURCE"), node.value("TARGET_DATASOURCE"))])

    def views(self, source):
        return [(pipe, node) for pipe, node in self.writers(source) if node.type == "materialized"]

    def readers(self, source):
        """The nodes whose query names a resource."""
        return self.once(("readers", source.path), lambda: [
            (pipe, node) for pipe, node in self.nodes_near(source) if node.names(source.name)])
