/* Annotations, taken apart as the runner of GitHub Actions does it. The texts are hostile. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lib/made_report.h"

#include <string.h>

/* ---- a command ---- */

typedef struct {
    Str name;
    Str file, title, line, end_line, column, end_column;
    Str data;
} Command;

static Str decoded(Arena *arena, Str text, bool property)
{
    static const struct {
        const char *code;
        char character;
        bool in_data;
    } codes[] = {{"%0D", '\r', true},
                 {"%0A", '\n', true},
                 {"%3A", ':', false},
                 {"%2C", ',', false},
                 {"%25", '%', true}};
    Buf out = {0};
    while (text.len > 0) {
        size_t i = 0;
        while (i < ARRAY_LEN(codes) &&
               !(str_starts(text, codes[i].code) && (property || codes[i].in_data)))
            i++;
        bool found = i < ARRAY_LEN(codes);
        buf_add_char(&out, found ? codes[i].character : text.ptr[0]);
        text = str_slice(text, found ? 3 : 1, text.len);
    }
    Str copy = str_copy(arena, buf_str(&out));
    buf_free(&out);
    return copy;
}

static void set_property(Arena *arena, Command *command, Str pair)
{
    const struct {
        const char *name;
        Str *to;
    } known[] = {{"file", &command->file},  {"title", &command->title},
                 {"line", &command->line},  {"endLine", &command->end_line},
                 {"col", &command->column}, {"endColumn", &command->end_column}};
    ptrdiff_t equals = str_find_char(pair, '=');
    assert_true(equals > 0);
    for (size_t i = 0; i < ARRAY_LEN(known); i++) {
        if (str_is(str_slice(pair, 0, (size_t)equals), known[i].name)) {
            assert_int_equal(known[i].to->len, 0); /* given once */
            *known[i].to = decoded(arena, str_slice(pair, (size_t)equals + 1, pair.len), true);
            return;
        }
    }
    fail_msg("property '%.*s'", STR_ARG(pair));
}

static Command command_of(Arena *arena, Str line)
{
    Command command = {0};
    assert_true(str_starts(line, "::"));
    line = str_slice(line, 2, line.len);
    ptrdiff_t end = str_find(line, "::");
    assert_true(end > 0);
    command.data = decoded(arena, str_slice(line, (size_t)end + 2, line.len), false);
    Str head = str_slice(line, 0, (size_t)end);
    ptrdiff_t blank = str_find_char(head, ' ');
    assert_true(blank > 0);
    command.name = str_slice(head, 0, (size_t)blank);
    assert_true(str_is(command.name, "error") || str_is(command.name, "warning") ||
                str_is(command.name, "notice"));
    Str rest = str_slice(head, (size_t)blank + 1, head.len);
    while (rest.len > 0) {
        ptrdiff_t comma = str_find_char(rest, ',');
        size_t len = comma < 0 ? rest.len : (size_t)comma;
        set_property(arena, &command, str_slice(rest, 0, len));
        rest = str_slice(rest, len + 1, rest.len);
    }
    return command;
}

typedef VEC(Command) Commands;

static Commands commands_of(Made *made)
{
    Commands commands = {0};
    Str rest = made_print(made, "github");
    Str line;
    text_is_clean(rest);
    while (rest.len > 0 && str_split_line(&rest, &line))
        vec_push(made->arena, &commands, command_of(made->arena, line));
    return commands;
}

static size_t commands_named(const Commands *commands, const char *name)
{
    size_t count = 0;
    for (size_t i = 0; i < commands->len; i++)
        count += str_is(commands->items[i].name, name);
    return count;
}

/* ---- tests ---- */

static void github_place_and_text(void **state)
{
    Made *made = *state;
    Finding *finding = made_add(made, SEVERITY_WARNING, 13, 25, STR("100% of 'a', 'b': gone."));
    finding->advice = STR("Keep it.");
    assert_int_equal(commands_of(made).len, 1);
    Command command = commands_of(made).items[0];
    assert_true(str_is(command.name, "warning"));
    assert_true(str_is(command.file, "datasources/x.datasource"));
    assert_true(str_is(command.title, "TB101 type-change-without-forward-query"));
    assert_true(str_is(command.line, "2") && str_is(command.end_line, "2"));
    assert_true(str_starts(command.data, "100% of 'a', 'b': gone.\nKeep it.\nid 0000"));
    assert_true(str_is(command.column, "5") && str_is(command.end_column, "14"));
}

/* The runner takes columns within one line only, and an end before the first column of a line is
 * the end of the line above. */
static void github_ranges(void **state)
{
    Made *made = *state;
    uint32_t second = (uint32_t)(strstr(made_source, "    `b`") - made_source);
    made_add(made, SEVERITY_ERROR, 0, second, STR("A."));
    made_add(made, SEVERITY_ERROR, second, second, STR("B."));
    made_add(made, SEVERITY_ERROR, second - 5, second + 3, STR("C."));
    Commands commands = commands_of(made);
    assert_int_equal(commands.len, 3);
    assert_true(str_is(commands.items[0].end_line, "2") && commands.items[0].column.len == 0);
    assert_true(str_is(commands.items[1].column, "1") && str_is(commands.items[1].end_column, "2"));
    assert_true(str_is(commands.items[2].line, "2") && str_is(commands.items[2].end_line, "3"));
    assert_int_equal(commands.items[2].end_column.len, 0);
}

static void github_one_line_is_one_annotation(void **state)
{
    Made *made = *state;
    made_add(made, SEVERITY_NOTE, 14, 20, STR("Small."));
    made_add(made, SEVERITY_ERROR, 16, 20, STR("Great."))->rule = RULE_TB203;
    made_add(made, SEVERITY_ERROR, 0, 3, STR("Elsewhere."));
    Commands commands = commands_of(made);
    assert_int_equal(commands.len, 2);
    assert_true(str_is(commands.items[0].name, "error"));
    assert_true(str_is(commands.items[0].title, "TB203, TB101"));
    assert_true(str_find(commands.items[0].data, "Great.\n") == 0);
    assert_true(str_find(commands.items[0].data, "\n\nSmall.\n") > 0);
}

static void github_cap(void **state)
{
    Made *made = *state;
    made_add_many(made, SEVERITY_ERROR, 37, STR("E."));
    made_add_many(made, SEVERITY_WARNING, 12, STR("W."));
    Commands commands = commands_of(made);
    assert_int_equal(commands_named(&commands, "error"), 10);
    assert_int_equal(commands_named(&commands, "warning"), 10);
    const Command *last = &commands.items[commands.len - 1];
    assert_true(str_is(last->name, "error") && last->file.len == 0);
    assert_true(str_starts(last->data, "Not shown here: 28 errors, 2 warnings. "));
}

static void github_ten_are_shown_whole(void **state)
{
    Made *made = *state;
    made_add_many(made, SEVERITY_ERROR, 10, STR("E."));
    Commands commands = commands_of(made);
    assert_int_equal(commands.len, 10);
    assert_true(str_starts(commands.items[9].data, "E."));
}

static void github_many_at_one_place(void **state)
{
    Made *made = *state;
    for (size_t i = 0; i < 1000; i++)
        made_add(made, SEVERITY_ERROR, 0, 3, STR("The same place once more."));
    Commands commands = commands_of(made);
    assert_int_equal(commands.len, 1);
    assert_true(commands.items[0].data.len < 4096);
    assert_true(str_find(commands.items[0].data, " more at this place") > 0);
}

static void github_hostile(void **state)
{
    Made *made = *state;
    made_add_hostile(made);
    Commands commands = commands_of(made); /* checks each line */
    assert_true(commands.len > 10 && commands.len <= 30);
    assert_int_equal(commands_named(&commands, "notice"), 1);
}

static void github_not_checked(void **state)
{
    Made *made = *state;
    Unchecked changed = {.path = STR("a.pipe"), .why = STR("over 8 MiB"), .changed = true};
    Unchecked other = {.path = STR("b.pipe"), .why = STR("a template"), .line = 3};
    vec_push(made->arena, &made->report.unchecked, changed);
    vec_push(made->arena, &made->report.unchecked, other);
    Commands commands = commands_of(made);
    assert_int_equal(commands.len, 2);
    assert_true(str_is(commands.items[0].name, "error"));
    assert_true(str_is(commands.items[0].file, "a.pipe"));
    assert_true(str_is(commands.items[0].data, "Not checked: over 8 MiB"));
    assert_true(str_starts(commands.items[1].data, "1 place could not be checked"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, made_set_up, made_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(github_place_and_text),
        TEST(github_ranges),
        TEST(github_one_line_is_one_annotation),
        TEST(github_cap),
        TEST(github_ten_are_shown_whole),
        TEST(github_many_at_one_place),
        TEST(github_hostile),
        TEST(github_not_checked),
    };
    return cmocka_run_group_tests_name("github", tests, NULL, NULL);
}
