"""Deterministic damage to datafiles: what people and merges do to them."""

KEYWORDS = [
    "SCHEMA", "ENGINE", "ENGINE_SORTING_KEY", "ENGINE_PARTITION_KEY", "ENGINE_TTL", "ENGINE_VER",
    "TOKEN", "TAGS", "DESCRIPTION", "NODE", "SQL", "TYPE", "DATASOURCE", "TARGET_DATASOURCE",
    "COPY_SCHEDULE", "COPY_MODE", "FORWARD_QUERY", "BACKFILL", "SHARED_WITH", "KAFKA_TOPIC",
    "IMPORT_SCHEDULE", "EXPORT_SCHEDULE", "VERSION", "INDEXES", "DEPLOYMENT_METHOD", "INCLUDE",
    "KAFKA_CONNECTION_NAME", "IMPORT_CONNECTION_NAME", "SETTINGS", "MAINTAINER", "IMPORT_STRATEGY",
]

LINES = [
    "TOKEN reader READ", "TOKEN writer APPEND", "TOKEN alone", "TOKEN a b c", "TAGS one, two",
    "TAGS key=value", "VERSION 1", "BACKFILL skip", "BACKFILL now", "DEPLOYMENT_METHOD alter",
    "ENGINE MergeTree", "ENGINE ReplacingMergeTree", "ENGINE CollapsingMergeTree", "ENGINE Merge",
    'ENGINE_SORTING_KEY ""', "ENGINE_SORTING_KEY tuple()", "ENGINE_SORTING_KEY count(id)",
    "ENGINE_TTL toDate(timestamp) + toIntervalDay(30)", "ENGINE_VER timestamp", "ENGINE_SIGN nothing",
    "KAFKA_CONNECTION_NAME c", "KAFKA_TOPIC t", "KAFKA_GROUP_ID g", "IMPORT_BUCKET_URI s3://b/*",
    "IMPORT_CONNECTION_NAME c", "IMPORT_SCHEDULE @auto", "IMPORT_SCHEDULE 0 * * * *",
    "IMPORT_FORMAT csv", "PG_TABLE t", "IMPORT_TABLE_ARN arn", "SHARED_WITH other", "SHARED_WITH",
    "TYPE endpoint", "TYPE ENDPOINT", "TYPE materialized", "TYPE copy", "TYPE sink", "TYPE view",
    "TYPE", "DATASOURCE target", "TARGET_DATASOURCE target", "COPY_MODE append", "COPY_MODE Replace",
    "COPY_SCHEDULE @on-demand", "COPY_SCHEDULE 0 0 * *", "COPY_SCHEDULE */5 * * * *",
    "COPY_SCHEDULE 61 * * * *", "COPY_SCHEDULE @hourly", "EXPORT_CONNECTION_NAME c",
    "EXPORT_SCHEDULE @on-demand", "EXPORT_KAFKA_TOPIC t", "EXPORT_BUCKET_URI s3://b",
    "EXPORT_FILE_TEMPLATE f", "EXPORT_FORMAT csv", "EXPORT_SERVICE s3", "ON_DEMAND_COMPUTE maybe",
    "NODE extra", "NODE", "SQL > SELECT 1", "SQL SELECT 1", "SETTINGS x", "MAINTAINER me", "SOURCE u",
    "IMPORT_STRATEGY append", "IMPORT_SERVICE s3", "SORTING_KEY id", "INCLUDE \"x.incl\"", "FILTER x",
    "SCOPE x", "DESCRIPTION It's here", "DESCRIPTION 'open", "# a note", "nonsense", "ENGIN MergeTree",
    "INDEXES >", "    INDEX i id TYPE minmax GRANULARITY 1", "    IDX_1 id TYPE minmax", "    extra String,",
    "    `extra` Nullable(String) `json:$.extra`,", "    `extra` Array(String) DEFAULT [],",
    "    -- a remark", "FORWARD_QUERY >", "    SELECT *", "    extra Int,", "    extra Foo,",
    "    extra LowCardinality(Nullable(String)),", "    extra Nullable(Array(String)),",
    "    extra DateTime64,", "    extra Boolean,", "    extra string,", "    extra Decimal(10, 2),",
    "    extra Enum8('a' = 1, 'b' = 2),", "    extra String DEFAULT 'x' CODEC(ZSTD(1)),",
    "    extra String CODEC(ZSTD(1)) DEFAULT 'x',", "    extra String DEFAULT 'it''s',",
]

TYPES = [
    "String", "UInt8", "Int256", "Float64", "Nullable(String)", "LowCardinality(String)", "Foo", "Int",
    "LowCardinality(Nullable(UInt32))", "Array(Nullable(String))", "Map(String, Array(UInt8))",
    "DateTime64(3, 'UTC')", "DateTime('UTC')", "Tuple(a Int8, b String)", "JSON", "FixedString(16)",
    "AggregateFunction(uniq, String)", "SimpleAggregateFunction(max, DateTime)", "Nullable(Foo)",
    "AggregateFunction(quantiles(0.5, 0.9), Float64)", "Decimal(76, 10)", "Decimal(77, 1)", "Bool",
    "Enum16('a' = 1)", "Nested(a String)", "Variant(String, UInt8)", "UUID", "IPv6", "Date32", "Array()",
    "Array(String", "String)", "Nullable(Nullable(String))", "LowCardinality(Array(String))",
    "DateTime64(12)", "FixedString(x)", "Map(String)", "Object('json')", "INT", "varchar", "Boolean",
]


def swap_case(random, word):
    return random.choice([word.lower(), word.upper(), word.capitalize()])


def typo(random, word):
    if len(word) < 3:
        return word + "X"
    at = random.randrange(1, len(word) - 1)
    return random.choice([
        word[:at] + word[at + 1:],
        word[:at] + word[at + 1] + word[at] + word[at + 2:],
        word[:at] + random.choice("AEIOX_") + word[at:],
    ])


def replace_first_word(random, line, change):
    indent = line[:len(line) - len(line.lstrip())]
    rest = line.lstrip().split(None, 1)
    if not rest:
        return line
    tail = " " + rest[1] if len(rest) > 1 else "\n" if line.endswith("\n") else ""
    return indent + change(random, rest[0]) + tail


def keyword_lines(lines):
    found = [i for i, line in enumerate(lines) if line[:1].isupper() and line.split()]
    return found or [0]


def change_character(random, line, old, new):
    places = [i for i, c in enumerate(line) if c in old]
    if not places:
        return line
    at = random.choice(places)
    return line[:at] + new + line[at + 1:]


def swap_attributes(random, line):
    words = line.split()
    if len(words) < 3:
        return line
    indent = line[:len(line) - len(line.lstrip())]
    end = "," if words[-1].endswith(",") else ""
    if end:
        words[-1] = words[-1][:-1]
    i, j = random.sample(range(1, len(words)), 2)
    words[i], words[j] = words[j], words[i]
    return indent + " ".join(words) + end + "\n"


def change_type(random, line):
    words = line.rstrip("\n").split(None, 2)
    if len(words) < 2:
        return line
    rest = " " + words[2] if len(words) > 2 else "," if words[1].endswith(",") else ""
    return "    " + words[0] + " " + random.choice(TYPES) + rest + "\n"


def on_line(change):
    def apply(random, lines):
        at = random.randrange(len(lines))
        lines[at] = change(random, lines[at])
    return apply


def on_keyword(change):
    def apply(random, lines):
        at = random.choice(keyword_lines(lines))
        lines[at] = replace_first_word(random, lines[at], change)
    return apply


def delete_line(random, lines):
    del lines[random.randrange(len(lines))]


def duplicate_line(random, lines):
    at = random.randrange(len(lines))
    lines.insert(random.choice([at, random.randrange(len(lines) + 1)]), lines[at])


def swap_lines(random, lines):
    i, j = random.randrange(len(lines)), random.randrange(len(lines))
    lines[i], lines[j] = lines[j], lines[i]


def insert_line(random, lines):
    lines.insert(random.randrange(len(lines) + 1), random.choice(LINES) + "\n")


def append_line(random, lines):
    if not lines[-1].endswith("\n"):
        lines[-1] += "\n"
    lines.append(random.choice(LINES) + "\n")


def column_line(random, lines):
    columns = [i for i, line in enumerate(lines) if line.startswith((" ", "\t")) and line.strip()]
    return random.choice(columns) if columns else 0


def mutate_type(random, lines):
    at = column_line(random, lines)
    lines[at] = change_type(random, lines[at])


def mutate_attributes(random, lines):
    at = column_line(random, lines)
    lines[at] = swap_attributes(random, lines[at])


def crlf(random, lines):
    end = random.choice(["\r\n", "\r", "\n\n", "\n# note\n"])
    lines[:] = [line[:-1] + end if line.endswith("\n") else line for line in lines]


def indent_line(random, line):
    return random.choice(["    ", "\t", " "]) + line


def hash_in_line(random, line):
    at = random.randrange(len(line) + 1)
    return line[:at] + random.choice(["#", " # "]) + line[at:]


OPERATIONS = [
    delete_line, delete_line, duplicate_line, swap_lines, insert_line, insert_line, append_line,
    append_line, mutate_type, mutate_type, mutate_attributes, crlf,
    on_line(lambda random, line: change_character(random, line, "'\"`", random.choice("'\"`"))),
    on_line(lambda random, line: change_character(random, line, "'\"`", "")),
    on_line(indent_line), on_line(lambda random, line: line.lstrip(" \t")), on_line(hash_in_line),
    on_line(lambda random, line: change_character(random, line, ",", "")),
    on_line(lambda random, line: change_character(random, line, ",", " ,")),
    on_line(lambda random, line: change_character(random, line, "()", "")),
    on_line(lambda random, line: change_character(random, line, "()", random.choice("()[]"))),
    on_line(lambda random, line: change_character(random, line, " ", random.choice("\t\n\f,"))),
    on_line(lambda random, line: change_character(random, line, ">", "")),
    on_keyword(typo), on_keyword(swap_case),
    on_keyword(lambda random, word: random.choice(KEYWORDS)),
]


def mutate(random, text):
    """One to three operations; never the text itself."""
    for _ in range(20):
        lines = text.splitlines(keepends=True) or ["\n"]
        for _ in range(random.choice([1, 1, 1, 2, 3])):
            if not lines:
                lines = ["\n"]
            random.choice(OPERATIONS)(random, lines)
        changed = "".join(lines)
        if changed != text:
            return changed
    return text + "\n"
