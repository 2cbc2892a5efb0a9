-- What only a read of a real database asks: attributes that no event trigger tells of, or that are too rare to be paid
-- for by every command. Rows (id of the fact, attribute, value); live_only.h names the attributes.
SELECT '1259:' || i.indexrelid || ':0' AS id, 'clustered' AS attribute, 'true'::jsonb AS value
  FROM pg_catalog.pg_index i WHERE i.indisclustered AND i.indexrelid >= 16384
UNION ALL
SELECT '1259:' || c.oid || ':0', 'index_tablespace', pg_catalog.to_jsonb(t.spcname)
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_tablespace t ON t.oid = c.reltablespace
 WHERE c.relkind IN ('i', 'I') AND c.oid >= 16384
UNION ALL
SELECT '1259:' || c.oid || ':0', 'index_statistics', pg_catalog.jsonb_object_agg(a.attnum::text, a.attstattarget)
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attstattarget >= 0
 WHERE c.relkind IN ('i', 'I') AND c.oid >= 16384 GROUP BY c.oid
UNION ALL
-- Columns of a materialized view are no facts of their own.
SELECT '1259:' || x.oid || ':0', 'column_settings', pg_catalog.jsonb_object_agg(x.attname, x.settings)
  FROM (SELECT c.oid, a.attname, pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object(
                 'statistics', NULLIF(a.attstattarget, -1),
                 'storage', CASE WHEN a.attstorage <> t.typstorage THEN CASE a.attstorage WHEN 'p' THEN 'plain' WHEN 'e' THEN 'external'
                              WHEN 'm' THEN 'main' ELSE 'extended' END END,
                 'compression', CASE {{compression}} WHEN 'p' THEN 'pglz' WHEN 'l' THEN 'lz4' END,
                 'settings', (SELECT pg_catalog.jsonb_agg(o ORDER BY o) FROM pg_catalog.unnest(a.attoptions) o
                               WHERE o NOT LIKE 'pg\_attver=%'))) AS settings
          FROM pg_catalog.pg_class c JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
          JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
         WHERE c.relkind = 'm' AND c.oid >= 16384) x
 WHERE x.settings <> '{}' GROUP BY x.oid
UNION ALL
SELECT '1259:' || c.oid || ':0', 'column_order', pg_catalog.jsonb_agg(a.attname ORDER BY a.attnum)
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
 WHERE c.relkind IN ('r', 'p', 'f') AND c.oid >= 16384 GROUP BY c.oid
UNION ALL
-- A DETACH PARTITION CONCURRENTLY that was interrupted.
SELECT '1259:' || i.inhrelid || ':0', 'detach_pending', 'true'
  FROM pg_catalog.pg_inherits i WHERE pg_catalog.to_jsonb(i) ->> 'inhdetachpending' = 'true'
UNION ALL
SELECT d.classid || ':' || d.objid || ':0', 'depends_on_extension', pg_catalog.jsonb_agg(e.extname ORDER BY e.extname)
  FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_extension e ON d.refclassid = 3079 AND e.oid = d.refobjid
 WHERE d.deptype = 'x' GROUP BY d.classid, d.objid
UNION ALL
-- Of the library that sorts by it, when it was made or refreshed.
SELECT '3456:' || c.oid || ':0', 'library_version', pg_catalog.to_jsonb(c.collversion)
  FROM pg_catalog.pg_collation c WHERE c.oid >= 16384 AND c.collversion IS NOT NULL
UNION ALL
-- ALTER TABLE ... DISABLE TRIGGER ALL switches the triggers off that keep a foreign key.
SELECT '2606:' || t.tgconstraint || ':0', 'triggers',
       pg_catalog.jsonb_agg(DISTINCT t.tgrelid::pg_catalog.regclass || ': ' || CASE t.tgenabled WHEN 'D' THEN 'disabled'
         WHEN 'R' THEN 'replica' ELSE 'always' END)
  FROM pg_catalog.pg_trigger t WHERE t.tgisinternal AND t.tgconstraint <> 0 AND t.tgenabled <> 'O' GROUP BY t.tgconstraint
