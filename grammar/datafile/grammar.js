/**
 * The datafile language of Tinybird: .datasource, .pipe and .connection, Forward and Classic.
 *
 * The language is a machine over lines (see NOTES.md): what a line is depends on its first word,
 * on quotes anywhere in it and on the kind of file. The external scanner is that machine. Every
 * text has a tree without ERROR: what does not fit becomes stray_line, unknown_instruction,
 * broken_column, type_text or broken_expression, and hides nothing beside it.
 */
const types = require('../common/types.js');

module.exports = grammar({
  name: 'datafile',

  word: $ => $.identifier,

  extras: $ => [/[ \t\r\n\f]/, $.comment],

  // The order is that of enum TokenType in src/scanner.c.
  externals: $ => [
    $._error_sentinel,
    $.comment,
    $._schema_keyword,
    $._indexes_keyword,
    $._sql_keyword,
    $._forward_query_keyword,
    $._description_keyword,
    $._other_keyword,
    $.unknown_word,
    $.stray_line,
    $._block_open,
    $.discarded_text,
    $.word,
    $.quoted_word,
    $._line_end,
    $._text,
    $.index,
    $._bare_name,
    $._quoted_name,
    $.broken_column,
    $.json_path,
    $.type_text,
    $.expression,
    $.broken_expression,
    $._default,
    $._codec,
    $._null,
    $._not_null,
    $._materialized,
    $._alias,
    $._ttl,
    $._arguments_ahead,
  ],

  rules: {
    source_file: $ => repeat(choice(
      $.schema,
      $.indexes,
      $.sql,
      $.forward_query,
      $.description,
      $.instruction,
      $.unknown_instruction,
      $.stray_line,
    )),

    schema: $ => seq(
      field('keyword', alias($._schema_keyword, $.keyword)),
      choice($._values, seq($._open, optional(field('columns', $.columns)))),
    ),

    indexes: $ => seq(
      field('keyword', alias($._indexes_keyword, $.keyword)),
      choice($._values, seq($._open, repeat($.index))),
    ),

    sql: $ => seq(
      field('keyword', alias($._sql_keyword, $.keyword)),
      choice($._values, seq($._open, optional(field('body', alias($._text, $.sql_text))))),
    ),

    forward_query: $ => seq(
      field('keyword', alias($._forward_query_keyword, $.keyword)),
      choice($._values, seq($._open, optional(field('body', alias($._text, $.query_text))))),
    ),

    description: $ => seq(
      field('keyword', alias($._description_keyword, $.keyword)),
      choice($._values, seq($._open, optional(field('body', alias($._text, $.description_text))))),
    ),

    instruction: $ => seq(
      field('keyword', alias($._other_keyword, $.keyword)),
      choice($._values, seq($._open, optional(field('body', alias($._text, $.text))))),
    ),

    // Its block runs on to the next keyword all the same.
    unknown_instruction: $ => seq(
      field('keyword', $.unknown_word),
      choice($._values, seq($._open, optional(field('body', alias($._text, $.text))))),
    ),

    // The shell words of one line.
    _values: $ => seq(
      repeat(field('value', choice($.word, $.quoted_word))),
      $._line_end,
    ),

    _open: $ => seq(
      alias($._block_open, '>'),
      optional($.discarded_text),
      $._line_end,
    ),

    // The commas are free here: a missing or doubled one is for the analyzers to say.
    columns: $ => repeat1(choice($.column, $.broken_column, ',')),

    column: $ => seq(
      field('name', choice(
        alias($._bare_name, $.column_name),
        alias($._quoted_name, $.quoted_column_name),
      )),
      repeat(field('path', $.json_path)),
      optional(choice(
        seq(field('type', choice($.type, $.type_text)), repeat($._attribute)),
        seq($._clause, repeat($._attribute)),
      )),
    ),

    _attribute: $ => choice(field('path', $.json_path), $._clause),

    _clause: $ => choice($.default, $.codec, $.constraint),

    default: $ => seq(
      alias($._default, 'DEFAULT'),
      optional(field('value', $._expression)),
    ),

    codec: $ => seq(
      alias($._codec, 'CODEC'),
      optional(field('value', $._expression)),
    ),

    // What ClickHouse has and Tinybird refuses (Classic takes MATERIALIZED).
    constraint: $ => choice(
      alias($._null, 'NULL'),
      alias($._not_null, 'NOT NULL'),
      seq(
        choice(
          alias($._materialized, 'MATERIALIZED'),
          alias($._alias, 'ALIAS'),
          alias($._ttl, 'TTL'),
        ),
        optional(field('value', $._expression)),
      ),
    ),

    _expression: $ => choice($.expression, $.broken_expression),

    ...types.rules,

    // The scanner never makes an _arguments_ahead: that it may come tells the scanner that a
    // parenthesis here opens arguments and is no broken column.
    type: $ => seq(
      field('name', $.type_name),
      optional(choice(field('arguments', $.type_arguments), $._arguments_ahead)),
    ),
  },
});
