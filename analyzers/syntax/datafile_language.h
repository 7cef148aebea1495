/*
 * datafile_language.h: the datafile grammar for each kind of file.
 */
#ifndef TBLINT_DATAFILE_LANGUAGE_H
#define TBLINT_DATAFILE_LANGUAGE_H

#include "keyword.h"

struct TSLanguage;

/* Copies of the generated language that differ only in how their scanner begins. */
typedef struct DatafileLanguages DatafileLanguages;

DatafileLanguages *datafile_languages_new(void);
void datafile_languages_free(DatafileLanguages *languages);

/* Borrowed from `languages`. Classic's parser knows no kinds: there it is always the same. */
const struct TSLanguage *datafile_language(const DatafileLanguages *languages, DatafileKind kind,
                                           Dialect dialect);

#endif
