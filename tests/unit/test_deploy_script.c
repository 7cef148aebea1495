/* What the deploy scripts of a project do: the commands of tb, and which pipes are filled. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "lib/project_fixture.h"
#include "model/deploy_script.h"

static const char VIEW[] = "NODE n\nSQL >\n    SELECT a FROM t\nTYPE materialized\nDATASOURCE u\n";

typedef struct {
    const char *path;
    const char *text;
} File;

static FileSet files_of(Arena *arena, const File *files)
{
    FileSet set = {0};
    for (; files->path; files++)
        file_set_add(arena, &set, str_of(files->path), str_of(files->text));
    return set;
}

static const DeployFacts *read_project(ProjectFixture *f, Arena *arena, const File *live,
                                       const File *candidate)
{
    FileSet before = files_of(arena, live);
    FileSet after = files_of(arena, candidate);
    project_fixture_make(f, &before, &after);
    return deploy_facts(&f->loader, &f->pair, SIDE_CANDIDATE);
}

/* ---- one command ---- */

static const char *const VERBS[] = {
    [TB_OTHER] = "other", [TB_DEPLOY] = "deploy", [TB_PUSH] = "push", [TB_POPULATE] = "populate",
    [TB_COPY] = "copy",   [TB_APPEND] = "append", [TB_TEST] = "test", [TB_WAIT] = "wait",
};

static void print_command(Buf *out, const TbCommand *command)
{
    const struct {
        bool is_set;
        const char *word;
    } flags[] = {
        {command->populate, "--populate"}, {command->fixtures, "--fixtures"},
        {command->wait, "--wait"},         {command->yes, "--yes"},
        {command->subset, "--subset"},     {command->truncate, "--truncate"},
        {command->replace, "replace"},     {command->is_open, "open"},
        {command->has_input, "<"},         {command->background, "&"},
        {!command->certain, "maybe"},
    };
    buf_add(out, VERBS[command->verb]);
    for (size_t i = 0; i < command->names.len; i++)
        buf_addf(out, " '%.*s'", STR_ARG(command->names.items[i]));
    for (size_t i = 0; i < command->params.len; i++)
        buf_addf(out, " %.*s%s", STR_ARG(command->params.items[i].name),
                 command->params.items[i].is_complete ? "=" : "?");
    for (size_t i = 0; i < ARRAY_LEN(flags); i++)
        if (flags[i].is_set)
            buf_addf(out, " %s", flags[i].word);
    buf_add(out, "\n");
}

static const struct {
    const char *script;
    const char *commands;
} ROWS[] = {
    {"tb deploy\n", "deploy\n"},
    {"tb deploy --populate --fixtures --wait --yes\n",
     "deploy --populate --fixtures --wait --yes\n"},
    {"tb --semver $VERSION deploy --v3 --wait\n", "deploy --wait\n"},
    {"tb --semver \"$X\" --token=$T --no-version-warning deploy --yes\n", "deploy --yes\n"},
    {"tb deploy ${CI_FLAGS}\n", "deploy open\n"},
    {"tb deploy \"$FLAG\"\n", "deploy '' open\n"},
    {"tb deploy --no-such-option\n", "deploy open\n"},
    {"tb deploy --populate --subset 0.1 --sql-condition 'a > 1'\n", "deploy --populate --subset\n"},
    {"yes | tb deploy\n", "deploy <\n"},
    {"tb --semver 1.0.0 pipe populate v --node n --wait\n", "populate 'v' --wait\n"},
    {"tb pipe populate v --truncate &\nwait\n", "populate 'v' --truncate &\nwait\n"},
    {"tb pipe copy run c --param a=1 --param=b=\"$B\" --param \"c d\" --param $D --yes --wait\n",
     "copy 'c' a= b= c d? ? --wait --yes open\n"},
    {"tb pipe copy run c --mode replace\n", "copy 'c' replace\n"},
    {"tb pipe copy run \"$C\" --yes\n", "copy '' --yes open\n"},
    {"tb datasource append e datasources/fixtures/e.ndjson\n",
     "append 'e' 'datasources/fixtures/e.ndjson'\n"},
    {"tb push pipes/a.pipe --populate\n", "push 'pipes/a.pipe' --populate\n"},
    {"tb test run -v -c 4; tb sql 'SELECT 1'\n", "test\ntest 'SELECT 1'\n"},
    {"tb release ls\nexec tb deploy\n", "other 'release' 'ls'\ndeploy\n"},
    {"if [ \"$X\" ]; then tb deploy; fi\n", "deploy maybe\n"},
    {"/usr/local/bin/tb deploy\n", "deploy\n"},
    {"if ! command -v tb; then exit 1; fi\nsource .tinyenv\ntb deploy\n", "deploy\n"},
};

static void test_commands(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(ROWS); i++) {
        ProjectFixture f;
        Arena *arena = arena_new();
        const File files[] = {
            {".tinyenv", "VERSION=1.0.0\n"}, {"deploy/1.0.0/cd-deploy.sh", ROWS[i].script}, {0}};
        const DeployFacts *facts = read_project(&f, arena, (File[]){{0}}, files);
        const DeployScript *script = deploy_script(facts, SCRIPT_CD_DEPLOY);
        Buf out = {0};
        assert_non_null(script);
        for (size_t k = 0; k < script->runs[RUN_IN_PRODUCTION].commands.len; k++)
            print_command(&out, &script->runs[RUN_IN_PRODUCTION].commands.items[k]);
        if (!str_is(buf_str(&out), ROWS[i].commands))
            print_message("%s-- expected\n%s-- read\n%.*s", ROWS[i].script, ROWS[i].commands,
                          STR_ARG(buf_str(&out)));
        assert_true(str_is(buf_str(&out), ROWS[i].commands));
        assert_true(script->runs[RUN_IN_PRODUCTION].complete);
        assert_int_equal(script->runs[RUN_IN_CI].commands.len, 0);
        buf_free(&out);
        project_fixture_free(&f);
        arena_free(arena);
    }
}

/* Other programs may call tb themselves. */
static void test_incomplete(void **state)
{
    (void)state;
    static const char *const scripts[] = {
        "../utils/populate.sh a\n",
        "bash x.sh\n",
        "eval \"$X\"\n",
        "$TB deploy\n",
        "tb \"$VERB\" x\n",
        "source lib.sh\n",
        "curl https://x\n",
        "X=`tb deploy`\n",
        "make deploy\n",
        "trap 'tb deploy' EXIT\n",
        "xargs tb deploy\n",
        "python3 x.py\n",
    };
    for (size_t i = 0; i < ARRAY_LEN(scripts); i++) {
        ProjectFixture f;
        Arena *arena = arena_new();
        const File files[] = {{".tinyenv", "export VERSION=\"1.0.0\" # now\n"},
                              {"deploy/1.0.0/deploy.sh", scripts[i]},
                              {0}};
        const DeployFacts *facts = read_project(&f, arena, (File[]){{0}}, files);
        const DeployScript *script = deploy_script(facts, SCRIPT_DEPLOY);
        assert_non_null(script);
        if (script->runs[RUN_IN_PRODUCTION].complete)
            print_message("%s", scripts[i]);
        assert_false(script->runs[RUN_IN_PRODUCTION].complete);
        assert_false(script->runs[RUN_IN_CI].complete);
        project_fixture_free(&f);
        arena_free(arena);
    }
}

/* ---- what is filled ---- */

static const struct {
    const char *path;
    const char *script;
    bool populates;
} FILLS[] = {
    {"deploy/1.0.0/cd-deploy.sh", "tb deploy --populate --wait\n", true},
    {"deploy/1.0.0/ci-deploy.sh", "tb deploy --populate --wait\n", false},
    {"deploy/1.0.0/deploy.sh", "tb deploy\n", false},
    {"deploy/1.0.0/deploy.sh", "[ \"$CI\" ] && tb deploy --populate || tb deploy\n", false},
    {"deploy/1.0.0/deploy.sh", "[ \"$CI\" ] && exit\ntb deploy --populate\n", true},
    {"deploy/1.0.0/deploy.sh", "[ \"$X\" ] && tb deploy --populate\n", false},
    {"deploy/1.0.0/deploy.sh", "tb deploy $FLAGS\n", false},
    {"deploy/1.0.0/deploy.sh", "tb push pipes/other.pipe --populate\n", false},
    {"deploy/1.0.0/deploy.sh", "tb push pipes/view.pipe --populate\n", true},
    {"deploy/1.0.0/postdeploy.sh", "tb pipe populate view --wait\n", true},
    {"deploy/1.0.0/postdeploy.sh", "tb pipe populate other --wait\n", false},
    {"deploy/1.0.0/postdeploy.sh", "for p in other view; do tb pipe populate $p; done\n", true},
    {"deploy/1.0.0/other.sh", "tb pipe populate view\n", false},
    {"deploy/1.0.1/deploy.sh", "tb deploy --populate\n", false},
    {"other/deploy/1.0.0/deploy.sh", "tb deploy --populate\n", false},
    {"deploy/1.0.0/deploy.sh", "tb deploy --populate '\n", false},
};

/* A script that the change brings surely fills the pipe when production runs it. */
static bool fills_in_production(const DeployFacts *facts, const char *pipe, bool is_view)
{
    for (int role = 0; role < SCRIPT_ROLES; role++) {
        const DeployScript *script = deploy_script(facts, (ScriptRole)role);
        const ScriptRun *run = script ? &script->runs[RUN_IN_PRODUCTION] : NULL;
        for (size_t i = 0; run && script->changed && i < run->commands.len; i++) {
            const TbCommand *command = &run->commands.items[i];
            if (command->certain && tb_fills(command, str_of(pipe), is_view, false))
                return true;
        }
    }
    return false;
}

static void test_populates(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(FILLS); i++) {
        ProjectFixture f;
        Arena *arena = arena_new();
        const File files[] = {{".tinyenv", "# it\nVERSION=1.0.0\n"},
                              {"pipes/view.pipe", VIEW},
                              {FILLS[i].path, FILLS[i].script},
                              {0}};
        const DeployFacts *facts = read_project(&f, arena, (File[]){{0}}, files);
        bool populates = fills_in_production(facts, "view", true);
        if (populates != FILLS[i].populates)
            print_message("%s: %s", FILLS[i].path, FILLS[i].script);
        assert_int_equal(populates, FILLS[i].populates);
        project_fixture_free(&f);
        arena_free(arena);
    }
}

/* What live has already is not what this change does; a copy pipe is not filled by tb deploy. */
static void test_populates_by_this_change(void **state)
{
    (void)state;
    static const char copy[] =
        "NODE n\nSQL >\n    SELECT a FROM t\nTYPE copy\nTARGET_DATASOURCE u\n";
    const File files[] = {{".tinyenv", "VERSION=1.0.0\n"},
                          {"pipes/view.pipe", VIEW},
                          {"pipes/copied.pipe", copy},
                          {"deploy/1.0.0/deploy.sh", "tb deploy --populate\n"},
                          {0}};
    ProjectFixture f;
    Arena *arena = arena_new();
    assert_false(fills_in_production(read_project(&f, arena, files, files), "view", true));
    project_fixture_free(&f);
    const DeployFacts *facts = read_project(&f, arena, (File[]){{0}}, files);
    assert_true(fills_in_production(facts, "view", true));
    assert_false(fills_in_production(facts, "copied", false));
    assert_false(fills_in_production(deploy_facts(&f.loader, &f.pair, SIDE_LIVE), "view", true));
    project_fixture_free(&f);
    arena_free(arena);
}

/* One note for each script that cannot be read, and none twice. */
static void test_unread(void **state)
{
    (void)state;
    const File files[] = {{".tinyenv", "VERSION=1.0.0\n"},
                          {"deploy/1.0.0/deploy.sh", "tb a\nif x; then tb deploy --populate\n"},
                          {0}};
    ProjectFixture f;
    Arena *arena = arena_new();
    read_project(&f, arena, (File[]){{0}}, files);
    deploy_facts(&f.loader, &f.pair, SIDE_CANDIDATE);
    deploy_facts(&f.loader, &f.pair, SIDE_LIVE);
    assert_int_equal(f.unchecked.len, 1);
    assert_true(str_is(f.unchecked.items[0].why,
                       "the script could not be read: an if is not closed by fi"));
    assert_int_equal(f.unchecked.items[0].line, 2);
    project_fixture_free(&f);
    arena_free(arena);
}

static void expect_version(const char *text, const char *version)
{
    ProjectFixture f;
    Arena *arena = arena_new();
    const DeployFacts *facts =
        read_project(&f, arena, (File[]){{0}}, (File[]){{".tinyenv", text}, {0}});
    if (!str_is(facts->version, version))
        print_message("%s-> %.*s\n", text, STR_ARG(facts->version));
    assert_true(str_is(facts->version, version));
    project_fixture_free(&f);
    arena_free(arena);
}

static void test_version(void **state)
{
    (void)state;
    expect_version("VERSION=1.0.0", "1.0.0");
    expect_version("# VERSION=9.9.9\r\nexport VERSION='1.0.0-2'\r\n", "1.0.0-2");
    expect_version("VERSION=1.0.0\nVERSION=1.0.1\n", "1.0.1");
    expect_version("A=b\nTB_VERSION=2.0.0\nOBFUSCATE_PATTERN_SEPARATOR=||\n", "");
    expect_version("VERSION=$OTHER\n", "");
    expect_version("VERSION=\n", "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_commands),  cmocka_unit_test(test_incomplete),
        cmocka_unit_test(test_populates), cmocka_unit_test(test_populates_by_this_change),
        cmocka_unit_test(test_unread),    cmocka_unit_test(test_version),
    };
    return cmocka_run_group_tests_name("deploy script", tests, NULL, NULL);
}
