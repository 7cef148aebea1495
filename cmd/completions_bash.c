/* completions_bash.c: the script that completes tblint's command line in bash. */
#include "completions.h"

static const char bash_head[] =
    "# bash completion of tblint: tblint completions bash\n"
    "\n"
    "# Names of refs are compared here and not by compgen -W, which would run what stands in "
    "them:\n"
    "# git allows $(...) in the name of a branch.\n"
    "_tblint_refs() {\n"
    "    local ref\n"
    "    while IFS= read -r ref; do\n"
    "        [[ $ref == \"$cur\"* ]] || continue\n"
    "        printf -v ref %q \"$ref\"\n"
    "        COMPREPLY+=(\"$ref\")\n"
    "    done < <(git for-each-ref --format='%(refname:short)' 2>/dev/null)\n"
    "}\n"
    "\n"
    "_tblint_paths() {\n"
    "    local path\n"
    "    while IFS= read -r path; do\n"
    "        COMPREPLY+=(\"$path\")\n"
    "    done < <(compgen \"$1\" -- \"$cur\")\n"
    "    compopt -o filenames 2>/dev/null\n"
    "}\n"
    "\n"
    "_tblint_words() {\n"
    "    local word\n"
    "    for word in \"$@\"; do\n"
    "        [[ $word == \"$cur\"* ]] && COMPREPLY+=(\"$word\")\n"
    "    done\n"
    "}\n"
    "\n"
    "_tblint() {\n"
    "    local cur=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}\n"
    "    local command= place=0 i word\n"
    "    COMPREPLY=()\n"
    "    # bash takes = as a word of its own: --format = sarif = FILE\n"
    "    if [[ $cur == \"=\" ]]; then\n"
    "        cur=\n"
    "    elif [[ $before == \"=\" ]]; then\n"
    "        before=${COMP_WORDS[COMP_CWORD-2]}\n"
    "        [[ $before == -* ]] || { _tblint_paths -f; return; }\n"
    "    fi\n"
    "    for ((i = 1; i < COMP_CWORD; i++)); do\n"
    "        word=${COMP_WORDS[i]}\n"
    "        case $word in\n"
    "        ";

static const char bash_loop[] = ")\n"
                                "            [[ ${COMP_WORDS[i+1]} == \"=\" ]] && i=$((i + 1))\n"
                                "            i=$((i + 1))\n"
                                "            ;;\n"
                                "        =) i=$((i + 1)) ;;\n"
                                "        -*) ;;\n"
                                "        *)\n"
                                "            if [[ $command ]]; then\n"
                                "                place=$((place + 1))\n"
                                "            else\n"
                                "                command=$word\n"
                                "            fi\n"
                                "            ;;\n"
                                "        esac\n"
                                "    done\n";

static void bash_offer(Buf *out, Arena *arena, Str placeholder, ReportKind kind)
{
    Offer offer = offer_of(placeholder);
    if (offer == OFFER_REFS) {
        buf_add(out, "_tblint_refs");
    } else if (offer == OFFER_FILES || offer == OFFER_FOLDERS) {
        buf_addf(out, "_tblint_paths %s", offer == OFFER_FILES ? "-f" : "-d");
    } else if (offer == OFFER_NOTHING) {
        buf_add(out, ":");
    } else {
        buf_add(out, "_tblint_words ");
        offer_list(out, arena, offer, placeholder, kind);
    }
}

/* Of the command whose report is of that kind. */
static void bash_formats(Buf *out, Arena *arena, const OptionInfo *option, ReportKind kind)
{
    buf_addf(out, "    %s:%s) ", kind == REPORT_PLAN ? "plan" : "why", option->name);
    bash_offer(out, arena, str_of(option->value), kind);
    buf_add(out, "; return ;;\n");
}

static void bash_values(Buf *out, Arena *arena)
{
    buf_add(out, "    case $command:$before in\n");
    for (size_t i = 0; option_table[i].name; i++) {
        const OptionInfo *option = &option_table[i];
        if (!option->value)
            continue;
        if (offer_of(str_of(option->value)) == OFFER_FORMATS) {
            bash_formats(out, arena, option, REPORT_PLAN);
            bash_formats(out, arena, option, REPORT_WHY);
        }
        buf_addf(out, "    *:%s) ", option->name);
        bash_offer(out, arena, str_of(option->value), REPORT_LINT);
        buf_add(out, "; return ;;\n");
    }
    buf_add(out, "    esac\n");
}

static void bash_options(Buf *out)
{
    buf_add(out, "    if [[ $cur == -* ]]; then\n        case ${command:-lint} in\n");
    for (size_t i = 0; option_commands[i].name; i++) {
        buf_addf(out, "        %s) _tblint_words", option_commands[i].name);
        for (size_t j = 0; option_table[j].name; j++) {
            if (command_takes(&option_commands[i], &option_table[j]))
                buf_addf(out, " %s", option_table[j].name);
        }
        buf_add(out, " ;;\n");
    }
    buf_add(out, "        esac\n        return\n    fi\n");
}

static void bash_arguments(Buf *out, Arena *arena)
{
    buf_add(out, "    case $command:$place in\n    :*) _tblint_words ");
    offer_commands(out);
    buf_add(out, " ;;\n");
    for (size_t i = 0; option_commands[i].name; i++) {
        for (size_t place = 0; place < option_commands[i].most; place++) {
            Str placeholder = offered_argument(&option_commands[i], place);
            if (offer_of(placeholder) == OFFER_NOTHING)
                continue;
            buf_addf(out, "    %s:%zu) ", option_commands[i].name, place);
            bash_offer(out, arena, placeholder, REPORT_LINT);
            buf_add(out, " ;;\n");
        }
    }
    buf_add(out, "    esac\n");
}

void completions_bash(Buf *out, Arena *arena)
{
    buf_add(out, bash_head);
    offer_valued(out, " | ");
    buf_add(out, bash_loop);
    bash_values(out, arena);
    bash_options(out);
    bash_arguments(out, arena);
    buf_add(out, "}\n\ncomplete -F _tblint tblint\n");
}
