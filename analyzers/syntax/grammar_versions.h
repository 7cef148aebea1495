/*
 * grammar_versions.h: the language versions (ABI) of tree-sitter and of our grammars, for
 * `tblint doctor`. The library offers no version number of its own.
 */
#ifndef TBLINT_GRAMMAR_VERSIONS_H
#define TBLINT_GRAMMAR_VERSIONS_H

typedef struct {
    unsigned oldest; /* that the library reads */
    unsigned newest;
    unsigned datafile; /* of our grammars */
    unsigned sql;
} GrammarVersions;

GrammarVersions grammar_versions(void);

#endif
