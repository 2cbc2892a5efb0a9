-- The tables that hold rows, and of each the select list that tells them apart: first a digest of each row ($1 characters
-- of it), all in one text, then one of each column. Left out: moments and UUIDs, and what the table numbers by itself, for a statement that is run again seldom
-- comes to the same. Partitions are their table's.
SELECT n.nspname, c.relname, c.relkind = 'p',
       CASE WHEN c.relkind = 'p'
            THEN (SELECT COALESCE(pg_catalog.sum(pg_catalog.pg_table_size(p.relid)), 0) FROM pg_catalog.pg_partition_tree(c.oid) p)
            ELSE pg_catalog.pg_table_size(c.oid) END,
       (SELECT pg_catalog.format(
                 'pg_catalog.string_agg(pg_catalog.left(pg_catalog.md5(ROW(%1$s)::pg_catalog.text), %3$s), ''''
                  ORDER BY pg_catalog.md5(ROW(%1$s)::pg_catalog.text) COLLATE pg_catalog."C")%2$s',
                 pg_catalog.string_agg(pg_catalog.quote_ident(a.attname), ', ' ORDER BY a.attnum),
                 pg_catalog.string_agg(pg_catalog.format(
                   ', pg_catalog.md5(pg_catalog.string_agg(%1$I::pg_catalog.text, '','' ORDER BY %1$I::pg_catalog.text)) AS %1$I',
                   a.attname), '' ORDER BY a.attnum),
                 $1::pg_catalog.int4)
          FROM pg_catalog.pg_attribute a
          LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
         WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
           AND a.attidentity = '' AND a.attgenerated = ''
           AND a.atttypid <> ALL (ARRAY['date', 'time', 'timetz', 'timestamp', 'timestamptz', 'uuid']::pg_catalog.regtype[])
           AND COALESCE(pg_catalog.pg_get_expr(d.adbin, d.adrelid), '') !~ '^(pg_catalog\.)?nextval\(')
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND NOT c.relispartition
   AND (c.relkind = 'p' OR (c.relkind = 'r' AND pg_catalog.pg_relation_size(c.oid) > 0))
 ORDER BY 1, 2
