; Later patterns win.

(identifier) @variable
(quoted_identifier) @variable
(call name: (_) @function.call)
(table_function name: (_) @function.call)
(member name: (_) @property)
(aliased alias: (_) @variable.member)
(table_name (_) @type)
(table alias: (_) @type)
(cte name: (_) @type)
(type_name) @type.builtin
(interval unit: (_) @constant.builtin)
(setting . (_) @property)

(number) @number
(string) @string
(heredoc) @string
(boolean) @boolean
(null) @constant.builtin
(comment) @comment
(star) @operator

[
  "SELECT" "WITH" "RECURSIVE" "FROM" "WHERE" "PREWHERE" "GROUP" "BY" "HAVING" "WINDOW" "QUALIFY"
  "ORDER" "LIMIT" "OFFSET" "SETTINGS" "UNION" "INTERSECT" "EXCEPT" "ALL" "DISTINCT" "ON" "USING"
  "JOIN" "LEFT" "RIGHT" "FULL" "INNER" "OUTER" "CROSS" "ANY" "ASOF" "SEMI" "ANTI" "GLOBAL"
  "ARRAY" "FINAL" "SAMPLE" "AS" "ASC" "DESC" "NULLS" "FIRST" "LAST" "FILL" "TO" "STEP" "OVER"
  "PARTITION" "ROWS" "RANGE" "GROUPS" "PRECEDING" "FOLLOWING" "UNBOUNDED" "CURRENT" "ROW" "REPLACE"
  "APPLY" "COLUMNS" "STRICT" "CAST" "CASE" "WHEN" "THEN" "ELSE" "END" "INTERVAL" "DELETE" "FILTER"
] @keyword

["AND" "OR" "NOT" "IN" "LIKE" "ILIKE" "BETWEEN" "IS" "DIV" "MOD"] @keyword.operator

["+" "-" "*" "/" "%" "||" "=" "==" "!=" "<>" "<" "<=" ">" ">=" "<=>" "->" "::" "?" ":"] @operator

["(" ")" "[" "]" "{" "}"] @punctuation.bracket
["," "."] @punctuation.delimiter
