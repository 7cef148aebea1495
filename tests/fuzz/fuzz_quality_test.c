/* fuzz_quality_test.c: any bytes as a file of data quality tests. Places must lie in the file, and
 * a refusal must say why. */
#include "touch.h"

#include "lib/project_fixture.h"
#include "model/quality_test.h"

/* Where places map, the SQL is what stands there. */
static void touch_test(const QualityTest *test)
{
    Str text = test->file->text;
    touch(test->name);
    touch(test->sql);
    touch_range(test->range, 0, text.len);
    touch_range(test->sql_range, 0, text.len);
    if (!range_is_empty(test->sql_range) && !str_eq(str_range(text, test->sql_range), test->sql))
        abort();
    for (size_t i = 0; i < test->tables.len; i++)
        touch(test->tables.items[i]);
    if (test->query != NULL && !range_is_empty(test->sql_range))
        touch_range(test->query->range, test->sql_range.start, test->sql.len);
}

static void touch_unchecked(const UncheckedList *unchecked)
{
    for (size_t i = 0; i < unchecked->len; i++) {
        if (unchecked->items[i].why.len == 0)
            abort();
        touch(unchecked->items[i].why);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena *arena = arena_new();
    FileSet live = {0}, candidate = {0};
    file_set_add(arena, &candidate, STR("tests/default.yaml"), (Str){(const char *)data, size});
    ProjectFixture f;
    project_fixture_make(&f, &live, &candidate);
    const QualityTests *tests = quality_tests_of(&f.loader, &f.pair, SIDE_CANDIDATE);
    for (size_t i = 0; i < tests->len; i++)
        touch_test(&tests->items[i]);
    touch_unchecked(&f.unchecked);
    project_fixture_free(&f);
    arena_free(arena);
    return 0;
}
