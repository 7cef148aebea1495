/* grammar_versions.c: the language versions of tree-sitter and of our grammars. */
#include "grammar_versions.h"

#include <tree_sitter/api.h>

const TSLanguage *tree_sitter_datafile(void);
const TSLanguage *tree_sitter_clickhouse(void);

GrammarVersions grammar_versions(void)
{
    return (GrammarVersions){
        .oldest = TREE_SITTER_MIN_COMPATIBLE_LANGUAGE_VERSION,
        .newest = TREE_SITTER_LANGUAGE_VERSION,
        .datafile = ts_language_version(tree_sitter_datafile()),
        .sql = ts_language_version(tree_sitter_clickhouse()),
    };
}
