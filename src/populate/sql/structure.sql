-- One JSON document: the tables that rows can be put into, and the types of their columns.
-- Left out: what belongs to an extension, partitions (they are filled through their parent), temporary and foreign
-- tables, views, the server's own schemas.
WITH RECURSIVE rel AS (
  SELECT c.oid, c.relkind, n.nspname, c.relname
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
   WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relpersistence <> 't'
     AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
     AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                      WHERE d.classid = 1259 AND d.objid = c.oid AND d.deptype = 'e')
), col AS (
  SELECT a.attrelid, a.attnum, a.attname, a.atttypid, a.atttypmod, a.attnotnull, a.atthasdef, a.attidentity,
         pg_catalog.pg_get_expr(d.adbin, d.adrelid) AS def
    FROM rel JOIN pg_catalog.pg_attribute a ON a.attrelid = rel.oid
         LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
   WHERE a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
), used(oid) AS (
  SELECT atttypid FROM col
  UNION
  SELECT more.oid
    FROM used JOIN pg_catalog.pg_type t ON t.oid = used.oid
         LEFT JOIN pg_catalog.pg_range r ON r.rngtypid = t.oid
              OR (pg_catalog.to_jsonb(r) ->> 'rngmultitypid')::oid = t.oid,
         LATERAL (SELECT t.typbasetype UNION SELECT t.typelem UNION SELECT r.rngsubtype
                  UNION SELECT a.atttypid FROM pg_catalog.pg_attribute a
                         WHERE t.typtype = 'c' AND a.attrelid = t.typrelid AND a.attnum > 0
                           AND NOT a.attisdropped) AS more(oid)
   WHERE more.oid <> 0
)
SELECT pg_catalog.jsonb_build_object(
  'types', (SELECT pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object(
      'oid', t.oid::bigint, 'name', t.typname, 'kind', t.typtype, 'category', t.typcategory,
      'delimiter', t.typdelim, 'base', t.typbasetype::bigint, 'modifier', t.typtypmod,
      'not_null', t.typnotnull, 'element', CASE WHEN t.typcategory = 'A' THEN t.typelem::bigint ELSE 0 END,
      'subtype', COALESCE(r.rngsubtype::bigint, 0),
      'labels', (SELECT pg_catalog.jsonb_agg(e.enumlabel ORDER BY e.enumsortorder)
                   FROM pg_catalog.pg_enum e WHERE e.enumtypid = t.oid),
      'checks', (SELECT pg_catalog.jsonb_agg(pg_catalog.pg_get_constraintdef(k.oid) ORDER BY k.conname)
                   FROM pg_catalog.pg_constraint k WHERE k.contypid = t.oid AND k.contype = 'c'),
      'fields', (SELECT pg_catalog.jsonb_agg(pg_catalog.jsonb_build_array(a.atttypid::bigint, a.atttypmod)
                                             ORDER BY a.attnum)
                   FROM pg_catalog.pg_attribute a
                  WHERE t.typtype = 'c' AND a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped)))
    FROM used JOIN pg_catalog.pg_type t ON t.oid = used.oid
         LEFT JOIN pg_catalog.pg_range r ON r.rngtypid = t.oid
              OR (pg_catalog.to_jsonb(r) ->> 'rngmultitypid')::oid = t.oid),
  'tables', (SELECT pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object(
      'oid', rel.oid::bigint, 'schema', rel.nspname, 'name', rel.relname,
      'columns', (SELECT pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object(
            'name', col.attname, 'type', col.atttypid::bigint, 'modifier', col.atttypmod,
            'not_null', col.attnotnull, 'has_default', col.atthasdef OR col.attidentity <> '',
            'counts', col.attidentity <> '' OR COALESCE(col.def ~ '\mnextval\(', false)) ORDER BY col.attnum)
          FROM col WHERE col.attrelid = rel.oid),
      'rules', (SELECT pg_catalog.jsonb_agg(rule.document ORDER BY rule.document ->> 'kind', rule.document ->> 'name')
          FROM (SELECT pg_catalog.jsonb_build_object(
                    'name', k.conname, 'kind', k.contype,
                    'columns', (SELECT pg_catalog.jsonb_agg(a.attname ORDER BY u.n)
                                  FROM pg_catalog.unnest(k.conkey) WITH ORDINALITY AS u(attnum, n)
                                       JOIN pg_catalog.pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.attnum),
                    'definition', pg_catalog.pg_get_constraintdef(k.oid), 'referenced', k.confrelid::bigint,
                    'referenced_columns', (SELECT pg_catalog.jsonb_agg(a.attname ORDER BY u.n)
                                  FROM pg_catalog.unnest(k.confkey) WITH ORDINALITY AS u(attnum, n)
                                       JOIN pg_catalog.pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = u.attnum))
                  FROM pg_catalog.pg_constraint k WHERE k.conrelid = rel.oid AND k.contype IN ('c', 'f', 'x')
                UNION ALL
                SELECT pg_catalog.jsonb_build_object(
                    'name', c.relname, 'kind', CASE WHEN i.indisprimary THEN 'p' ELSE 'u' END,
                    'columns', (SELECT pg_catalog.jsonb_agg(a.attname ORDER BY a.attnum)
                                  FROM pg_catalog.pg_attribute a
                                 WHERE a.attrelid = i.indrelid AND a.attnum > 0
                                   AND (a.attnum = ANY (i.indkey[0:i.indnkeyatts - 1])
                                        OR (i.indexprs IS NOT NULL
                                            AND EXISTS (SELECT FROM pg_catalog.pg_depend d
                                                         WHERE d.classid = 1259 AND d.objid = i.indexrelid
                                                           AND d.refclassid = 1259 AND d.refobjid = i.indrelid
                                                           AND d.refobjsubid = a.attnum)))),
                    'definition', pg_catalog.pg_get_indexdef(i.indexrelid), 'referenced', 0,
                    'referenced_columns', NULL)
                  FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
                 WHERE i.indrelid = rel.oid AND i.indisunique) AS rule(document)),
      'partition_columns', (SELECT pg_catalog.jsonb_agg(DISTINCT a.attname)
          FROM pg_catalog.pg_partition_tree(rel.oid) AS tree
               JOIN pg_catalog.pg_partitioned_table p ON p.partrelid = tree.relid
               JOIN pg_catalog.pg_attribute a ON a.attrelid = p.partrelid AND a.attnum = ANY (p.partattrs)
         WHERE rel.relkind = 'p'),
      'bounds', (SELECT pg_catalog.jsonb_agg(pg_catalog.pg_get_expr(c.relpartbound, c.oid) ORDER BY c.oid)
          FROM pg_catalog.pg_partition_tree(rel.oid) AS tree
               JOIN pg_catalog.pg_class c ON c.oid = tree.relid
         WHERE rel.relkind = 'p' AND c.relpartbound IS NOT NULL)
    ) ORDER BY rel.nspname, rel.relname) FROM rel))::text
