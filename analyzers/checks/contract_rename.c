/* When one name may stand for another: TB606 and TB607 ask whether a thing was renamed. */
#include "contract.h"

/* The next part of snake_case or camelCase. */
static bool next_part(Str *rest, Str *part)
{
    while (rest->len && rest->ptr[0] == '_')
        *rest = str_slice(*rest, 1, rest->len);
    size_t end = 0;
    while (end < rest->len && rest->ptr[end] != '_' &&
           (end == 0 || rest->ptr[end] < 'A' || rest->ptr[end] > 'Z'))
        end++;
    *part = str_slice(*rest, 0, end);
    *rest = str_slice(*rest, end, rest->len);
    return end > 0;
}

static bool has_part(Str name, Str wanted)
{
    for (Str part; next_part(&name, &part);) {
        if (str_eq_nocase(part, wanted))
            return true;
    }
    return false;
}

bool names_share_a_part(Str a, Str b)
{
    for (Str part; next_part(&a, &part);) {
        if (part.len > 1 && has_part(b, part))
            return true;
    }
    return false;
}

bool names_have_same_letters(Str a, Str b)
{
    Str left = {0};
    Str right = {0};
    while (next_part(&a, &left) && next_part(&b, &right)) {
        if (!str_eq_nocase(left, right))
            return false;
        left = right = (Str){0};
    }
    return left.len == 0 && a.len == 0 && !next_part(&b, &right);
}

bool names_are_near(Str a, Str b)
{
    size_t shorter = a.len < b.len ? a.len : b.len;
    size_t limit = shorter / 3 + 1;
    return str_distance(a, b, limit) < limit;
}
