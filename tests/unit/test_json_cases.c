/*
 * What tblint writes as JSON of each case is as rules/topics/json-schema.json says: no key that the
 * schema lacks, and no key of the schema that nothing writes. rules/topics/json.md says the same in
 * words. One case in four; TBLINT_STEP=1 takes all.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/map.h"
#include "lib/case_repo.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ARGS_MAX = 24 };

typedef struct {
    Arena *arena;
    const char *source;
    cJSON *schema;
    Map *seen;         /* "finding.id": the keys of the schema that something wrote */
    const char *where; /* what is looked at */
    size_t breaches;
} Contract;

/* ---- a value against the schema; what the schema uses of JSON Schema, and no more ---- */

static void breach(Contract *contract, const char *path, const char *what)
{
    print_message("%s: %s: %s\n", contract->where, path, what);
    contract->breaches++;
}

static bool is_of_type(const cJSON *value, const char *type)
{
    if (strcmp(type, "object") == 0)
        return cJSON_IsObject(value);
    if (strcmp(type, "array") == 0)
        return cJSON_IsArray(value);
    if (strcmp(type, "string") == 0)
        return cJSON_IsString(value);
    if (strcmp(type, "boolean") == 0)
        return cJSON_IsBool(value);
    if (strcmp(type, "null") == 0)
        return cJSON_IsNull(value);
    return strcmp(type, "integer") == 0 && cJSON_IsNumber(value) &&
           value->valuedouble == (double)(int64_t)value->valuedouble;
}

static bool is_of_types(const cJSON *value, const cJSON *types)
{
    const cJSON *type;
    if (!types)
        return true;
    if (cJSON_IsString(types))
        return is_of_type(value, types->valuestring);
    cJSON_ArrayForEach(type, types)
    {
        if (is_of_type(value, type->valuestring))
            return true;
    }
    return false;
}

static bool is_among(const cJSON *value, const cJSON *list)
{
    const cJSON *item;
    cJSON_ArrayForEach(item, list)
    {
        if (cJSON_Compare(value, item, 1))
            return true;
    }
    return list == NULL;
}

/* The definition that a "$ref" names; `name` is left as it is where there is none. */
static const cJSON *resolved(const Contract *contract, const cJSON *schema, const char **name)
{
    static const char before[] = "#/$defs/";
    const cJSON *ref = cJSON_GetObjectItemCaseSensitive(schema, "$ref");
    if (!ref)
        return schema;
    *name = ref->valuestring + sizeof before - 1;
    const cJSON *all = cJSON_GetObjectItemCaseSensitive(contract->schema, "$defs");
    const cJSON *found = cJSON_GetObjectItemCaseSensitive(all, *name);
    assert_non_null(found);
    return found;
}

static void check(Contract *contract, const cJSON *value, const cJSON *schema, const char *name);

static void check_keys(Contract *contract, const cJSON *value, const cJSON *schema,
                       const char *name)
{
    const cJSON *properties = cJSON_GetObjectItemCaseSensitive(schema, "properties");
    const cJSON *required = cJSON_GetObjectItemCaseSensitive(schema, "required");
    const cJSON *item;
    cJSON_ArrayForEach(item, value)
    {
        const cJSON *property = cJSON_GetObjectItemCaseSensitive(properties, item->string);
        Str path = str_fmt(contract->arena, "%s.%s", name, item->string);
        if (!property) {
            breach(contract, path.ptr, "the schema has no such key");
            continue;
        }
        map_put(contract->seen, path, contract);
        check(contract, item, property, path.ptr);
    }
    cJSON_ArrayForEach(item, required)
    {
        if (!cJSON_HasObjectItem(value, item->valuestring))
            breach(contract, name, str_fmt(contract->arena, "lacks %s", item->valuestring).ptr);
    }
}

static void check(Contract *contract, const cJSON *value, const cJSON *schema, const char *name)
{
    const cJSON *any = cJSON_GetObjectItemCaseSensitive(schema, "anyOf");
    if (any && !cJSON_IsNull(value)) /* the first of them, or null */
        schema = any->child;
    schema = resolved(contract, schema, &name);
    const cJSON *constant = cJSON_GetObjectItemCaseSensitive(schema, "const");
    bool fits = is_of_types(value, cJSON_GetObjectItemCaseSensitive(schema, "type")) &&
                is_among(value, cJSON_GetObjectItemCaseSensitive(schema, "enum")) &&
                (!constant || cJSON_Compare(value, constant, 1));
    if (!fits)
        breach(contract, name, cJSON_PrintUnformatted(value));
    if (cJSON_IsObject(value))
        check_keys(contract, value, schema, name);
    const cJSON *items = cJSON_GetObjectItemCaseSensitive(schema, "items"), *item;
    const cJSON *list = items ? value : NULL;
    cJSON_ArrayForEach(item, list) check(contract, item, items, name);
}

/* ---- the cases ---- */

typedef struct {
    const char *items[ARGS_MAX];
    int len;
} Argv;

static void push(Argv *argv, const char *argument)
{
    assert_true(argv->len < ARGS_MAX);
    argv->items[argv->len++] = argument;
}

/* One run; its output is a whole of the definition `name`. */
static void check_run(Contract *contract, const CaseRepo *repo, const Argv *argv, const char *name)
{
    CaseRun run = case_repo_run(contract->arena, repo, argv->len, argv->items);
    if (run.code > 1 && strcmp(name, "lint") != 0)
        return; /* that writes nothing then */
    cJSON *root = cJSON_ParseWithLength(run.out.ptr, run.out.len);
    if (!root)
        breach(contract, name, "is no JSON");
    const cJSON *all = cJSON_GetObjectItemCaseSensitive(contract->schema, "$defs");
    if (root)
        check(contract, root, cJSON_GetObjectItemCaseSensitive(all, name), name);
    cJSON_Delete(root);
}

static Argv begin(const char *command, const Strs *options)
{
    Argv argv = {{"tblint", command, "--live", "main", "--quiet", "--format", "json"}, 7};
    for (size_t i = 0; i < options->len; i++)
        push(&argv, options->items[i].ptr);
    return argv;
}

/* What else a case says applies to lint; of plan and why to what they share with it. */
static void check_commands(Contract *contract, const CaseRepo *repo, const Strs *options,
                           const FileSet *candidate, const char *rule)
{
    const Strs none = {0};
    Argv argv = begin("lint", options);
    check_run(contract, repo, &argv, "lint");
    argv = begin("plan", &none);
    push(&argv, "--rollback");
    check_run(contract, repo, &argv, "plan");
    for (size_t i = 0; i < candidate->len && i < 3; i++) {
        argv = begin("why", &none);
        push(&argv,
             str_fmt(contract->arena, "%.*s:%zu", STR_ARG(candidate->items[i].path), i + 2).ptr);
        push(&argv, rule);
        check_run(contract, repo, &argv, "why");
    }
    if (candidate->len > 0) {
        argv = begin("why", &none);
        push(&argv, str_cstr(contract->arena, candidate->items[0].path));
        check_run(contract, repo, &argv, "why");
    }
}

/* `name`: "ttl-added/silent-new". */
static void check_case(Contract *contract, Str name)
{
    Arena *arena = contract->arena;
    Str folder = str_fmt(arena, "%s/tests/cases/%.*s", contract->source, STR_ARG(name));
    FileSet sides[3];
    static const char *const names[] = {"live", "candidate", "base"};
    for (size_t i = 0; i < 3; i++)
        sides[i] = file_set_read(arena, str_fmt(arena, "%s/%s", folder.ptr, names[i]).ptr);
    Strs options = {0};
    const char *arguments = str_fmt(arena, "%s/args", folder.ptr).ptr;
    Str rest = file_exists(arguments) ? file_read(arena, arguments) : (Str){0};
    for (Str line; rest.len && str_split_line(&rest, &line);) {
        if (line.len)
            vec_push(arena, &options, str_of(str_cstr(arena, line)));
    }
    CaseRepo repo;
    contract->where = folder.ptr;
    case_repo_make(&repo, sides[2].len ? &sides[2] : NULL, &sides[0], &sides[1]);
    Str rule = str_slice(name, 0, (size_t)str_find_char(name, '/'));
    check_commands(contract, &repo, &options, &sides[1], str_cstr(arena, rule));
    case_repo_remove(&repo);
}

static void cases_hold_to_the_schema(void **state)
{
    Contract *contract = *state;
    const char *step = getenv("TBLINT_STEP");
    size_t every = step && atoi(step) > 0 ? (size_t)atoi(step) : 4, seen = 0;
    Str root = str_fmt(contract->arena, "%s/tests/cases", contract->source);
    FileSet files = file_set_read(contract->arena, root.ptr);
    for (size_t i = 0; i < files.len; i++) {
        Str path = files.items[i].path;
        if (str_ends(path, "/expected.txt") && seen++ % every == 0)
            check_case(contract, str_slice(path, 0, path.len - strlen("/expected.txt")));
    }
    assert_true(seen > 100);
    assert_int_equal(contract->breaches, 0);
}

/* ---- what no case brings ---- */

static const char table_text[] =
    "SCHEMA >\n    `a` String `json:$.a`,\n    `b` String `json:$.b`\n";
static const char dropped_text[] = "SCHEMA >\n    `a` String `json:$.a`\n";
static const char broken_off[] = "no-such-branch";

static void a_change_that_weakens(void **state)
{
    Contract *contract = *state;
    Arena *arena = contract->arena;
    FileSet live = {0}, candidate = {0};
    file_set_add(arena, &live, STR("datasources/t.datasource"), str_of(table_text));
    file_set_add(arena, &live, STR(".tblint.yaml"), STR("version: 1\nfail_on: warning\n"));
    file_set_add(arena, &candidate, STR("datasources/t.datasource"), str_of(dropped_text));
    file_set_add(arena, &candidate, STR(".tblint.yaml"), STR("version: 1\nfail_on: never\n"));
    CaseRepo repo;
    Strs none = {0};
    contract->where = "weakened";
    case_repo_make(&repo, NULL, &live, &candidate);
    check_commands(contract, &repo, &none, &candidate, "column-dropped");
    Argv argv = begin("lint", &none);
    argv.items[3] = broken_off;
    check_run(contract, &repo, &argv, "lint");
    case_repo_remove(&repo);
    assert_int_equal(contract->breaches, 0);
}

/* After the others: every key that is documented was written by something. */
static void nothing_is_documented_that_is_not_written(void **state)
{
    Contract *contract = *state;
    const cJSON *definition, *property;
    size_t missing = 0;
    cJSON_ArrayForEach(definition, cJSON_GetObjectItemCaseSensitive(contract->schema, "$defs"))
    {
        const cJSON *all = cJSON_GetObjectItemCaseSensitive(definition, "properties");
        cJSON_ArrayForEach(property, all)
        {
            Str path = str_fmt(contract->arena, "%s.%s", definition->string, property->string);
            if (map_has(contract->seen, path))
                continue;
            print_message("nothing writes %s\n", path.ptr);
            missing++;
        }
    }
    assert_int_equal(missing, 0);
}

/* ---- the page ---- */

/* A section for each definition, a line for each key, in the same words. */
static void the_page_says_what_the_schema_says(void **state)
{
    Contract *contract = *state;
    Arena *arena = contract->arena;
    Buf want = {0};
    const cJSON *definition, *property;
    cJSON_ArrayForEach(definition, cJSON_GetObjectItemCaseSensitive(contract->schema, "$defs"))
    {
        Str title = str_copy(arena, str_of(definition->string));
        buf_add(&want, "\n## ");
        for (size_t i = 0; i < title.len; i++)
            buf_add_char(&want, title.ptr[i] == '-' ? ' ' : title.ptr[i]);
        buf_addf(&want, "\n\n%s\n\n| key | meaning |\n| --- | --- |\n",
                 cJSON_GetObjectItem(definition, "description")->valuestring);
        cJSON_ArrayForEach(property, cJSON_GetObjectItem(definition, "properties"))
            buf_addf(&want, "| `%s` | %s |\n", property->string,
                     cJSON_GetObjectItem(property, "description")->valuestring);
    }
    Str page = file_read(arena, str_fmt(arena, "%s/rules/topics/json.md", contract->source).ptr);
    ptrdiff_t start = str_find(page, "\n## lint\n");
    assert_true(start > 0);
    Str have = str_slice(page, (size_t)start, page.len);
    if (!str_eq(have, buf_str(&want)))
        print_message("the sections should be:\n%.*s", STR_ARG(buf_str(&want)));
    assert_true(str_eq(have, buf_str(&want)));
    buf_free(&want);
}

int main(void)
{
    char here[4096];
    Arena *arena = arena_new();
    Contract contract = {.arena = arena, .source = getenv("TBLINT_SOURCE"), .seen = map_new(arena)};
    if (!contract.source)
        contract.source = getcwd(here, sizeof here);
    Str text =
        file_read(arena, str_fmt(arena, "%s/rules/topics/json-schema.json", contract.source).ptr);
    contract.schema = cJSON_ParseWithLength(text.ptr, text.len);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_prestate(the_page_says_what_the_schema_says, &contract),
        cmocka_unit_test_prestate(cases_hold_to_the_schema, &contract),
        cmocka_unit_test_prestate(a_change_that_weakens, &contract),
        cmocka_unit_test_prestate(nothing_is_documented_that_is_not_written, &contract),
    };
    if (!contract.schema) {
        print_message("rules/topics/json-schema.json is no JSON\n");
        return 1;
    }
    case_repo_begin();
    int failed = cmocka_run_group_tests_name("json of the cases", tests, NULL, NULL);
    case_repo_end();
    cJSON_Delete(contract.schema);
    arena_free(arena);
    return failed;
}
