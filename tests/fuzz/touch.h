/*
 * touch.h: what the harnesses share: reading all bytes of a text, and ranges that must lie in it.
 *
 * A fact that borrows freed memory or runs past its text is found when its bytes are read.
 */
#ifndef TBLINT_FUZZ_TOUCH_H
#define TBLINT_FUZZ_TOUCH_H

#include "base/str.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static inline void touch(Str text)
{
    volatile unsigned char sum = 0;
    for (size_t i = 0; i < text.len; i++)
        sum = (unsigned char)(sum + (unsigned char)text.ptr[i]);
}

/* Ends the run when the range does not lie in a text of `len` bytes from `offset`. */
static inline void touch_range(Range range, size_t offset, size_t len)
{
    if (range.start == 0 && range.end == 0)
        return; /* absent */
    if (range.start > range.end || range.start < offset || range.end > offset + len)
        abort();
}

#endif
