/* datafile_language.c: one copy of the generated language for each kind of file. */
#include "datafile_language.h"

#include <stdlib.h>

/* This header shows the inside of TSLanguage; it does not go together with the library's own. */
#include "../../grammar/datafile/src/tree_sitter/parser.h"

#include "../../grammar/datafile/src/scanner.h"

const TSLanguage *tree_sitter_datafile(void);

enum { CLASSIC = DATAFILE_CONNECTION + 1, LANGUAGES };

struct DatafileLanguages {
    TSLanguage items[LANGUAGES];
};

DatafileLanguages *datafile_languages_new(void)
{
    static void *(*const create[LANGUAGES])(void) = {
        [DATAFILE_DATASOURCE] = datafile_scanner_forward_datasource,
        [DATAFILE_PIPE] = datafile_scanner_forward_pipe,
        [DATAFILE_CONNECTION] = datafile_scanner_forward_connection,
        [CLASSIC] = datafile_scanner_classic,
    };
    DatafileLanguages *languages = xmalloc(sizeof(*languages));
    for (int i = 0; i < LANGUAGES; i++) {
        languages->items[i] = *tree_sitter_datafile();
        languages->items[i].external_scanner.create = create[i];
    }
    return languages;
}

void datafile_languages_free(DatafileLanguages *languages)
{
    free(languages);
}

const TSLanguage *datafile_language(const DatafileLanguages *languages, DatafileKind kind,
                                    Dialect dialect)
{
    return &languages->items[dialect == DIALECT_CLASSIC ? CLASSIC : (int)kind];
}
