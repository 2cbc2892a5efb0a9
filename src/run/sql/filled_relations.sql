-- What holds anything that a query could tell: tables and materialized views with a page, all sequences, and whether
-- there are large objects.
SELECT n.nspname, c.relname, c.relkind::text, pg_catalog.pg_total_relation_size(c.oid)
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
   AND (c.relkind = 'S' OR (c.relkind IN ('r', 'm') AND pg_catalog.pg_relation_size(c.oid) > 0))
UNION ALL
SELECT '', '', 'large object', 0 FROM pg_catalog.pg_largeobject_metadata
ORDER BY 1, 2
