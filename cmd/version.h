/* version.h: the version that every output names. */
#ifndef TBLINT_VERSION_H
#define TBLINT_VERSION_H

#ifndef TBLINT_VERSION
#define TBLINT_VERSION "0.1.0"
#endif

#endif
