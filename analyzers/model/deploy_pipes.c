/* deploy_pipes.c: what changed deploy scripts populate and copy. */
#include "deploy_pipes.h"

static bool is_script(const SourceFile *file)
{
    return file != NULL && path_kind(file->path) == PATH_DEPLOY_SCRIPT;
}

static bool some_script_changed(const ProjectPair *files)
{
    for (size_t i = 0; i < files->others.len; i++) {
        const FilePair *pair = &files->others.items[i];
        bool same = pair->live != NULL && pair->candidate != NULL &&
                    memcmp(&pair->live->id, &pair->candidate->id, sizeof(BlobId)) == 0;
        if (!same && is_script(pair->candidate))
            return true;
    }
    return false;
}

static void add_pipes(Arena *arena, const TbCommands *commands, Strs *names)
{
    for (size_t i = 0; i < commands->len; i++) {
        const TbCommand *command = &commands->items[i];
        bool fills = command->verb == TB_POPULATE || command->verb == TB_COPY;
        if (fills && command->names.len > 0 && command->names.items[0].len > 0)
            vec_push(arena, names, command->names.items[0]);
    }
}

Strs deploy_pipes_filled(Loader *loader, const ProjectPair *files)
{
    Strs names = {0};
    if (!some_script_changed(files))
        return names;
    const DeployFacts *facts = deploy_facts(loader, files, SIDE_CANDIDATE);
    for (size_t i = 0; i < facts->scripts.len; i++) {
        const DeployScript *script = &facts->scripts.items[i];
        if (script->changed && script->readable)
            add_pipes(loader->arena, &script->runs[RUN_IN_PRODUCTION].commands, &names);
    }
    return names;
}
