; Queries are ClickHouse SQL, with or without template tags.
((sql_text) @injection.content
  (#set! injection.language "clickhouse"))

((query_text) @injection.content
  (#set! injection.language "clickhouse"))

((expression) @injection.content
  (#set! injection.language "clickhouse"))

((description_text) @injection.content
  (#set! injection.language "markdown"))
