"""Risky changes to data sources as a whole: deletions, connectors, sharing, tokens."""
import re

from mutant_base import Mutant, edited, replaced
from mutant_datasources import reads_alone, set_line


def deleted_sources(project):
    for source in project.of_kind(".datasource"):
        if not source.sure or "ENGINE_JOIN_TYPE" in source.instructions:
            continue
        yield Mutant("datasource/deleted", source, "", {source.path: None}, "TB601", "error")
        if any(reads_alone(node, source) for _, node in project.readers(source)):
            yield Mutant("datasource/deleted-read", source, "", {source.path: None}, "TB604",
                         "error")
        new = source.path[:-len(".datasource")] + "_renamed.datasource"
        if len(source.columns) > 2:
            yield Mutant("datasource/renamed", source, "", {source.path: None, new: source.text},
                         "TB603", "error")


KAFKA = {"KAFKA_TOPIC": ("TB702", "other_topic"), "KAFKA_GROUP_ID": ("TB702", "other_group"),
         "KAFKA_CONNECTION_NAME": ("TB701 TB702", "other_connection")}
IMPORT = {"IMPORT_CONNECTION_NAME": "other_connection", "IMPORT_BUCKET_URI": "s3://other/*.csv",
          "IMPORT_EXTERNAL_DATASOURCE": "other.table", "IMPORT_STRATEGY": "append",
          "IMPORT_SCHEDULE": "@on-demand"}


def kafka(project):
    for source in project.datasources():
        if "KAFKA_TOPIC" not in source.instructions or "INCLUDE" in source.instructions:
            continue
        for name, (codes, value) in KAFKA.items():
            if name in source.instructions:
                yield Mutant(f"kafka/{name}", source, "", set_line(source, name, value), codes,
                             "warning")
        offset = source.value("KAFKA_AUTO_OFFSET_RESET")
        if offset:
            yield Mutant("kafka/offset", source, "", set_line(
                source, "KAFKA_AUTO_OFFSET_RESET",
                "latest" if offset == "earliest" else "earliest"), "TB702", "note")


def imports(project):
    """BigQuery and Snowflake are of Classic alone, and so is the profile of these."""
    for source in project.datasources():
        lines = [i for i in source.instructions.values() if re.match(r"KAFKA_|IMPORT_", i.name)]
        for name, value in IMPORT.items():
            if name in source.instructions and source.value(name) != value:
                yield Mutant(f"import/{name}", source, "", set_line(source, name, value), "TB701",
                             "warning", profile="classic")
        if {"KAFKA_TOPIC", "IMPORT_SERVICE"} & {i.name for i in lines} \
                and "INCLUDE" not in source.instructions:
            yield Mutant("connector/removed", source, "", edited(
                source, [(i.start, i.end, "") for i in lines]), "TB704", "warning")
        if "SHARED_WITH" in source.instructions:
            yield Mutant("shared/removed", source, "", set_line(source, "SHARED_WITH", ""), "TB611",
                         "warning")


def tokens(project):
    for file in project.of_kind(".datasource") + project.pipes():
        if (not file.nodes and not (file.sure and file.columns)) or "INCLUDE" in file.instructions:
            continue
        for token in file.tokens:
            if token.bare:
                yield Mutant("token/removed", file, token.value,
                             replaced(file, token.start, token.end, ""), "TB610", "warning")
    for file in project.of_kind(".datasource"):
        for number, token in enumerate(file.tokens):
            if file.sure and token.value.endswith(" READ"):
                yield Mutant("token/narrowed", file, f"{number}", replaced(
                    file, token.start, token.end,
                    f"TOKEN {token.value[:-len('READ')]}APPEND\n"), "TB610", "warning")


def generators():
    return [deleted_sources, kafka, imports, tokens]
