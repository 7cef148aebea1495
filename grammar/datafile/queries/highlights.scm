; Instructions

(keyword) @keyword
(unknown_word) @error
">" @punctuation.special
(word) @string.special
(quoted_word) @string
(stray_line) @error
(discarded_text) @comment.warning

; Columns

(column_name) @variable.member
(quoted_column_name) @variable.member
(json_path) @string.special.path
["DEFAULT" "CODEC"] @keyword.modifier
(constraint) @keyword.modifier
(broken_column) @error
(broken_expression) @error

; Types

(type_name) @type
(type_text) @type
(named_type name: (_) @variable.member)
(type_setting name: (_) @property)
["SKIP" "REGEXP"] @keyword
(number) @number
(string) @string
["(" ")"] @punctuation.bracket
"," @punctuation.delimiter

(description_text) @string.documentation
(comment) @comment
