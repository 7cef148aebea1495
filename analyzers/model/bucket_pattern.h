/*
 * bucket_pattern.h: patterns of object names in buckets: "s3://bucket/events/2026/part-*.csv".
 *
 * `*` and `?` stay within a folder, `**` goes on into folders, {a,b} is either; a name that ends
 * with '/' stands for all below it. What else is special somewhere ([a-z], {1..9}, '\') is not
 * known here.
 */
#ifndef TBLINT_BUCKET_PATTERN_H
#define TBLINT_BUCKET_PATTERN_H

#include "base/str.h"

typedef enum {
    PATTERNS_APART,   /* no object has a name that fits both */
    PATTERNS_OVERLAP, /* some name fits both; whether there is such an object nobody asked */
    PATTERNS_UNKNOWN, /* one of them is not understood, or too large */
} PatternMeeting;

PatternMeeting bucket_patterns_meet(Arena *arena, Str a, Str b);

#endif
