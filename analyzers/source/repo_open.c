/* repo_open.c: opening by the environment that git gives its hooks. */
#include "internal.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <git2/sys/repository.h>

const char *git_reason(void)
{
    const git_error *error = git_error_last();
    return error != NULL && error->message != NULL ? error->message : "unknown reason";
}

Str env_str(const char *name)
{
    return str_of(getenv(name));
}

bool env_is_set(const char *name)
{
    return env_str(name).len > 0;
}

/* Extensions that change nothing for a reader of objects, refs and the index, though libgit2 1.5
 * does not know them. A promised object that is absent shows when it is read. */
static void allow_harmless_extensions(void)
{
    static const char *names[] = {"partialclone", "worktreeconfig", "preciousobjects",
                                  "relativeworktrees"};
    git_libgit2_opts(GIT_OPT_SET_EXTENSIONS, names, ARRAY_LEN(names));
}

static void set_up_libgit2(void)
{
    git_libgit2_init();
    allow_harmless_extensions();
    /* Every object read would be hashed again, a third of the time of a bulk read. Git's own
     * readers do not do it for packed objects either; `git fsck` is the tool for that. */
    git_libgit2_opts(GIT_OPT_ENABLE_STRICT_HASH_VERIFICATION, 0);
}

/* ---- what kind of repository ---- */

static int refuse_format(const char *format_key, const char *value, Fault *fault)
{
    if (strcmp(format_key, "extensions.objectformat") == 0 && strcmp(value, "sha1") != 0) {
        return fault_set(fault, FAULT_ANALYSE,
                         "The repository stores objects as %.40s; tblint reads SHA-1 repositories "
                         "only.",
                         value);
    }
    if (strcmp(format_key, "extensions.refstorage") == 0 && strcmp(value, "files") != 0) {
        fault_set(fault, FAULT_ANALYSE,
                  "The repository stores its refs as %.40s; tblint reads ref files only.", value);
        return fault_repair(fault, "git refs migrate --ref-format=files");
    }
    return 0;
}

RepoFeatures repo_features(Arena *arena)
{
    int major = 0, minor = 0, patch = 0;
    git_libgit2_version(&major, &minor, &patch);
    return (RepoFeatures){
        .library = str_fmt(arena, "%d.%d.%d", major, minor, patch),
        .objects = STR("SHA-1, not SHA-256"),
        .refs = STR("files, not reftable"),
    };
}

/* SHA-256 and reftable are refused in our own words: libgit2's are about an "extension". */
static int check_format(Arena *arena, const char *git_dir, Fault *fault)
{
    static const char *const keys[] = {"extensions.objectformat", "extensions.refstorage"};
    Str path = str_fmt(arena, "%s/config", git_dir);
    git_config *config = NULL;
    if (git_config_open_ondisk(&config, str_cstr(arena, path)) != 0) {
        return 0;
    }
    int result = 0;
    for (size_t i = 0; i < ARRAY_LEN(keys) && result == 0; i++) {
        git_buf value = {0};
        if (git_config_get_string_buf(&value, config, keys[i]) == 0) {
            result = refuse_format(keys[i], value.ptr, fault);
        }
        git_buf_dispose(&value);
    }
    git_config_free(config);
    return result;
}

/* ---- discovery ---- */

static int no_repository(const char *start, Fault *fault)
{
    fault_set(fault, FAULT_ANALYSE, "%.600s is not in a git repository.", start);
    return fault_repair(fault, "git init");
}

static bool crosses_filesystems(void)
{
    Str value = env_str("GIT_DISCOVERY_ACROSS_FILESYSTEM");
    return value.len > 0 && !str_is(value, "0") && !str_is_nocase(value, "false");
}

/* The git folder that the environment or the folders above `start` name. */
static int find_git_dir(Arena *arena, const char *start, const char **out, Fault *fault)
{
    const char *named = getenv("GIT_DIR");
    if (named != NULL && *named != '\0') {
        *out = named;
        if (access(named, F_OK) == 0) {
            return 0;
        }
        fault_set(fault, FAULT_ANALYSE, "GIT_DIR names '%.600s', which does not exist here.",
                  named);
        return fault_repair(fault, "unset GIT_DIR");
    }
    git_buf found = {0};
    int error = git_repository_discover(&found, start, crosses_filesystems(),
                                        getenv("GIT_CEILING_DIRECTORIES"));
    if (error != 0) {
        return no_repository(start, fault);
    }
    *out = str_cstr(arena, str_of(found.ptr));
    git_buf_dispose(&found);
    return 0;
}

/* ---- ownership ---- */

/* The folder that git asks safe.directory about: the working tree's top, or the git folder of a
 * bare repository. */
static const char *guarded_folder(Arena *arena, const char *start, const char *git_dir)
{
    char real[PATH_MAX];
    bool is_named = env_is_set("GIT_DIR");
    if (realpath(is_named ? git_dir : start, real) == NULL) {
        return git_dir;
    }
    for (Str at = str_of(real); !is_named && at.len > 0; at = path_dir(at)) {
        const char *folder = str_cstr(arena, at);
        if (access(str_fmt(arena, "%s/.git", folder).ptr, F_OK) == 0) {
            return folder;
        }
    }
    if (realpath(git_dir, real) == NULL) {
        return git_dir;
    }
    Str folder = str_of(real);
    return str_cstr(arena, str_is(path_base(folder), ".git") ? path_dir(folder) : folder);
}

static int refuse_owner(const char *folder, Fault *fault)
{
    fault_set(fault, FAULT_ANALYSE,
              "%.700s belongs to another user, and git has not been told to trust it.", folder);
    return fault_repair_word(fault, "git config --global --add safe.directory", str_of(folder));
}

/* Opens although somebody else owns the folder, since the user's own configuration trusts it:
 * libgit2 1.5 ignores `safe.directory = *`. The check is off for this one call. */
static int open_trusted(git_repository **out, const char *git_dir)
{
    git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, 0);
    int error = git_repository_open_ext(out, git_dir, GIT_REPOSITORY_OPEN_NO_SEARCH, NULL);
    git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, 1);
    return error;
}

static int open_git_dir(git_repository **out, Arena *arena, const char *start, const char *git_dir,
                        Fault *fault)
{
    if (check_format(arena, git_dir, fault) != 0) {
        return -1;
    }
    int error = git_repository_open_ext(out, git_dir, GIT_REPOSITORY_OPEN_NO_SEARCH, NULL);
    if (error == 0) {
        return 0;
    }
    /* 1.5.1 answers "not found" when no safe.directory is configured, and "owner" otherwise. */
    const char *folder = guarded_folder(arena, start, git_dir);
    bool foreign = trust_is_needed(folder) || trust_is_needed(git_dir);
    if ((error == GIT_ENOTFOUND || error == GIT_EOWNER) && foreign) {
        if (!trust_is_given(folder)) {
            return refuse_owner(folder, fault);
        }
        error = open_trusted(out, git_dir);
    }
    if (error == 0) {
        return 0;
    }
    return fault_set(fault, FAULT_ANALYSE, "%.400s cannot be opened as a git repository: %.400s.",
                     git_dir, git_reason());
}

/* ---- working tree, objects, index ---- */

static bool is_inside(const char *folder, Str top)
{
    char real[PATH_MAX];
    if (realpath(folder, real) == NULL) {
        return false;
    }
    Str at = str_of(real);
    return str_starts(at, top.ptr) && (at.len == top.len || at.ptr[top.len] == '/');
}

/* With GIT_DIR and no GIT_WORK_TREE, git takes the current folder for the top. A hook that does
 * `cd sub && tblint` means the tree around it, so that wins where the repository knows it. */
static const char *named_worktree(Repo *repo, const char *start)
{
    const char *named = getenv("GIT_WORK_TREE");
    if (named != NULL && *named != '\0') {
        return named;
    }
    if (!env_is_set("GIT_DIR") || git_repository_is_bare(repo->git)) {
        return NULL;
    }
    const char *own = git_repository_workdir(repo->git);
    char real[PATH_MAX];
    if (own != NULL && realpath(own, real) != NULL && is_inside(start, str_of(real))) {
        return NULL;
    }
    return start;
}

/* Not when it is that already: libgit2 1.5 then returns early and loses the path it made. */
static bool set_worktree(git_repository *git, const char *folder)
{
    char own[PATH_MAX];
    const char *known = git_repository_workdir(git);
    if (known != NULL && realpath(known, own) != NULL && strcmp(own, folder) == 0) {
        return true;
    }
    return git_repository_set_workdir(git, folder, 0) == 0;
}

static int use_worktree(Repo *repo, const char *start, Fault *fault)
{
    const char *named = named_worktree(repo, start);
    if (named != NULL) {
        char real[PATH_MAX];
        if (realpath(named, real) == NULL || !set_worktree(repo->git, real)) {
            return fault_set(fault, FAULT_ANALYSE,
                             "The working tree %.600s cannot be used: %.200s.", named,
                             strerror(errno));
        }
    }
    const char *top = git_repository_workdir(repo->git);
    if (top == NULL) {
        return 0;
    }
    size_t len = strlen(top);
    while (len > 1 && top[len - 1] == '/') {
        len--;
    }
    repo->top = str_copy(repo->arena, (Str){top, len});
    repo->top_fd = open(top, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return 0;
}

/* GIT_ALTERNATE_OBJECT_DIRECTORIES: folders with ':' between; one in quotes may hold a ':'. */
static void add_alternates(Arena *arena, git_odb *odb, Str list)
{
    while (list.len > 0) {
        bool is_quoted = list.ptr[0] == '"';
        if (is_quoted) {
            list = str_slice(list, 1, list.len);
        }
        ptrdiff_t end = str_find_char(list, is_quoted ? '"' : ':');
        size_t len = end < 0 ? list.len : (size_t)end;
        Str folder = str_slice(list, 0, len);
        list = str_slice(list, len + (is_quoted ? 2 : 1), list.len);
        if (folder.len > 0) {
            git_odb_add_disk_alternate(odb, str_cstr(arena, folder));
        }
    }
}

/* A server's hook sees the pushed objects only through these, while they are in quarantine. */
static int use_object_folders(Repo *repo, Fault *fault)
{
    const char *named = getenv("GIT_OBJECT_DIRECTORY");
    if (named != NULL && *named != '\0') {
        if (git_odb_open(&repo->odb, named) != 0 ||
            git_repository_set_odb(repo->git, repo->odb) != 0) {
            return fault_set(fault, FAULT_ANALYSE,
                             "GIT_OBJECT_DIRECTORY '%.500s' cannot be opened: %.300s.", named,
                             git_reason());
        }
    } else if (git_repository_odb(&repo->odb, repo->git) != 0) {
        return fault_set(fault, FAULT_ANALYSE, "The object database cannot be opened: %.600s.",
                         git_reason());
    }
    add_alternates(repo->arena, repo->odb, env_str("GIT_ALTERNATE_OBJECT_DIRECTORIES"));
    return 0;
}

/* libgit2 takes the common folder from the git folder itself and cannot be told another. */
static int check_common_dir(const Repo *repo, Fault *fault)
{
    const char *named = getenv("GIT_COMMON_DIR");
    char wanted[PATH_MAX];
    char actual[PATH_MAX];
    if (named == NULL || *named == '\0') {
        return 0;
    }
    if (realpath(named, wanted) != NULL &&
        realpath(git_repository_commondir(repo->git), actual) != NULL &&
        strcmp(wanted, actual) == 0) {
        return 0;
    }
    fault_set(fault, FAULT_ANALYSE,
              "GIT_COMMON_DIR names '%.400s', but the repository's own is '%.400s'.", named,
              git_repository_commondir(repo->git));
    return fault_repair(fault, "unset GIT_COMMON_DIR");
}

static int set_up(Repo *repo, const char *start, Fault *fault)
{
    repo->git_dir = str_copy(repo->arena, str_of(git_repository_path(repo->git)));
    if (check_format(repo->arena, git_repository_commondir(repo->git), fault) != 0 ||
        check_common_dir(repo, fault) != 0) {
        return -1;
    }
    if (use_worktree(repo, start, fault) != 0) {
        return -1;
    }
    return use_object_folders(repo, fault);
}

int repo_open(Repo **out, Arena *arena, const char *start, Fault *fault)
{
    char here[PATH_MAX];
    if (start == NULL) {
        start = getcwd(here, sizeof(here));
    }
    if (start == NULL) {
        return fault_set(fault, FAULT_ANALYSE, "The current folder cannot be found: %s.",
                         strerror(errno));
    }
    Repo *repo = ARENA_NEW(arena, Repo);
    repo->arena = arena;
    repo->top_fd = -1;
    repo->plain_bytes = -1;
    set_up_libgit2();
    const char *git_dir = NULL;
    if (find_git_dir(arena, start, &git_dir, fault) != 0 ||
        open_git_dir(&repo->git, arena, start, git_dir, fault) != 0 ||
        set_up(repo, start, fault) != 0) {
        repo_free(repo);
        return -1;
    }
    *out = repo;
    return 0;
}

void repo_free(Repo *repo)
{
    if (repo == NULL) {
        return;
    }
    if (repo->top_fd >= 0) {
        close(repo->top_fd);
    }
    git_index_free(repo->index);
    git_odb_free(repo->odb);
    git_repository_free(repo->git);
    git_libgit2_shutdown();
}
