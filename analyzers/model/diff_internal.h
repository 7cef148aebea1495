/*
 * diff_internal.h: the parts of the differ.
 */
#ifndef TBLINT_DIFF_INTERNAL_H
#define TBLINT_DIFF_INTERNAL_H

#include "diff.h"

/* diff_columns.c: fills `columns` and `order_changed`. */
void diff_columns(Loader *loader, ResourceChange *change);

/* diff_column_renames.c: links dropped columns to the added ones that continue them. */
void diff_column_renames(Arena *arena, ResourceChange *change);

/* diff_instructions.c: everything of a file that is no column. */
void diff_datasource(Loader *loader, ResourceChange *change);
void diff_pipe(Loader *loader, ResourceChange *change);
void diff_connection(Loader *loader, ResourceChange *change);

/* diff_resource_renames.c: links deleted resources to the new ones alike to them. */
void diff_resource_renames(Loader *loader, ResourceChanges *changes);

#endif
