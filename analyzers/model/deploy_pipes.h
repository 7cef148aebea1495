/*
 * deploy_pipes.h: the pipes that the deploy scripts of a change fill by name.
 *
 * A script may be all that a change brings; its judgement rests on the pipes that it runs.
 */
#ifndef TBLINT_DEPLOY_PIPES_H
#define TBLINT_DEPLOY_PIPES_H

#include "deploy_script.h"

/* Of scripts that are new or edited, as production runs them. Nothing is read where no script
 * changed. */
Strs deploy_pipes_filled(Loader *loader, const ProjectPair *files);

#endif
