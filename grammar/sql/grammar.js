/**
 * ClickHouse SELECT, as a hosted service takes it: no FORMAT, no INTO OUTFILE, no second statement.
 *
 * Words are keywords only where the grammar expects them, as in ClickHouse itself: a column may be
 * called `date`, `type` or `values`. Names that need another check (units of INTERVAL, the
 * functions that take `x FROM y`) are read as identifiers here and judged by analyzers/syntax.
 *
 * A text that starts with U+0001 is no query but a list of expressions: keys, defaults, TTL rules.
 * The caller puts that character there; it is no part of SQL.
 */

/// <reference types="tree-sitter-cli/dsl" />

const types = require('../common/types.js');
const { caseless, commaSep, commaSep1 } = types;

// From loose to tight, after ClickHouse's operator table.
const PREC = {
  lambda: 1,
  ternary: 2,
  or: 3,
  and: 4,
  not: 5,
  is: 6,
  between: 7,
  compare: 9,
  concat: 10,
  add: 11,
  multiply: 12,
  sign: 13,
  postfix: 14,
  all: 15,
};

const KEYWORDS = [
  'ALL', 'AND', 'ANTI', 'ANY', 'APPLY', 'ARRAY', 'AS', 'ASC', 'ASCENDING', 'ASOF', 'BETWEEN', 'BOTH', 'BY', 'CASE', 'CAST',
  'CODEC', 'COLLATE', 'COLUMNS', 'CROSS', 'CUBE', 'CURRENT', 'DATE', 'DELETE', 'DESC', 'DESCENDING', 'DISK',
  'DISTINCT', 'DIV', 'ELSE', 'END', 'EXCEPT', 'FALSE', 'FETCH', 'FILL', 'FILTER', 'FINAL', 'FIRST',
  'FOLLOWING', 'FOR', 'FROM', 'FULL', 'GLOBAL', 'GROUP', 'GROUPING', 'GROUPS', 'HAVING', 'IGNORE',
  'ILIKE', 'IN', 'INNER', 'INTERPOLATE', 'INTERSECT', 'INTERVAL', 'IS', 'JOIN', 'LAST', 'LEADING', 'LEFT',
  'LIKE', 'LIMIT', 'LOCAL', 'MATERIALIZED', 'MOD', 'NEXT', 'NOT', 'NULL', 'NULLS', 'OFFSET', 'ON',
  'ONLY', 'OR', 'ORDER', 'OUTER', 'OVER', 'PARTITION', 'PASTE', 'PRECEDING', 'PREWHERE', 'QUALIFY',
  'RANGE', 'RECOMPRESS', 'RECURSIVE', 'REGEXP', 'REPLACE', 'RESPECT', 'RIGHT', 'ROLLUP', 'ROW',
  'ROWS', 'SAMPLE', 'SELECT', 'SEMI', 'SET', 'SETS', 'SETTINGS', 'STALENESS', 'STEP', 'STRICT',
  'THEN', 'TIES', 'TIMESTAMP', 'TO', 'TOTALS', 'TRAILING', 'TRUE', 'UNBOUNDED', 'UNION', 'USING', 'VOLUME',
  'WHEN', 'WHERE', 'WINDOW', 'WITH',
];

const K = Object.fromEntries(KEYWORDS.map(word => [word, caseless(word)]));

module.exports = grammar({
  name: 'clickhouse',

  word: $ => $.identifier,

  extras: $ => [/[\s\u00a0\u200b\u202f\u205f\u3000\ufeff]/, $.comment],

  // See src/scanner.c. A gap takes no room. It stands behind AS, IN and OR: were they followed by a
  // name, the generator would keep every state that knows ASC, INNER, ORDER and their like apart
  // from those that do not, which makes four times as many.
  externals: $ => [$._give_up, $._gap],

  supertypes: $ => [$._expression],

  conflicts: $ => [
    // `interval - 1` is a column minus one, `INTERVAL -1 DAY` an interval.
    [$.interval, $._name],
    // trim(both) reads a column, trim(BOTH ' ' FROM s) does not.
    [$.from_arguments, $._soft_word],
  ],

  rules: {
    source_file: $ => choice(
      $.query,
      seq('\u0001', $.expression_list),
    ),

    // ---- queries ------------------------------------------------------------------------------

    query: $ => seq(
      $._query_term,
      repeat(seq($.set_operator, $._query_term)),
    ),

    _query_term: $ => choice($.select, $.parenthesized_query),

    parenthesized_query: $ => seq('(', $.query, ')'),

    set_operator: $ => seq(
      choice(K.UNION, K.EXCEPT, K.INTERSECT),
      optional(choice(K.ALL, K.DISTINCT)),
    ),

    select: $ => seq(
      optional($.with_clause),
      choice(
        seq(
          K.SELECT,
          optional(choice($.distinct, $._all)),
          choice(
            seq($.select_list, optional($.from_clause), optional($._clauses)),
            seq(alias($._open_list, $.select_list), $.from_clause, optional($._clauses)),
            alias($._open_list, $.select_list),
          ),
        ),
        seq(
          $.from_clause,
          K.SELECT,
          optional(choice($.distinct, $._all)),
          $.select_list,
          optional($._clauses),
        ),
      ),
    ),

    distinct: $ => seq(
      K.DISTINCT,
      optional(seq(K.ON, '(', commaSep1($._expression), ')')),
    ),

    // SELECT ALL a, GROUP BY ALL; a column called `all` where nothing of the kind can stand.
    _all: _ => prec(PREC.all, K.ALL),

    select_list: $ => commaSep1($._select_item),

    // A comma may follow the list before FROM and at the end; elsewhere the next word is a column.
    _open_list: $ => seq(commaSep1($._select_item), ','),

    _select_item: $ => choice(
      $._expression,
      $.star,
      $.aliased,
      alias($._implicitly_aliased, $.aliased),
    ),

    _clauses: $ => choice(
      ...['prewhere_clause', 'where_clause', 'group_by_clause', 'having_clause', 'window_clause',
        'qualify_clause', 'order_by_clause', '_limits', 'settings_clause'].map(
        (first, index, all) => seq(
          $[first],
          ...all.slice(index + 1).map(later => optional($[later])),
        ),
      ),
    ),

    with_clause: $ => seq(
      K.WITH,
      optional(K.RECURSIVE),
      commaSep1(choice($.cte, $._select_item)),
      optional(','),
    ),

    cte: $ => seq(
      field('name', $._expression),
      seq(K.AS, $._gap),
      optional(seq(optional(K.NOT), K.MATERIALIZED)),
      '(',
      field('query', $.query),
      ')',
    ),

    from_clause: $ => seq(
      K.FROM,
      $.table,
      repeat(choice($.join, $.array_join)),
    ),

    table: $ => choice(
      seq(
        field('source', choice($.table_name, $.table_function, $.subquery)),
        optional($._table_alias),
        optional(seq(field('final', K.FINAL), optional($._table_alias))),
        optional($.sample),
      ),
    ),

    _table_alias: $ => seq(optional(seq(K.AS, $._gap)), field('alias', $._name)),

    table_name: $ => seq($._name, optional(seq('.', $._name))),

    table_function: $ => seq(
      field('name', $.identifier),
      field('arguments', $.arguments),
    ),

    sample: $ => prec.right(seq(
      K.SAMPLE,
      $.ratio,
      optional(seq(K.OFFSET, $.ratio)),
    )),

    ratio: $ => seq($.number, optional(seq('/', $.number))),

    join: $ => choice(
      seq(',', $.table),
      seq(
        repeat(choice(
          K.GLOBAL, K.LOCAL, K.ANY, K.ALL, K.ASOF, K.SEMI, K.ANTI, K.ONLY,
          K.INNER, K.LEFT, K.RIGHT, K.FULL, K.CROSS, K.OUTER, K.PASTE,
        )),
        K.JOIN,
        $.table,
        optional(choice(
          seq(K.ON, field('on', $._element)),
          seq(K.USING, field('using', $.using)),
        )),
      ),
    ),

    using: $ => prec.right(choice(
      seq('(', commaSep1($._element), ')'),
      commaSep1($._name),
    )),

    array_join: $ => prec.right(seq(
      optional(choice(K.LEFT, K.INNER)),
      K.ARRAY,
      K.JOIN,
      commaSep1($._select_item),
    )),

    prewhere_clause: $ => seq(K.PREWHERE, $._element),

    where_clause: $ => seq(K.WHERE, $._element),

    having_clause: $ => seq(K.HAVING, $._element),

    qualify_clause: $ => seq(K.QUALIFY, $._element),

    group_by_clause: $ => seq(
      K.GROUP,
      K.BY,
      choice(
        seq(K.GROUPING, K.SETS, '(', commaSep1($._element), ')'),
        $._all,
        commaSep1($._element),
      ),
      repeat(seq(K.WITH, choice(K.ROLLUP, K.CUBE, K.TOTALS))),
    ),

    window_clause: $ => seq(
      K.WINDOW,
      commaSep1(seq(field('window', $._name), seq(K.AS, $._gap), $.window)),
    ),

    order_by_clause: $ => seq(
      K.ORDER,
      K.BY,
      commaSep1($.order),
      optional($.interpolate),
    ),

    order: $ => seq(
      choice($._element, $._all),
      optional(field('direction', $._direction)),
      optional(seq(K.NULLS, choice(K.FIRST, K.LAST))),
      optional(seq(K.COLLATE, $.string)),
      optional($.fill),
    ),

    _direction: _ => choice(
      K.ASC,
      K.DESC,
      alias(K.ASCENDING, 'ASC'),
      alias(K.DESCENDING, 'DESC'),
    ),

    fill: $ => seq(
      K.WITH,
      K.FILL,
      optional(seq(K.FROM, $._expression)),
      optional(seq(K.TO, $._expression)),
      optional(seq(K.STEP, $._expression)),
      optional(seq(K.STALENESS, $._expression)),
    ),

    interpolate: $ => prec.right(seq(
      K.INTERPOLATE,
      optional(seq('(', commaSep(seq($._name, optional(seq(seq(K.AS, $._gap), $._expression)))), ')')),
    )),

    _limits: $ => repeat1(choice($.limit_clause, $.offset_clause)),

    limit_clause: $ => prec.right(seq(
      K.LIMIT,
      $._expression,
      optional(choice(
        seq(',', $._expression),
        seq(K.OFFSET, $._expression),
      )),
      optional(choice(
        seq(K.WITH, K.TIES),
        seq(K.BY, choice($._all, commaSep1($._element))),
      )),
    )),

    // OFFSET 2 ROWS FETCH NEXT 3 ROWS ONLY is two of them.
    offset_clause: $ => choice(
      seq(K.OFFSET, $._expression, optional(choice(K.ROW, K.ROWS))),
      seq(
        K.FETCH,
        choice(K.FIRST, K.NEXT),
        $._expression,
        choice(K.ROW, K.ROWS),
        choice(K.ONLY, seq(K.WITH, K.TIES)),
      ),
    ),

    settings_clause: $ => seq(K.SETTINGS, commaSep1($.setting)),

    setting: $ => seq(
      $._name,
      '=',
      choice(seq(optional('-'), $.number), $.string, $._name, $.boolean, $.null, $.array, $.map),
    ),

    // ---- a list of expressions alone ----------------------------------------------------------

    expression_list: $ => seq(
      commaSep1($.list_item),
      optional(','),
      optional($.settings_clause),
    ),

    list_item: $ => seq(
      $._element,
      optional($._direction),
      optional($.ttl_action),
    ),

    ttl_action: $ => choice(
      seq(field('delete', K.DELETE), optional($.where_clause)),
      $.where_clause,
      seq(K.TO, choice(K.DISK, K.VOLUME), $.string),
      seq(K.RECOMPRESS, K.CODEC, $.arguments),
      prec.right(seq(
        K.GROUP,
        K.BY,
        commaSep1($._expression),
        optional(seq(K.SET, commaSep1($._expression))),
      )),
    ),

    // ---- expressions --------------------------------------------------------------------------

    // What may stand in brackets and clauses: an alias needs its AS there.
    _element: $ => choice($._expression, $.aliased, $.star),

    aliased: $ => seq(
      field('value', $._expression),
      seq(K.AS, $._gap),
      field('alias', choice($.identifier, $.quoted_identifier)),
    ),

    _implicitly_aliased: $ => seq(
      field('value', $._expression),
      field('alias', choice($.identifier, $.quoted_identifier)),
    ),

    _expression: $ => choice(
      $._primary,
      $.unary,
      $.binary,
      $.between,
      $.is,
      $.ternary,
      $.lambda,
    ),

    _primary: $ => choice(
      $.number,
      $.string,
      $.bit_string,
      $.heredoc,
      $.null,
      $.boolean,
      $._name,
      alias($._firm_word, $.identifier),
      $.dated,
      $.call,
      $.cast,
      $.interval,
      $.case,
      $.parenthesized,
      $.tuple,
      $.array,
      $.map,
      $.parameter,
      $.subquery,
      $.columns,
      $.member,
      $.qualified_star,
      $.subscript,
      $.cast_operator,
    ),

    unary: $ => choice(
      prec(PREC.not, seq(field('operator', K.NOT), $._expression)),
      prec(PREC.sign, seq(field('operator', choice('-', '+')), $._expression)),
    ),

    binary: $ => choice(
      ...[
        [PREC.or, K.OR, $._gap],
        [PREC.and, K.AND],
        [PREC.compare, choice('=', '==', '!=', '<>', '<', '<=', '>', '>=', '<=>', $.like, $.in)],
        [PREC.concat, '||'],
        [PREC.add, choice('+', '-')],
        [PREC.multiply, choice('*', '/', '%', K.DIV, K.MOD)],
      ].map(([level, operator, ...gap]) => prec.left(level, seq(
        field('left', $._expression),
        field('operator', operator),
        ...gap,
        field('right', $._expression),
      ))),
    ),

    like: _ => seq(optional(K.NOT), choice(K.LIKE, K.ILIKE, K.REGEXP)),

    in: $ => seq(optional(K.GLOBAL), optional(K.NOT), seq(K.IN, $._gap)),

    between: $ => prec.left(PREC.between, seq(
      field('value', $._expression),
      optional(field('not', K.NOT)),
      K.BETWEEN,
      field('low', $._expression),
      K.AND,
      field('high', $._expression),
    )),

    is: $ => prec.left(PREC.is, seq(
      field('value', $._expression),
      K.IS,
      optional(field('not', K.NOT)),
      choice(
        K.NULL,
        K.TRUE,
        K.FALSE,
        seq(K.DISTINCT, K.FROM, field('right', $._expression)),
      ),
    )),

    ternary: $ => prec.right(PREC.ternary, seq(
      field('condition', $._expression),
      '?',
      field('then', $._expression),
      ':',
      field('else', $._expression),
    )),

    // The left side is a name or a bracketed list of names; the parameters are checked later.
    lambda: $ => prec.right(PREC.lambda, seq(
      field('parameters', $._expression),
      '->',
      field('body', $._expression),
    )),

    star: $ => prec.right(seq('*', repeat($._transformer))),

    qualified_star: $ => prec.right(PREC.postfix, seq(
      field('table', $._primary),
      '.',
      '*',
      repeat($._transformer),
    )),

    columns: $ => prec.right(PREC.postfix, seq(
      optional(seq(field('table', $._primary), '.')),
      K.COLUMNS,
      '(',
      commaSep1($._expression),
      ')',
      repeat($._transformer),
    )),

    _transformer: $ => choice($.except, $.replace, $.apply),

    except: $ => seq(
      K.EXCEPT,
      optional(K.STRICT),
      choice(
        seq('(', commaSep1($._except_item), ')'),
        $._except_item,
      ),
    ),

    _except_item: $ => choice($.identifier, $.quoted_identifier, $.string),

    replace: $ => seq(
      K.REPLACE,
      optional(K.STRICT),
      choice(
        prec(1, seq('(', commaSep1($.aliased), ')')),
        $.aliased,
      ),
    ),

    apply: $ => seq(
      K.APPLY,
      choice(
        seq('(', $._expression, ')'),
        prec.right(seq($.identifier, optional(seq('(', commaSep($._expression), ')')))),
      ),
    ),

    // A name; the words below start other expressions too, so they need naming here.
    _name: $ => choice(
      $.identifier,
      $.quoted_identifier,
      alias($._soft_word, $.identifier),
      alias(K.INTERVAL, $.identifier),
    ),

    // Keywords that are columns too where nothing else can be meant.
    _firm_word: _ => choice(K.ALL, K.CAST),

    _soft_word: _ => choice(
      K.DATE, K.TIMESTAMP, K.COLUMNS, K.BOTH, K.LEADING, K.TRAILING,
    ),

    dated: $ => seq(choice(K.DATE, K.TIMESTAMP), $.string),

    call: $ => prec.right(PREC.postfix, seq(
      field('name', choice(
        $.identifier,
        $.quoted_identifier,
        alias(choice(K.DATE, K.TIMESTAMP, K.ALL), $.identifier),
      )),
      field('arguments', choice($.arguments, $.from_arguments)),
      optional(field('parametrized', $.arguments)),
      optional($.nulls),
      optional($.filter),
      optional($.over),
    )),

    arguments: $ => seq(
      '(',
      optional(choice(
        seq(optional(K.DISTINCT), commaSep1($._element), optional(',')),
        $.query,
      )),
      ')',
    ),

    // extract(YEAR FROM x), trim(BOTH ' ' FROM s), substring(s FROM 2 FOR 3)
    from_arguments: $ => seq(
      '(',
      optional(field('side', choice(K.BOTH, K.LEADING, K.TRAILING))),
      $._expression,
      K.FROM,
      $._expression,
      optional(seq(K.FOR, $._expression)),
      ')',
    ),

    nulls: _ => seq(choice(K.IGNORE, K.RESPECT), K.NULLS),

    filter: $ => seq(K.FILTER, '(', $.where_clause, ')'),

    over: $ => seq(
      K.OVER,
      choice(field('window', choice($.identifier, $.quoted_identifier)), $.window),
    ),

    window: $ => seq(
      '(',
      optional(field('window', $.identifier)),
      optional(seq(K.PARTITION, K.BY, commaSep1($._element))),
      optional(seq(K.ORDER, K.BY, commaSep1($.order))),
      optional($.frame),
      ')',
    ),

    frame: $ => seq(
      choice(K.ROWS, K.RANGE, K.GROUPS),
      choice(
        $._frame_bound,
        seq(K.BETWEEN, $._frame_bound, K.AND, $._frame_bound),
      ),
    ),

    _frame_bound: $ => choice(
      seq(K.CURRENT, K.ROW),
      seq(choice(K.UNBOUNDED, $._primary), choice(K.PRECEDING, K.FOLLOWING)),
    ),

    cast: $ => seq(
      K.CAST,
      '(',
      choice(
        seq(field('value', $._expression), seq(K.AS, $._gap), field('type', $.type)),
        seq(field('value', $._element), ',', field('type_text', $._element)),
      ),
      ')',
    ),

    cast_operator: $ => prec.left(PREC.postfix, seq(
      field('value', $._primary),
      '::',
      field('type', $.type),
    )),

    // The units are plain names. A text may hold the unit itself.
    interval: $ => choice(
      prec.right(1, seq(K.INTERVAL, field('value', $.string), optional(field('unit', $.identifier)))),
      seq(K.INTERVAL, field('value', $._expression), field('unit', $.identifier)),
    ),

    case: $ => seq(
      K.CASE,
      optional(field('operand', $._element)),
      repeat1(seq(
        K.WHEN,
        field('when', $._element),
        K.THEN,
        field('then', $._element),
      )),
      optional(seq(K.ELSE, field('else', $._element))),
      K.END,
    ),

    parenthesized: $ => seq('(', $._element, ')'),

    tuple: $ => choice(
      seq('(', ')'),
      seq('(', $._element, ','  , ')'),
      seq('(', $._element, repeat1(seq(',', $._element)), optional(','), ')'),
    ),

    array: $ => seq('[', optional(seq(commaSep1($._element), optional(','))), ']'),

    // {'a': 1}: keys are literals, which keeps it apart from {name:Type}.
    map: $ => seq('{', commaSep($.pair), '}'),

    pair: $ => seq(
      field('key', choice($.string, $.number)),
      ':',
      field('value', $._expression),
    ),

    parameter: $ => seq('{', field('name', $.identifier), ':', field('type', $.type), '}'),

    subquery: $ => prec(1, seq('(', $.query, ')')),

    // a.b, tuple.1, json.a.^b, json.a.:Int64
    member: $ => prec.left(PREC.postfix, seq(
      field('value', $._primary),
      choice(
        seq('.', field('name', choice(
          $.identifier,
          $.quoted_identifier,
          alias(K.COLUMNS, $.identifier),
        ))),
        seq('.', field('index', alias(token.immediate(/[0-9]+/), $.number))),
        seq('.^', field('name', choice($.identifier, $.quoted_identifier))),
        seq('.:', field('type', choice($.type, $.quoted_identifier))),
      ),
    )),

    subscript: $ => prec.left(PREC.postfix, seq(
      field('value', $._primary),
      '[',
      optional(field('index', $._element)),
      ']',
    )),

    // ---- tokens -------------------------------------------------------------------------------

    null: _ => K.NULL,

    boolean: _ => choice(K.TRUE, K.FALSE),

    ...types.rules,

    // 1a is a name, 1e5 and 0x1f are numbers.
    identifier: _ => token(choice(
      /[A-Za-z_][A-Za-z0-9_$]*/,
      /[1-9][0-9_]*[A-DF-Za-df-z][A-Za-z0-9_$]*/,
      /0[0-9_]*[AC-DF-WYZac-df-wyz][A-Za-z0-9_$]*/,
      /[0-9][0-9_]*[eE][A-Za-z_][A-Za-z0-9_$]*/,
    )),

    // x'4F4B', b'01'
    bit_string: _ => token(choice(/[xX]'[0-9A-Fa-f]*'/, /[bB]'[01]*'/)),

    // $$ ... $$, $tag$ ... $tag$: that the tags are equal is checked later.
    heredoc: _ => token(choice(
      /\$\$([^$]|\$[^$])*\$\$/,
      /\$[A-Za-z0-9_]+\$([^$]|\$[^A-Za-z0-9_])*\$[A-Za-z0-9_]+\$/,
    )),

    comment: _ => token(choice(
      /--[^\n]*/,
      /#[ !][^\n]*/,
      /\/\/[^\n]*/,
      /\/\*([^*]|\*+[^*\/])*\*+\//,
    )),
  },
});
