/*
 * fuzz_lineage.c: pipes that read each other in every way -> lineage, views, plan, findings.
 *
 * The input is a list of words of four bytes, each of which makes one node: of which pipe it is,
 * what it selects, what it reads and how. So nearly every input is a project that parses, with
 * circles, stars, views in cascades and names that mean several things. Bytes behind the last whole
 * word choose which data sources differ.
 */
#include "touch.h"

#include "lib/project_fixture.h"
#include "model/lineage.h"
#include "model/view.h"

enum { PIPES = 8, SOURCES = 6, NODES_MAX = 24, WORD = 4 };

static const char *const LISTS[] = {
    "*",
    "a",
    "a, b",
    "a AS b, b AS a",
    "* EXCEPT (a)",
    "t.*",
    "t.a, t.c",
    "count() AS a",
    "a + 1 AS a, b",
    "sumState(c) AS c, a",
    "upper(b)",
    "a AS x, x, *",
    "COLUMNS('a|b')",
    "1 AS a, 2 AS b",
};

/* @ is the list, # the source. */
static const char *const FORMS[] = {
    "SELECT @ FROM # AS t",
    "SELECT @ FROM (SELECT * FROM #) AS t",
    "WITH w AS (SELECT * FROM #) SELECT @ FROM w AS t",
    "SELECT @ FROM # AS t WHERE a > now() - INTERVAL 7 DAY",
    "SELECT @ FROM # AS t JOIN # AS u ON t.a = u.a",
    "SELECT @ FROM # AS t UNION ALL SELECT @ FROM # AS t",
    "SELECT @ FROM # AS t WHERE a IN (SELECT a FROM s0) GROUP BY a, b, c",
    "%\n    SELECT @ FROM # AS t {% if defined(x) %} WHERE a = {{String(x)}} {% end %}",
    "SELECT @ FROM # AS t ARRAY JOIN c AS d",
    "SELECT @ FROM # AS t FINAL ORDER BY a LIMIT 5",
};

static const char *const COLUMNS[] = {
    "    `a` DateTime,\n    `b` String,\n    `c` UInt64\n",
    "    `a` DateTime,\n    `b` String\n",
    "    `a` DateTime64(3),\n    `b` LowCardinality(String),\n    `c` UInt64\n",
    "    `a` DateTime,\n    `b` String,\n    `c` AggregateFunction(sum, UInt64)\n",
};

static const char *const STORAGE[] = {
    "ENGINE \"MergeTree\"\nENGINE_SORTING_KEY \"a\"\n",
    "ENGINE \"MergeTree\"\nENGINE_SORTING_KEY \"a\"\nENGINE_TTL \"a + toIntervalDay(30)\"\n",
    "ENGINE \"Null\"\n",
    "ENGINE \"AggregatingMergeTree\"\nENGINE_SORTING_KEY \"a, b\"\n",
    "ENGINE \"ReplacingMergeTree\"\nENGINE_SORTING_KEY \"b\"\nENGINE_VER \"a\"\n",
};

#define CHOOSE(list, byte) ((list)[(byte) % ARRAY_LEN(list)])

/* A data source, a pipe, a node or a quarantine table. */
static void add_source_name(Buf *out, unsigned byte)
{
    static const char LETTERS[] = "spns";
    unsigned kind = byte % 4;
    buf_addf(out, "%c%u", LETTERS[kind], byte / 4 % (kind == 1 ? PIPES : SOURCES));
    if (kind == 3)
        buf_add(out, "_quarantine");
}

static void add_node(Buf *pipe, const uint8_t *word, unsigned number)
{
    buf_addf(pipe, "NODE n%u\nSQL >\n    ", number % SOURCES);
    for (const char *at = CHOOSE(FORMS, word[3] / 8); *at; at++) {
        if (*at == '@')
            buf_add(pipe, CHOOSE(LISTS, word[1]));
        else if (*at == '#')
            add_source_name(pipe, word[2]);
        else
            buf_add_char(pipe, *at);
    }
    buf_add(pipe, "\n\n");
    if (word[3] % 8 == 1)
        buf_addf(pipe, "TYPE materialized\nDATASOURCE s%u\n\n", word[0] / PIPES % SOURCES);
    else if (word[3] % 8 == 2)
        buf_addf(pipe, "TYPE copy\nTARGET_DATASOURCE s%u\n\n", word[0] / PIPES % SOURCES);
    else if (word[3] % 8 == 3)
        buf_add(pipe, "TYPE endpoint\n\n");
}

/* The sides differ in one node each: live lacks the first, the candidate the second. */
static void add_pipes(Arena *arena, FileSet *files, const uint8_t *data, size_t words, size_t lacks)
{
    Buf pipes[PIPES] = {{0}};
    for (size_t i = 0; i < words && i < NODES_MAX; i++) {
        const uint8_t *word = data + i * WORD;
        if (i != lacks)
            add_node(&pipes[word[0] % PIPES], word, (unsigned)i);
    }
    for (unsigned i = 0; i < PIPES; i++) {
        if (pipes[i].len)
            file_set_add(arena, files, str_fmt(arena, "p%u.pipe", i),
                         str_copy(arena, buf_str(&pipes[i])));
        buf_free(&pipes[i]);
    }
}

static void add_sources(Arena *arena, FileSet *files, const uint8_t *bytes, size_t count)
{
    for (unsigned i = 0; i < SOURCES; i++) {
        unsigned byte = i < count ? bytes[i] : i;
        file_set_add(
            arena, files, str_fmt(arena, "s%u.datasource", i),
            str_fmt(arena, "SCHEMA >\n%s\n%s", CHOOSE(COLUMNS, byte), CHOOSE(STORAGE, byte / 4)));
    }
}

/* Every node is resolved, also those that no rule asks for. */
static void touch_lineage(ProjectFixture *f, const Project *project)
{
    for (size_t i = 0; i < map_len(project->pipes); i++) {
        const Resource *pipe = map_value(project->pipes, i);
        for (size_t node = 0; pipe->facts && node < pipe->facts->nodes.len; node++) {
            const NodeLineage *lineage = node_lineage(&f->loader, pipe, node);
            for (size_t k = 0; k < lineage->reads.len; k++) {
                touch(lineage->reads.items[k].column);
                touch_range(lineage->reads.items[k].range, 0, pipe->facts->text.len);
            }
            for (size_t k = 0; k < lineage->output.columns.len; k++)
                touch(lineage->output.columns.items[k].name);
            for (size_t k = 0; k < lineage->gaps.len; k++)
                touch(lineage->gaps.items[k].why);
        }
        const View *view = view_of(&f->loader, pipe);
        touch(view ? view_meaning(&f->loader, view) : (Str){0});
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena *arena = arena_new();
    FileSet live = {0}, candidate = {0};
    size_t words = size / WORD;
    const uint8_t *rest = data + words * WORD;
    add_pipes(arena, &live, data, words, 0);
    add_pipes(arena, &candidate, data, words, 1);
    add_sources(arena, &live, rest, 0);
    add_sources(arena, &candidate, rest, size % WORD);
    ProjectFixture f;
    project_fixture_make(&f, &live, &candidate);
    Findings *old = findings_new(f.arena);
    checks_run(&f.check, old);
    findings_finish(f.check.findings, old, false);
    for (size_t i = 0; i < f.check.findings->items.len; i++)
        touch(f.check.findings->items.items[i].message);
    touch_lineage(&f, f.diff->sides.live);
    touch_lineage(&f, f.diff->sides.candidate);
    project_fixture_free(&f);
    arena_free(arena);
    return 0;
}
