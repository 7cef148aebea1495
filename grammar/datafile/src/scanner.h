/*
 * scanner.h: how a program tells the scanner which kind of file it reads.
 *
 * The kind decides which words end a block. Put one of these in external_scanner.create of a copy
 * of the TSLanguage. The generated default knows no kind: any word of any kind ends a block.
 */
#ifndef DATAFILE_SCANNER_H
#define DATAFILE_SCANNER_H

void *datafile_scanner_forward_datasource(void);
void *datafile_scanner_forward_pipe(void);
void *datafile_scanner_forward_connection(void);
void *datafile_scanner_classic(void);

#endif
