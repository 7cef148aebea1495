/*
 * engine_facts.h: questions about a data source's engine: what its keys and TTL name, its settings.
 */
#ifndef TBLINT_ENGINE_FACTS_H
#define TBLINT_ENGINE_FACTS_H

#include "project.h"

/* The first key or engine parameter that names the column, or NULL. */
const KeyExpr *key_naming(const DatasourceFacts *facts, Str column);

/* The TTL rule that counts from the column, or NULL; also NULL where the TTL cannot be read. */
const TtlRule *ttl_rule_counting_from(const DatasourceFacts *facts, Str column);

/* The value of one of ENGINE_SETTINGS, the last where it is given twice; empty when absent. */
Str engine_setting(const DatasourceFacts *facts, const char *name);

/* The setting allow_nullable_key is on; ClickHouse refuses Nullable columns in keys without it. */
bool keys_may_be_nullable(const DatasourceFacts *facts);

/* ifNull() and the like, which give no NULL though their argument is Nullable. */
bool function_removes_null(Str name);

#endif
