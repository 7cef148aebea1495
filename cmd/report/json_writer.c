/* json_writer.c: JSON as a stream of bytes. */
#include "report/json_writer.h"

#include "report/escape.h"

#include <inttypes.h>

static void new_line(JsonWriter *json)
{
    if (!json->pretty)
        return;
    buf_add_char(json->out, '\n');
    buf_add_repeat(json->out, ' ', (size_t)json->depth * 2);
}

/* What stands before a value or a key: a comma, unless it is the first of its kind. */
static void separate(JsonWriter *json)
{
    if (json->after_key) {
        json->after_key = false;
        return;
    }
    if (json->depth == 0)
        return;
    if (json->has_items[json->depth])
        buf_add_char(json->out, ',');
    json->has_items[json->depth] = true;
    new_line(json);
}

void json_open(JsonWriter *json, char bracket)
{
    separate(json);
    buf_add_char(json->out, bracket);
    json->depth++;
    json->has_items[json->depth] = false;
}

void json_close(JsonWriter *json, char bracket)
{
    bool had_items = json->has_items[json->depth];
    json->depth--;
    if (had_items)
        new_line(json);
    buf_add_char(json->out, bracket);
}

static void write_quoted(JsonWriter *json, Str value)
{
    buf_add_char(json->out, '"');
    escape_json(json->out, value);
    buf_add_char(json->out, '"');
}

void json_key(JsonWriter *json, const char *key)
{
    separate(json);
    write_quoted(json, str_of(key));
    buf_add(json->out, json->pretty ? ": " : ":");
    json->after_key = true;
}

void json_str(JsonWriter *json, Str value)
{
    separate(json);
    write_quoted(json, value);
}

void json_text(JsonWriter *json, const char *value)
{
    if (value)
        json_str(json, str_of(value));
    else
        json_null(json);
}

void json_number(JsonWriter *json, uint64_t value)
{
    separate(json);
    buf_addf(json->out, "%" PRIu64, value);
}

void json_bool(JsonWriter *json, bool value)
{
    separate(json);
    buf_add(json->out, value ? "true" : "false");
}

void json_null(JsonWriter *json)
{
    separate(json);
    buf_add(json->out, "null");
}

void json_put_str(JsonWriter *json, const char *key, Str value)
{
    json_key(json, key);
    json_str(json, value);
}

void json_put_text(JsonWriter *json, const char *key, const char *value)
{
    json_key(json, key);
    json_text(json, value);
}

void json_put_number(JsonWriter *json, const char *key, uint64_t value)
{
    json_key(json, key);
    json_number(json, value);
}

void json_put_bool(JsonWriter *json, const char *key, bool value)
{
    json_key(json, key);
    json_bool(json, value);
}

void json_open_key(JsonWriter *json, const char *key, char bracket)
{
    json_key(json, key);
    json_open(json, bracket);
}
