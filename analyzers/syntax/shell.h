/*
 * shell.h: a shell script as words, commands and the blocks around them.
 *
 * Reads the language that deploy scripts are written in (bash and POSIX sh): quotes, expansions,
 * here-documents, operators, if, case, loops and functions. Nothing is run and nothing guessed:
 * what a variable or a command gives is left open. All of it lives in the arena and borrows the
 * text.
 */
#ifndef TBLINT_SHELL_H
#define TBLINT_SHELL_H

#include "base/str.h"

struct ShellList;
struct ShellWord;

typedef enum {
    PART_LITERAL,  /* text, without its quotes and backslashes */
    PART_VARIABLE, /* $x, ${x}, ${x:-word} */
    PART_COMMAND,  /* $(...) or <(...): what it prints is not known */
    PART_UNKNOWN,  /* arithmetic, `...`, forms of ${...} that compute */
} ShellPartKind;

typedef struct {
    ShellPartKind kind;
    bool quoted;    /* inside quotes or behind a backslash */
    bool hides;     /* PART_UNKNOWN: a command may stand in it */
    bool all;       /* of a variable: ${x[@]} or $@ */
    bool empty_too; /* of an operator: it counts an empty variable as unset (the colon) */
    char op;        /* '-', '=', '+', '?' of ${x:-word}; 0 for none */
    Str text;       /* the literal, or the variable's name */
    const struct ShellWord *operand; /* the word of ${x:-word} */
    const struct ShellList *list;    /* the commands of $(...) */
} ShellPart;

typedef struct ShellWord {
    VEC(ShellPart) parts;
    Range range; /* in the script */
} ShellWord;

typedef VEC(ShellWord) ShellWords;

typedef struct {
    Str name;
    bool append;      /* += */
    bool is_array;    /* name=(...) */
    ShellWords words; /* one, unless it is an array */
    Range range;
} ShellAssignment;

typedef enum {
    SHELL_SIMPLE,   /* assignments, then words */
    SHELL_TEST,     /* [[ words ]], operators among the words */
    SHELL_ARITH,    /* (( ... )) */
    SHELL_GROUP,    /* { body; } */
    SHELL_SUBSHELL, /* ( body ) */
    SHELL_IF,       /* condition, body, otherwise; elif is an if in `otherwise` */
    SHELL_LOOP,     /* while: condition, body */
    SHELL_UNTIL,
    SHELL_FOR,  /* name, words, body */
    SHELL_CASE, /* words[0], arms */
    SHELL_FUNCTION,
} ShellKind;

struct ShellNode;

/* Stages of a pipeline, joined to the one before by && or ||. */
typedef enum { JOIN_FIRST, JOIN_AND, JOIN_OR } ShellJoin;

typedef struct {
    VEC(struct ShellNode *) stages;
    bool negated;
    ShellJoin join;
} ShellPipeline;

typedef struct {
    VEC(ShellPipeline) pipelines;
    bool background; /* ends in & */
} ShellItem;

typedef struct ShellList {
    VEC(ShellItem) items;
} ShellList;

typedef struct {
    ShellWords patterns;
    ShellList body;
    bool falls_through; /* ends in ;& or ;;& */
} ShellArm;

typedef struct ShellNode {
    ShellKind kind;
    Range range; /* of a simple command: its words; else its first word */
    VEC(ShellAssignment) assignments;
    ShellWords words;
    bool has_input; /* < or << gives it something to read */
    bool has_words; /* SHELL_FOR: `in` is there */
    bool hides;     /* SHELL_ARITH: a command may stand in it */
    Str name;       /* of a loop's variable, of a function */
    ShellList condition;
    ShellList body;
    ShellList otherwise;
    VEC(ShellArm) arms;
} ShellNode;

typedef struct {
    ShellList list;
    bool broken; /* could not be read whole: the list holds nothing */
    Str why;     /* of a broken one: "a quote is not closed" */
    Range at;
} ShellScript;

/* Never NULL. Scripts are refused as broken over 256 KiB, 64 blocks in one another, or with a NUL.
 */
const ShellScript *shell_parse(Arena *arena, Str text);

#endif
