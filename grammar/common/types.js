/**
 * ClickHouse types and literals, as rules that both grammars include:
 *
 *     const types = require('../common/types.js');
 *     rules: { ..., ...types.rules }
 *
 * A grammar that includes them sets `word: $ => $.identifier`.
 *
 * The name of a type is not checked here: `quantiles(0.5)` inside AggregateFunction has the shape
 * of a type and is read as one. syntax/type.c knows the names.
 */

/** One or more of `rule`, separated by commas. */
function commaSep1(rule) {
  return seq(rule, repeat(seq(',', rule)));
}

/** None or more of `rule`, separated by commas. */
function commaSep(rule) {
  return optional(commaSep1(rule));
}

/** A regular expression for words in any letter case with blanks between them. */
function words(text) {
  const anyCase = text.replace(/[A-Za-z]/g, c => `[${c.toUpperCase()}${c.toLowerCase()}]`);
  return new RegExp(anyCase.replace(/ /g, '[ \\t]+'));
}

/**
 * A word in any letter case that can be a name elsewhere; the node is called by its word in upper
 * case. A plain pattern, so that the generator makes a keyword of it.
 */
function caseless(word) {
  const pattern = [...word].map(c => `[${c.toLowerCase()}${c}]`).join('');
  return alias(new RegExp(pattern), word);
}

/** A keyword in any letter case, shown in the tree by its name in upper case. */
function keyword(word) {
  return alias(token(prec(1, words(word))), word.toUpperCase());
}

// The SQL standard's types whose names are several words. One token each, so that a name and a
// type (`a String`) are never taken for them.
const LONG_NAMES = [
  'DOUBLE PRECISION',
  'CHAR VARYING',
  'CHAR LARGE OBJECT',
  'CHARACTER VARYING',
  'CHARACTER LARGE OBJECT',
  'NATIONAL CHAR',
  'NATIONAL CHAR VARYING',
  'NATIONAL CHARACTER',
  'NATIONAL CHARACTER VARYING',
  'NATIONAL CHARACTER LARGE OBJECT',
  'NCHAR VARYING',
  'NCHAR LARGE OBJECT',
  'BINARY VARYING',
  'BINARY LARGE OBJECT',
  ...['TINYINT', 'SMALLINT', 'MEDIUMINT', 'INT', 'INTEGER', 'INT1', 'BIGINT'].flatMap(
    name => [`${name} SIGNED`, `${name} UNSIGNED`]),
];

const rules = {
  // A whole type: String, Nullable(T), Tuple(a T, b T), AggregateFunction(quantiles(0.5), T).
  type: $ => seq(
    field('name', $.type_name),
    optional(field('arguments', $.type_arguments)),
  ),

  type_name: $ => choice($.identifier, $._long_type_name),

  _long_type_name: _ => token(choice(...LONG_NAMES.map(words))),

  type_arguments: $ => seq('(', commaSep($._type_argument), ')'),

  _type_argument: $ => choice(
    $.type,
    $.named_type,
    $.enum_value,
    $.type_setting,
    $.skip_path,
    $.number,
    $.string,
  ),

  // An element of Tuple or Nested, or a typed path of JSON.
  named_type: $ => seq(field('name', $._type_path), field('type', $.type)),

  _type_path: $ => choice($.identifier, $.quoted_identifier, $.type_path),

  type_path: $ => seq(
    choice($.identifier, $.quoted_identifier),
    repeat1(seq('.', choice($.identifier, $.quoted_identifier))),
  ),

  enum_value: $ => seq(
    field('name', $.string),
    '=',
    field('number', $.signed_number),
  ),

  signed_number: $ => seq(optional(choice('-', '+')), $.number),

  // JSON(max_dynamic_paths = 16)
  type_setting: $ => seq(
    field('name', $.identifier),
    '=',
    field('value', choice($.number, $.string, $.identifier)),
  ),

  // JSON(SKIP a.b, SKIP REGEXP 're')
  skip_path: $ => seq(
    caseless('SKIP'),
    choice(
      field('path', $._type_path),
      seq(caseless('REGEXP'), field('pattern', $.string)),
    ),
  ),

  identifier: _ => /[A-Za-z_][A-Za-z0-9_]*/,

  // `a b` or "a b"; a doubled quote or a backslash keeps it open.
  quoted_identifier: _ => token(choice(
    /`([^`\\\r\n]|\\[^\r\n]|``)*`/,
    /"([^"\\\r\n]|\\[^\r\n]|"")*"/,
  )),

  number: _ => token(choice(
    /0[xX][0-9A-Fa-f_]+/,
    /0[bB][01_]+/,
    /[0-9][0-9_]*(\.[0-9_]*)?([eE][+-]?[0-9]+)?/,
    /\.[0-9][0-9_]*([eE][+-]?[0-9]+)?/,
  )),

  // 'it''s' or 'it\'s'
  string: _ => token(/'([^'\\]|\\[\s\S]|'')*'/),
};

module.exports = { rules, caseless, commaSep, commaSep1, keyword, words };
