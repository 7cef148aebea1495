/*
 * assets.h: the style and the script of the HTML report, written at build time.
 */
#ifndef TBLINT_HTML_ASSETS_H
#define TBLINT_HTML_ASSETS_H

typedef struct {
    const char *text;
    const char *hash; /* of the text as a Content-Security-Policy names it: "sha256-..." */
} HtmlAsset;

extern const HtmlAsset html_style;
extern const HtmlAsset html_script;

#endif
