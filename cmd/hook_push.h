/*
 * hook_push.h: `tblint hook run pre-push`: which commits a push would bring to the remote.
 */
#ifndef TBLINT_HOOK_PUSH_H
#define TBLINT_HOOK_PUSH_H

#include "session.h"

/* Reads git's list of refs from standard input and judges each commit that it names. `options` has
 * what the user gave. Returns the worst exit code; 0 when nothing is pushed. */
int hook_push(const App *app, const Options *options, Arena *arena);

/* No object: git's way of saying that a ref is new or deleted. */
bool hook_is_zero_id(Str id);

#endif
