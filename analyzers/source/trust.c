/* trust.c: safe.directory by git's own rules, which libgit2 1.5 knows only in part. */
#include "internal.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Git trusts a folder of the user's own, and root also one of the user who called sudo. */
static bool is_own(uid_t owner)
{
    if (owner == geteuid()) {
        return true;
    }
    const char *sudo = getenv("SUDO_UID");
    if (geteuid() != 0 || sudo == NULL) {
        return false;
    }
    char *end = NULL;
    unsigned long id = strtoul(sudo, &end, 10);
    return end != sudo && *end == '\0' && id == owner;
}

bool trust_is_needed(const char *folder)
{
    struct stat status;
    return stat(folder, &status) == 0 && !is_own(status.st_uid);
}

typedef struct {
    const char *folder;
    bool trusted;
} Asked;

/* One value of safe.directory. An empty one takes back all before it. */
static void weigh(Asked *asked, const char *value)
{
    char expanded[PATH_MAX];
    const char *home = getenv("HOME");
    size_t len = strlen(value);
    if (len == 0) {
        asked->trusted = false;
        return;
    }
    if (strncmp(value, "~/", 2) == 0 && home != NULL && strlen(home) + len < sizeof(expanded)) {
        snprintf(expanded, sizeof(expanded), "%s%s", home, value + 1);
        value = expanded;
        len = strlen(value);
    }
    /* Since git 2.46, a value that ends in an asterisk means all below a folder. */
    bool is_above = len > 2 && strcmp(value + len - 2, "/*") == 0 &&
                    strncmp(value, asked->folder, len - 1) == 0;
    if (is_above || strcmp(value, "*") == 0 || strcmp(value, asked->folder) == 0) {
        asked->trusted = true;
    }
}

static int weigh_entry(const git_config_entry *entry, void *payload)
{
    weigh(payload, entry->value != NULL ? entry->value : "");
    return 0;
}

/* Only the files that git protects count: a repository cannot vouch for itself. */
static void ask_file(Asked *asked, const char *path)
{
    git_config *config = NULL;
    if (access(path, R_OK) != 0 || git_config_open_ondisk(&config, path) != 0) {
        return;
    }
    git_config_get_multivar_foreach(config, "safe.directory", NULL, weigh_entry, asked);
    git_config_free(config);
}

static void ask_in_folder(Asked *asked, const char *folder, const char *name)
{
    char path[PATH_MAX];
    int length = folder != NULL ? snprintf(path, sizeof(path), "%s%s", folder, name) : -1;
    if (length > 0 && (size_t)length < sizeof(path)) {
        ask_file(asked, path);
    }
}

static void ask_system(Asked *asked)
{
    const char *off = getenv("GIT_CONFIG_NOSYSTEM");
    const char *named = getenv("GIT_CONFIG_SYSTEM");
    if (off != NULL && strcmp(off, "0") != 0 && strcmp(off, "false") != 0 && *off != '\0') {
        return;
    }
    ask_file(asked, named != NULL ? named : "/etc/gitconfig");
}

static void ask_global(Asked *asked)
{
    const char *named = getenv("GIT_CONFIG_GLOBAL");
    if (named != NULL) {
        ask_file(asked, named);
        return;
    }
    const char *xdg = getenv("XDG_CONFIG_HOME");
    if (xdg != NULL && *xdg != '\0') {
        ask_in_folder(asked, xdg, "/git/config");
    } else {
        ask_in_folder(asked, getenv("HOME"), "/.config/git/config");
    }
    ask_in_folder(asked, getenv("HOME"), "/.gitconfig");
}

/* GIT_CONFIG_COUNT, GIT_CONFIG_KEY_0, GIT_CONFIG_VALUE_0: how containers pass settings. */
static void ask_environment(Asked *asked)
{
    const char *text = getenv("GIT_CONFIG_COUNT");
    char *end = NULL;
    unsigned long count = text != NULL ? strtoul(text, &end, 10) : 0;
    if (count == 0 || count > 1000 || *end != '\0') {
        return;
    }
    for (unsigned long i = 0; i < count; i++) {
        char name[64];
        snprintf(name, sizeof(name), "GIT_CONFIG_KEY_%lu", i);
        const char *key = getenv(name);
        snprintf(name, sizeof(name), "GIT_CONFIG_VALUE_%lu", i);
        const char *value = getenv(name);
        if (key != NULL && value != NULL && str_is_nocase(str_of(key), "safe.directory")) {
            weigh(asked, value);
        }
    }
}

bool trust_is_given(const char *folder)
{
    Asked asked = {folder, false};
    ask_system(&asked);
    ask_global(&asked);
    ask_environment(&asked);
    return asked.trusted;
}
