/*
 * shell_reader.h: what the parts of the shell reader share. Private to shell*.c.
 */
#ifndef TBLINT_SHELL_READER_H
#define TBLINT_SHELL_READER_H

#include "shell.h"

enum { SHELL_DEPTH_MAX = 64, SHELL_SIZE_MAX = 256 * 1024 };

typedef struct {
    Str end;       /* the line that ends it */
    bool tabs_too; /* <<-: tabs before that line are left out */
} HereDocument;

typedef struct {
    Arena *arena;
    Str text;
    size_t at;
    int depth;
    VEC(HereDocument) pending; /* here-documents whose text begins on the next line */
    bool broken;
    Str why;
    Range where;
} ShellReader;

/* The first reason stays. Everything that reads stops at a broken reader. */
void shell_break(ShellReader *reader, size_t from, const char *why);

/* The next byte, or 0 at the end; `ahead` bytes further. */
char shell_peek(const ShellReader *reader, size_t ahead);

bool shell_is_name_start(char c);
bool shell_is_name(char c);
bool shell_ends_word(char c); /* a blank, a line end, an operator or the end */

/* ---- shell_word.c ---- */

/* Blanks, comments and lines that a backslash continues. */
void shell_skip_blanks(ShellReader *reader);
/* The word here; false where none begins. */
bool shell_word(ShellReader *reader, ShellWord *word);
/* The text of a word of one unquoted literal, as keywords are; else empty. */
Str shell_plain(const ShellWord *word);
/* name= or name+= here: its length up to and without the '=' or "+="; 0 where there is none. */
size_t shell_assigned_name(const ShellReader *reader);

/* ---- shell.c ---- */

bool shell_next_is(const ShellReader *reader, const char *text);
/* A whole word that is not quoted. */
bool shell_at_keyword(const ShellReader *reader, const char *word);
bool shell_take_keyword(ShellReader *reader, const char *word);
void shell_expect_keyword(ShellReader *reader, size_t from, const char *word, const char *why);
/* Blanks, comments and line ends. */
void shell_skip_lines(ShellReader *reader);
/* As far as commands go: up to `)`, a word that ends a block, ;; or the end. */
ShellList shell_list(ShellReader *reader);
/* NULL where no command begins. */
ShellNode *shell_command(ShellReader *reader);
/* The () behind a function's name; false where there is none. */
bool shell_take_parentheses(ShellReader *reader);
void shell_function_body(ShellReader *reader, ShellNode *node, Str name);

/* Commands up to `)`, which is taken; for $(...) and <(...). */
const ShellList *shell_commands_in_parentheses(ShellReader *reader);

/* ---- shell_block.c ---- */

/* Takes the word that opens a block and reads the block; false where none begins. */
bool shell_block(ShellReader *reader, ShellNode *node);

#endif
