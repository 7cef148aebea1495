/*
 * memory.h: what tree-sitter does when memory runs out.
 */
#ifndef TBLINT_MEMORY_H
#define TBLINT_MEMORY_H

/* Has tree-sitter take its memory as everything here does. By itself it ends the program with exit
 * code 1, which would say that there are findings. Once, before the first parser. */
void syntax_share_memory(void);

#endif
