/*
 * The shell reader: a table of scripts and of the commands that run, as CI and as production run
 * them. A word that is not certain ends in a tilde, a command that may not run stands in brackets,
 * and "hides" says that other commands may run as well.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "syntax/shell_run.h"

typedef struct {
    const char *name;
    const char *script;
    const char *ci;
    const char *production; /* NULL: the same */
} Row;

static const Row ROWS[] = {
    /* words */
    {"words", "tb deploy --populate\n", "tb deploy --populate\n", NULL},
    {"no line end", "tb deploy", "tb deploy\n", NULL},
    {"carriage returns", "tb deploy\r\ntb sql x\r\n", "tb deploy\ntb sql x\n", NULL},
    {"single quotes", "tb sql 'a b' ''\n", "tb sql 'a b' ''\n", NULL},
    {"double quotes", "tb sql \"a 'b' \\\"c\\\"\"\n", "tb sql 'a 'b' \"c\"'\n", NULL},
    {"ansi quotes", "tb sql $'a\\nb' $'\\x41'\n", "tb sql 'a\nb' ~\n", NULL},
    {"quotes within a word", "tb --param=a'=b c'\"d\"e\n", "tb '--param=a=b cde'\n", NULL},
    {"backslash", "tb a\\ b \\$x\n", "tb 'a b' $x\n", NULL},
    {"continued line", "tb deploy \\\n  --wait\n", "tb deploy --wait\n", NULL},
    {"comment", "# tb a\ntb b # c\ntb d#e\n", "tb b\ntb d#e\n", NULL},
    {"hash bang", "#!/bin/bash\nset -e\n\ntb deploy\n", "set -e\ntb deploy\n", NULL},
    {"semicolons", "tb a; tb b;tb c\n", "tb a\ntb b\ntb c\n", NULL},
    {"redirections", "tb a >x 2>&1 </dev/null\ntb b &>>log 2>/dev/null\n", "tb a <\ntb b\n", NULL},
    {"here document", "cat <<EOF\ntb a\nEOF\ntb b\n", "cat <\ntb b\n", NULL},
    {"here document with tabs", "cat <<-'E F'\n\ttb a\n\tE F\ntb b\n", "cat <\ntb b\n", NULL},
    {"two here documents", "cat <<A <<B\ntb\nA\ntb\nB\ntb c\n", "cat <\ntb c\n", NULL},
    {"here string", "tb a <<< \"y\"\ntb b\n", "tb a <\ntb b\n", NULL},
    {"pipeline", "yes | tb deploy | tee x\n", "yes\ntb deploy <\ntee x <\n", NULL},
    {"background", "tb a & tb b\nwait\n", "tb a &\ntb b\nwait\n", NULL},
    /* variables */
    {"assignment", "V=1.0.0\ntb --semver $V deploy\n", "tb --semver 1.0.0 deploy\n", NULL},
    {"assignment on one line", "V=1.0.0; tb --semver ${V} x\n", "tb --semver 1.0.0 x\n", NULL},
    {"export", "export V=a W='b c'\ntb $V $W \"$W\"\n", "tb a b c 'b c'\n", NULL},
    {"unknown", "tb $A \"$B\" a$C\n", "tb ~* ~ a~*\n", NULL},
    {"for one command", "A=b tb $A\ntb $A\n", "tb ~*\ntb ~*\n", NULL},
    {"append", "F=--a\nF+=' --b'\ntb $F\n", "tb --a --b\n", NULL},
    {"array", "F=(--a 'b c')\nF+=(d)\ntb \"${F[@]}\" ${F[@]}\n", "tb --a 'b c' d --a b c d\n",
     NULL},
    {"default", "tb ${CI:-off} ${V:-x}\n", "tb true ~*\n", "tb off ~*\n"},
    {"alternative", "tb a ${CI:+--wait}\n", "tb a --wait\n", "tb a\n"},
    {"computed", "V=abc\ntb ${V%c} $((1+2)) ${#V} $?\n", "tb ~* ~* ~* ~*\n", NULL},
    {"given", "tb $VERSION\n", "tb 1.2.3\n", NULL},
    {"read", "V=a\nread V\ntb $V\n", "read V\ntb ~*\n", NULL},
    {"doubling",
     "A=aaaaaaaaaaaaaaaa\nA=$A$A$A$A$A$A$A$A\nA=$A$A$A$A$A$A$A$A\nA=$A$A$A$A$A$A$A$A\n"
     "tb $A\n",
     "tb ~*\n", NULL},
    /* substitution */
    {"substitution", "X=$(tb deploy --wait)\ntb \"$X\"\n", "tb deploy --wait\ntb ~\n", NULL},
    {"substitution in quotes", "echo \"$(tb a \"$(tb b)\")\"\n", "tb b\ntb a ~\necho ~\n", NULL},
    {"substitution leaves", "X=$(exit 1; tb a)\ntb b\n", "tb b\n", NULL},
    {"backquotes", "X=`tb a`\ntb b\n", "tb b\nhides\n", NULL},
    {"harmless backquotes", "X=`date`\ntb b\n", "tb b\n", NULL},
    {"process substitution", "diff <(tb a) x\n", "tb a\ndiff ~* x\n", NULL},
    /* conditions on CI */
    {"CI is true", "if [ \"$CI\" = \"true\" ]; then\n tb a\nelse\n tb b\nfi\n", "tb a\n", "tb b\n"},
    {"CI is not true", "if [ \"$CI\" != true ]; then tb a; fi\n", "", "tb a\n"},
    {"CI is set", "if [[ -n $CI ]]; then tb a; else tb b; fi\n", "tb a\n", "tb b\n"},
    {"CI is empty", "if [ -z \"${CI}\" ]; then tb a; fi\n", "", "tb a\n"},
    {"CI alone", "[[ $CI ]] && tb a\n", "tb a\n", ""},
    {"CI is 1", "test \"$CI\" == 1 && tb a || tb b\n", "tb a\n[tb b]\n", "tb b\n"},
    {"CI with a default", "if [ \"${CI:-false}\" = false ]; then tb a; fi\n", "", "tb a\n"},
    {"CI or other", "if [[ -n $CI || $X == y ]]; then tb a; fi\n", "tb a\n", "[tb a]\n"},
    {"CI and other", "if [[ $CI == true && ( $X == y ) ]]; then tb a; fi\n", "[tb a]\n", ""},
    {"not CI", "if ! [ \"$CI\" ]; then tb a; fi\n", "", "tb a\n"},
    {"not within", "if [ ! -z \"$CI\" ]; then tb a; fi\n", "tb a\n", ""},
    {"leaves when CI", "if [ -n \"$CI\" ]; then tb a; exit 0; fi\ntb b\n", "tb a\n", "tb b\n"},
    {"leaves on one line", "[ -n \"$CI\" ] && exit\ntb b\n", "", "tb b\n"},
    {"case", "case \"$CI\" in\n true|1) tb a;;\n *) tb b ;;\nesac\n", "tb a\n", "tb b\n"},
    {"flags by CI", "F=--a\nif [ $CI ]; then F=\"$F --b\"; fi\ntb $F\n", "tb --a --b\n",
     "tb --a\n"},
    {"elif", "if [ $CI = x ]; then tb a; elif [ $CI ]; then tb b; else tb c; fi\n",
     "[tb a]\n[tb b]\n", "[tb a]\n[tb c]\n"},
    /* other conditions */
    {"unknown condition", "if [ \"$X\" = y ]; then tb a; else tb b; fi; tb c\n",
     "[tb a]\n[tb b]\ntb c\n", NULL},
    {"known condition", "X=y\nif [ $X = y ]; then tb a; else tb b; fi\n", "tb a\n", NULL},
    {"may leave", "if [ -f x ]; then exit; fi; tb c\n", "[tb c]\n", NULL},
    {"either sets", "V=1\nif [ $X ]; then V=2; fi\ntb $V\n", "tb ~*\n", NULL},
    {"one leaves, the other sets", "if [ $X ]; then exit; else V=2; fi\ntb $V\n", "[tb 2]\n", NULL},
    {"and", "tb a && tb b\n", "tb a\ntb b\n", NULL},
    {"or", "tb a || exit 1\ntb b\n", "tb a\ntb b\n", NULL},
    {"or a group", "tb a || { tb x; exit 1; }\ntb b\n", "tb a\n[tb x]\ntb b\n", NULL},
    {"if not", "if ! tb a; then echo no; exit 1; fi\ntb b\n", "tb a\n[echo no]\ntb b\n", NULL},
    {"other program", "grep x y && tb a\ntb b\n", "grep x y\n[tb a]\ntb b\n", NULL},
    {"pattern", "if [[ $VERSION == 1* ]]; then tb a; fi\n", "[tb a]\n", NULL},
    {"regular expression", "if [[ $VERSION =~ ^1.*$ ]]; then tb a; fi\n", "[tb a]\n", NULL},
    {"arithmetic", "if (( x > 1 )); then tb a; fi\n", "[tb a]\n", NULL},
    {"case on a literal", "case a in b) tb x;; a) tb y;; esac\n", "tb y\n", NULL},
    {"case on a pattern", "case $VERSION in 1.*) tb x;; *) tb y;; esac\ntb z\n",
     "[tb x]\n[tb y]\ntb z\n", NULL},
    /* blocks */
    {"group", "{ tb a; tb b; }\n", "tb a\ntb b\n", NULL},
    {"subshell", "V=a; (V=b; tb $V; exit)\ntb $V\n", "tb b\ntb a\n", NULL},
    {"for", "for p in a 'b c'; do\n tb \"$p\"\ndone\n", "tb a\ntb 'b c'\n", NULL},
    {"for over unknown", "for p in $X; do tb $p; done; tb b\n", "[tb ~*]\ntb b\n", NULL},
    {"for over files", "for f in a/*.csv; do tb \"$f\"; done\n", "tb a/*.csv\n", NULL},
    {"while", "while read x; do tb $x; done < y\ntb b\n", "read x <\n[tb ~* <]\ntb b\n", NULL},
    {"retry", "for i in 1 2; do tb a && break; sleep 1; done\ntb b\n",
     "tb a\n[sleep 1]\n[tb a]\n[sleep 1]\ntb b\n", NULL},
    {"until", "until tb a; do sleep 1; done\ntb b\n", "tb a\n[sleep 1]\ntb b\n", NULL},
    {"forever", "while true; do if tb a; then break; fi; sleep 1; done\ntb b\n",
     "true\ntb a\ntb b\n", NULL},
    {"counting", "for ((i=0;i<3;i++)); do tb a; done; tb b\n", "[tb a]\ntb b\n", NULL},
    {"function", "f() { tb \"$1\" \"$@\"; }\nf a 'b c'\n", "tb a a 'b c'\n", NULL},
    {"function of bash", "function f {\n tb $1\n return\n tb b\n}\nf a; tb c\n", "tb a\ntb c\n",
     NULL},
    {"function that is not called", "f() { tb a; }\ntb b\n", "tb b\n", NULL},
    {"function that calls itself", "f() { tb a; }\ng() { f; f; }\ng\n", "tb a\ntb a\n", NULL},
    {"exec", "exec tb a\ntb b\n", "exec tb a\n", NULL},
    {"set -e and traps", "set -euo pipefail\ntrap 'echo x' EXIT\ntb a\n",
     "set -euo pipefail\ntrap 'echo x' EXIT\ntb a\n", NULL},
    {"empty tests", "[[ ]] && tb a\n[ ] || tb b\n", "[tb a]\n[tb b]\n", NULL},
    {"words that look like ends", "tb done fi esac }\n", "tb done fi esac }\n", NULL},
    {"nothing", "", "", NULL},
    {"only comments", "# a\n\n# b\n", "", NULL},
};

static void print_arg(Buf *out, const ShellArg *arg)
{
    bool quoted = arg->certain && arg->text.len == 0;
    for (size_t i = 0; i < arg->text.len; i++)
        quoted = quoted || arg->text.ptr[i] == ' ' || arg->text.ptr[i] == '\n';
    buf_addf(out, quoted ? "'%.*s'" : "%.*s", STR_ARG(arg->text));
    buf_add(out, arg->certain ? "" : arg->spreads ? "~*" : "~");
}

static void print_command(void *context, const ShellCommand *command)
{
    Buf *out = context;
    buf_add(out, command->certain ? "" : "[");
    for (size_t i = 0; i < command->args.len; i++) {
        buf_add(out, i ? " " : "");
        print_arg(out, &command->args.items[i]);
    }
    buf_add(out, command->has_input ? " <" : "");
    buf_add(out, command->background ? " &" : "");
    buf_add(out, command->certain ? "\n" : "]\n");
}

static Str run_as(Arena *arena, const ShellScript *script, bool in_ci)
{
    Buf out = {0};
    ShellVariable version = {STR("VERSION"), STR("1.2.3")};
    ShellSetting setting = {.variables = &version,
                            .variable_count = 1,
                            .switch_name = STR("CI"),
                            .is_on = in_ci,
                            .visit = print_command,
                            .context = &out};
    if (!shell_run(arena, script, &setting))
        buf_add(&out, "hides\n");
    Str text = str_copy(arena, buf_str(&out));
    buf_free(&out);
    return text;
}

static void expect(Str got, const char *wanted, const char *name)
{
    if (!str_is(got, wanted))
        print_message("%s\n-- expected\n%.*s-- read\n%.*s--\n", name, STR_ARG(str_of(wanted)),
                      STR_ARG(got));
    assert_true(str_is(got, wanted));
}

static void test_row(void **state)
{
    const Row *row = *state;
    Arena *arena = arena_new();
    const ShellScript *script = shell_parse(arena, str_of(row->script));
    if (script->broken)
        print_message("%s: %.*s\n", row->name, STR_ARG(script->why));
    assert_false(script->broken);
    expect(run_as(arena, script, true), row->ci, row->name);
    expect(run_as(arena, script, false), row->production ? row->production : row->ci, row->name);
    arena_free(arena);
}

/* ---- scripts that are refused ---- */

static const struct {
    const char *script;
    const char *why;
    uint32_t at;
} REFUSED[] = {
    {"tb 'a\n", "a quote is not closed", 3},
    {"tb \"a\n", "a quote is not closed", 3},
    {"tb `a\n", "a ` is not closed", 3},
    {"tb $(a\n", "a $( is not closed", 4},
    {"tb ${a\n", "a ${ is not closed", 3},
    {"if x; then y\n", "an if is not closed by fi", 0},
    {"if x; fi\n", "an if has no then", 0},
    {"for x in a; do y\n", "a loop is not closed by done", 0},
    {"case x in a) b;;\n", "a case is not closed by esac", 0},
    {"( a\n", "a ( is not closed", 0},
    {"{ a\n", "a { is not closed", 0},
    {"tb a )\n", "a word or operator stands where none can", 5},
    {"tb a | \n", "an operator has no command behind it", 0},
    {"tb a && \n", "an operator has no command behind it", 0},
    {"tb a > \n", "a redirection names no file", 5},
    {"fi\n", "a word or operator stands where none can", 0},
    {"[[ a\n", "a [[ is not closed", 0},
};

static void test_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(REFUSED); i++) {
        Arena *arena = arena_new();
        const ShellScript *script = shell_parse(arena, str_of(REFUSED[i].script));
        if (!script->broken || !str_is(script->why, REFUSED[i].why))
            print_message("%s -> %.*s\n", REFUSED[i].script, STR_ARG(script->why));
        assert_true(script->broken && str_is(script->why, REFUSED[i].why));
        assert_int_equal(script->at.start, REFUSED[i].at);
        assert_int_equal(script->list.items.len, 0);
        arena_free(arena);
    }
}

static void test_bounds(void **state)
{
    (void)state;
    static const char *const openings[] = {
        "(",  "{ ",   "if ", "$(",    "\"$(",          "${a:-", "while ", "! ",
        "<(", "x() ", "a=(", "[[ ( ", "case x in a) ", "`",     "\\"};
    for (size_t i = 0; i < ARRAY_LEN(openings); i++) {
        Arena *arena = arena_new();
        Buf text = {0};
        for (int k = 0; k < 10000; k++)
            buf_add(&text, openings[i]);
        const ShellScript *script = shell_parse(arena, buf_str(&text));
        assert_true(script->broken || script->list.items.len <= 10000);
        buf_free(&text);
        arena_free(arena);
    }
}

static Str repeated(Arena *arena, const char *line, int count)
{
    Buf text = {0};
    for (int i = 0; i < count; i++)
        buf_add(&text, line);
    Str copy = str_copy(arena, buf_str(&text));
    buf_free(&text);
    return copy;
}

static void test_long(void **state)
{
    (void)state;
    Arena *arena = arena_new();
    assert_true(shell_parse(arena, repeated(arena, "tb deploy --populate\n", 20000))->broken);
    assert_true(shell_parse(arena, (Str){"tb\0deploy", 9})->broken);
    /* Loops within loops end at the bound, and that is said. */
    Str loops = str_fmt(arena, "%.*stb x\n%.*s",
                        STR_ARG(repeated(arena, "for i in 1 2 3 4 5 6 7 8 9; do\n", 20)),
                        STR_ARG(repeated(arena, "done\n", 20)));
    Str run = run_as(arena, shell_parse(arena, loops), true);
    assert_true(str_ends(run, "hides\n"));
    Str calls = run_as(arena, shell_parse(arena, STR("f() { f; f; }\nf\n")), true);
    assert_true(str_ends(calls, "hides\n"));
    arena_free(arena);
}

int main(void)
{
    struct CMUnitTest tests[ARRAY_LEN(ROWS) + 3];
    size_t count = 0;
    for (size_t i = 0; i < ARRAY_LEN(ROWS); i++)
        tests[count++] =
            (struct CMUnitTest){ROWS[i].name, test_row, NULL, NULL, (void *)(uintptr_t)&ROWS[i]};
    tests[count++] = (struct CMUnitTest)cmocka_unit_test(test_refused);
    tests[count++] = (struct CMUnitTest)cmocka_unit_test(test_bounds);
    tests[count++] = (struct CMUnitTest)cmocka_unit_test(test_long);
    return _cmocka_run_group_tests("shell", tests, count, NULL, NULL);
}
