/*
 * shown_place.h: where code hosts are told that a finding is.
 *
 * They show an alert or an annotation in a pull request only where the change added or edited each
 * of its lines. A finding may be about another line; then there stands for it, in this order: the
 * nearest added line of the same file; a related place that was added; the nearest added line of
 * the file that a related place of live is in; an added line of the file nearest by its path. Its
 * own place is the first of the related ones then. Where nothing was added, it stays where it is.
 */
#ifndef TBLINT_SHOWN_PLACE_H
#define TBLINT_SHOWN_PLACE_H

#include "report/report.h"

typedef struct ShownPlaces ShownPlaces;

/* For one report, which it borrows. */
ShownPlaces *shown_places_new(const Report *report);

/* report_primary(), or what stands for it. */
Place shown_place(ShownPlaces *shown, const Finding *finding);

/* report_related(), the finding's own place first if another is shown. */
Places shown_related(ShownPlaces *shown, const Finding *finding);

/* "This is about pipes/a.pipe, which the change deletes.": where another file than the one that the
 * finding is about stands for it; else empty. Escaped for a terminal. */
Str shown_about(ShownPlaces *shown, const Finding *finding);

#endif
