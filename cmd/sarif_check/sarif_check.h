/*
 * sarif_check.h: what a SARIF file must hold to so that code hosts take and show it.
 *
 * The demands have numbers: M1 to M20 are musts, S1 to S20 advice; `tests/sarif/README.md` lists
 * them. The file may be of any tool and is trusted in nothing: its size, its depth and the number
 * of its values have bounds, and work is in proportion to them.
 */
#ifndef TBLINT_SARIF_CHECK_H
#define TBLINT_SARIF_CHECK_H

#include "base/fault.h"
#include "base/hash.h"
#include "base/lines.h"
#include "base/map.h"
#include "report/line_hash.h"

#include <cjson/cJSON.h>

enum { SARIF_BYTES_MOST = 200 << 20 }; /* a file of GitHub's 10 MB, unpacked, is far below */

/* Where in the document, as a chain of keys and indexes that ends at the top (NULL). */
typedef struct SarifSpot {
    const struct SarifSpot *up;
    const char *key; /* NULL: an index */
    size_t index;
} SarifSpot;

#define SPOT_KEY(up, key)  (&(SarifSpot){(up), (key), 0})
#define SPOT_INDEX(up, at) (&(SarifSpot){(up), NULL, (at)})

typedef struct {
    Arena *arena;
    Buf *out;             /* a line for each breach */
    Str name;             /* the file's, for those lines */
    const char *source;   /* the folder of the files that results are about; NULL: not looked at */
    size_t runs, results; /* how many were looked at */
    size_t errors;
    size_t warnings;
    Map *kinds;          /* format of a breach -> how often */
    Map *files;          /* of `source`: path -> SarifSource */
    const cJSON **rules; /* of the run that is looked at, by index */
    size_t rules_len;
    HashKey key; /* of the hashes by which equal elements are found */
    bool points; /* columns count characters, not UTF-16 code units */
} SarifCheck;

/* Checks the bytes of a file. FAULT_ANALYSE when they are too many or too deep for a verdict. */
int sarif_check(SarifCheck *check, Str text, Fault *fault);

/* A breach: "M5" is the demand, `at` the place (NULL: the file), the text whole sentences. An error
 * makes the file unfit; a warning is advice. Those of one format are told ten times. */
void sarif_error(SarifCheck *check, const char *demand, const SarifSpot *at, const char *format,
                 ...) PRINTF_LIKE(4, 5);
void sarif_warning(SarifCheck *check, const char *demand, const SarifSpot *at, const char *format,
                   ...) PRINTF_LIKE(4, 5);

/* ---- the parts, in the order in which they look ---- */

/* Strict JSON and UTF-8. True, and the text without its mark, when it can be parsed; else the
 * breach is told or the fault set. */
bool sarif_check_bytes(SarifCheck *check, Str *text, Fault *fault);
/* M3, M4, M17: members, types, words, and what the schema demands besides. */
void sarif_check_shape(SarifCheck *check, const cJSON *log);
void sarif_check_log(SarifCheck *check, const cJSON *log);
void sarif_check_size(SarifCheck *check, size_t bytes);
void sarif_check_rules(SarifCheck *check, const cJSON *run, const SarifSpot *at);
/* `rules`: id -> the rule's cJSON. */
void sarif_check_result(SarifCheck *check, const cJSON *result, const Map *rules,
                        const SarifSpot *at);
/* M5, M6, M14, M15: a location of a result; the `first` is what code hosts show. */
void sarif_check_place(SarifCheck *check, const cJSON *location, bool first, const SarifSpot *at);
void sarif_check_address(SarifCheck *check, const cJSON *artifact, const SarifSpot *at);

/* ---- files ---- */

/* Made when the first position of a file is looked at. */
typedef struct {
    Lines *index;
    LineHashes hashes;
} SarifLines;

/* A file below `source`, read once. */
typedef struct {
    bool read;
    bool missing;
    size_t linked; /* bytes of the path as far as a symbolic link; 0: there is none */
    Str text;
    SarifLines *lines;
} SarifSource;

/* The file of an address; NULL when none is looked at. Tells at `at`, unless NULL, that there is
 * none or a link (M8, M7). */
const SarifSource *sarif_source(SarifCheck *check, Str uri, const SarifSpot *at);
/* M8, M15: the region lies in the file. M12: the hash is that of its first line. */
void sarif_check_region_in(SarifCheck *check, const SarifSource *file, const cJSON *region,
                           const SarifSpot *at);
void sarif_check_hash_in(SarifCheck *check, const SarifSource *file, const cJSON *region,
                         const char *hash, const SarifSpot *at);

/* ---- members ---- */

const cJSON *sarif_at(const cJSON *object, const char *key);          /* NULL */
Str sarif_text(const cJSON *object, const char *key);                 /* empty unless a text */
bool sarif_number(const cJSON *object, const char *key, double *out); /* false unless a number */
size_t sarif_count(const cJSON *array);                               /* 0 unless an array */
size_t sarif_points(Str text);                                        /* characters */

#endif
