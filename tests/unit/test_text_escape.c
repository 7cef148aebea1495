/* Escaping for terminals, JSON, URIs and SARIF; wrapping, marked lines, secrets. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "report/escape.h"
#include "report/json_tree.h"
#include "report/redact.h"
#include "report/text_layout.h"

#include <string.h>

typedef void (*Escape)(Buf *out, Str text);

static void gives(Escape escape, Str text, const char *expected)
{
    Buf out = {0};
    escape(&out, text);
    buf_add_char(&out, '\0');
    assert_string_equal(out.ptr, expected);
    buf_free(&out);
}

static void test_terminal(void **state)
{
    (void)state;
    gives(escape_terminal, STR("plain \303\251 \344\270\255"), "plain \303\251 \344\270\255");
    gives(escape_terminal, STR("\033[31mred\007\r\n"), "\\x1b[31mred\\x07\\x0d\\x0a");
    gives(escape_terminal, STR("\377\300\257a\355\240\200"), "\\xff\\xc0\\xafa\\xed\\xa0\\x80");
    gives(escape_terminal, STR("a\342\200\256b\302\233c\177"), "a\\u202eb\\x9bc\\x7f");
    gives(escape_terminal, (Str){"a\0b", 3}, "a\\x00b");
    gives(escape_terminal, STR("x ##[add-mask]y"), "x ##\\[add-mask]y");
}

static void line_gives(const char *before, const char *text, const char *expected)
{
    Buf out = {0};
    buf_add(&out, before);
    escape_terminal_line(&out, str_of(text));
    buf_add_char(&out, '\0');
    assert_string_equal(out.ptr + strlen(before), expected);
    buf_free(&out);
}

static void test_line_start(void **state)
{
    (void)state;
    line_gives("", "::add-mask::x", "\\::add-mask::x");
    line_gives("a\n  ", "  ::x", "\\  ::x");
    line_gives("a: ", "::x", "::x");
    line_gives("a\n", "a::x", "a::x");
    line_gives("a\n", "", "");
}

static void test_utf8(void **state)
{
    (void)state;
    gives(escape_utf8, STR("a\"\\\n\001 \303\251<>\360\237\230\200"),
          "a\"\\\n\001 \303\251<>\360\237\230\200");
    gives(escape_utf8, STR("\377x\360\237y"), "\357\277\275x\357\277\275y");
    gives(escape_utf8, (Str){"a\0b\0", 4}, "a\357\277\275b\357\277\275");
    gives(escape_utf8, STR("\355\240\200"), "\357\277\275\357\277\275\357\277\275");
}

static void test_uri(void **state)
{
    (void)state;
    gives(escape_uri, STR("datasources/a b.pipe"), "datasources/a%20b.pipe");
    gives(escape_uri, STR("50%.datasource"), "50%25.datasource");
    gives(escape_uri, STR("x#1?.pipe"), "x%231%3F.pipe");
    gives(escape_uri, STR("\303\261.pipe"), "%C3%B1.pipe");
    gives(escape_uri, STR("c:d\\.pipe"), "c%3Ad%5C.pipe");
}

static void test_sarif_message(void **state)
{
    (void)state;
    gives(escape_sarif_message, STR("x [a](1) \\"), "x \\[a\\](1) \\\\");
}

/* Escaped where a terminal, a diff or a CI would not show them as they are; the same when read. */
static void test_json_unseen(void **state)
{
    (void)state;
    Str text =
        STR("\302\233m\177\342\200\256\357\273\277\330\234\330\250\363\240\201\201##[x]\303\251");
    Buf out = {0};
    cJSON *array = json_array();
    json_push_str(array, text);
    json_print(array, false, &out);
    buf_add_char(&out, '\0');
    assert_string_equal(out.ptr, "[\"\\u009bm\\u007f\\u202e\\ufeff\\u061c\330\250"
                                 "\\udb40\\udc41##\\u005bx]\303\251\"]\n");
    cJSON *read = cJSON_Parse(out.ptr);
    assert_string_equal(cJSON_GetStringValue(read->child), text.ptr);
    cJSON_Delete(read);
    buf_free(&out);
}

static void test_json_tree(void **state)
{
    (void)state;
    Buf out = {0};
    cJSON *root = json_object();
    cJSON *array = json_add_array(root, "a");
    json_push_str(array, (Str){"x\0\377\"\n\001", 6});
    json_add_number(json_push_object(array), "n", 4294967295u);
    json_add_text(root, "b", NULL);
    json_add_bool(root, "c", true);
    json_print(root, false, &out);
    buf_add_char(&out, '\0');
    assert_string_equal(out.ptr, "{\"a\":[\"x\357\277\275\357\277\275\\\"\\n\\u0001\","
                                 "{\"n\":4294967295}],\"b\":null,\"c\":true}\n");
    buf_free(&out);
}

/* What moves the cursor of a terminal, or ends a line for JavaScript. */
static void test_json_control_characters(void **state)
{
    (void)state;
    Buf out = {0};
    cJSON *root = json_object();
    json_add_text(root, "a", "\177 \302\233 \303\251\302\240 \342\200\250 \342\202\254");
    json_print(root, false, &out);
    buf_add_char(&out, '\0');
    assert_string_equal(out.ptr, "{\"a\":\"\\u007f \\u009b \303\251\302\240 \\u2028 "
                                 "\342\202\254\"}\n");
    buf_free(&out);
}

static void wraps(const char *text, size_t indent, size_t width, const char *expected)
{
    Buf out = {0};
    layout_wrap(&out, str_of(text), indent, width);
    buf_add_char(&out, '\0');
    assert_string_equal(out.ptr, expected);
    buf_free(&out);
}

static void test_wrap(void **state)
{
    (void)state;
    wraps("one two three", 2, 10, "one two\n  three\n");
    wraps("unbreakable", 2, 4, "unbreakable\n");
    wraps("", 2, 10, "\n");
    /* A CI runner would take "::" at the start of a line for a command. */
    wraps("aaaa bbbb ::set-env", 0, 10, "aaaa\nbbbb ::set-env\n");
}

static ShownLine shown(Arena *arena, Str text, Range range, size_t width)
{
    SourceFile *file = ARENA_NEW(arena, SourceFile);
    file->path = STR("a.datasource");
    file->text = text;
    file->loaded = true;
    return layout_line(arena, file, range, width);
}

static void test_marked_line(void **state)
{
    (void)state;
    Arena *arena = arena_new();
    ShownLine line = shown(arena, STR("\tab\tcd\n"), (Range){1, 3}, 80);
    assert_true(str_is(line.text, "    ab  cd"));
    assert_int_equal(line.mark_start, 4);
    assert_int_equal(line.mark_end, 6);
    line = shown(arena, STR("\344\270\255x\n"), (Range){3, 4}, 80); /* a wide character */
    assert_int_equal(line.mark_start, 2);
    assert_int_equal(line.mark_end, 3);
    line = shown(arena, STR("abc\ndef"), (Range){2, 6}, 80); /* over two lines */
    assert_true(str_is(line.text, "abc"));
    assert_int_equal(line.mark_end, 3);
    line = shown(arena, STR(""), (Range){0, 0}, 80);
    assert_int_equal(line.mark_end - line.mark_start, 1);
    arena_free(arena);
}

static void test_long_line_is_cut(void **state)
{
    (void)state;
    Arena *arena = arena_new();
    Buf text = {0};
    buf_add_repeat(&text, 'x', 5000);
    buf_add(&text, "MARK");
    buf_add_repeat(&text, 'y', 5000);
    ShownLine line = shown(arena, buf_str(&text), (Range){5000, 5004}, 60);
    assert_true(line.text.len <= 60);
    assert_true(str_starts(line.text, "..."));
    assert_true(str_ends(line.text, "..."));
    assert_true(str_starts(str_slice(line.text, line.mark_start, line.mark_end), "MARK"));
    assert_int_equal(line.mark_end - line.mark_start, 4);
    buf_free(&text);
    arena_free(arena);
}

static void redacted(Arena *arena, const char *text, uint32_t line, const char *expected)
{
    Str got = redact_line(arena, lines_new(arena, str_of(text)), line);
    assert_string_equal(str_cstr(arena, got), expected);
}

static void test_secrets(void **state)
{
    (void)state;
    Arena *arena = arena_new();
    redacted(arena, "TYPE kafka\nKAFKA_SECRET hunter2\n", 2, "KAFKA_SECRET ********");
    redacted(arena, "kafka_secret 'a b'\n", 1, "kafka_secret ********");
    redacted(arena, "S3_SECRET {{ tb_secret(\"X\") }}\n", 1, "S3_SECRET {{ tb_secret(\"X\") }}");
    redacted(arena, "S3_SECRET {{ tb_secret(\"X\", \"d\") }}\n", 1, "S3_SECRET ********");
    redacted(arena, "KAFKA_SSL_CA_PEM >\n    MIIC\n", 2, "********");
    redacted(arena, "KAFKA_SSL_CA_PEM >\n    MIIC\nTYPE kafka\n", 3, "TYPE kafka");
    redacted(arena, "KAFKA_SCHEMA_REGISTRY_URL https://u:p@h/x\n", 1,
             "KAFKA_SCHEMA_REGISTRY_URL https://********@h/x");
    redacted(arena, "DESCRIPTION see https://h/x@y\n", 1, "DESCRIPTION see https://h/x@y");
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_terminal),
        cmocka_unit_test(test_line_start),
        cmocka_unit_test(test_utf8),
        cmocka_unit_test(test_uri),
        cmocka_unit_test(test_sarif_message),
        cmocka_unit_test(test_json_tree),
        cmocka_unit_test(test_json_unseen),
        cmocka_unit_test(test_json_control_characters),
        cmocka_unit_test(test_wrap),
        cmocka_unit_test(test_marked_line),
        cmocka_unit_test(test_long_line_is_cut),
        cmocka_unit_test(test_secrets),
    };
    return cmocka_run_group_tests_name("text_escape", tests, NULL, NULL);
}
