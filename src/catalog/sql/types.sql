-- Types that somebody made: enums, domains, composites, ranges, base types. Array types, multiranges and the row
-- types of tables follow from other objects and are no facts of their own.
WITH typ AS MATERIALIZED (
  SELECT t.oid, t.typtype, t.typowner, t.typrelid, t.typbasetype, t.typtypmod, t.typnotnull, t.typdefault,
         t.typcollation, n.nspname::text || '.' || t.typname::text AS name, '1247:' || t.oid || ':0' AS id
    FROM pg_catalog.pg_type t
    JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
    LEFT JOIN pg_catalog.pg_class c ON c.oid = t.typrelid
   WHERE t.oid {{only}}
     AND (t.typtype IN ('e', 'd', 'r') OR (t.typtype = 'c' AND c.relkind = 'c') OR (t.typtype = 'b' AND t.typelem = 0))
     AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_windlass', 'pg_toast')
     AND n.nspname !~ '^pg_(toast_)?temp_'
     AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e
                      WHERE e.classid = 1247 AND e.objid = t.oid AND e.objsubid = 0 AND e.deptype = 'e')
)
SELECT 'type' AS kind, typ.name,
       pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object(
         'is', CASE typ.typtype WHEN 'e' THEN 'enum' WHEN 'd' THEN 'domain' WHEN 'r' THEN 'range'
                                WHEN 'c' THEN 'composite' ELSE 'base' END,
         'owner', pg_catalog.pg_get_userbyid(typ.typowner),
         'labels', CASE WHEN typ.typtype = 'e' THEN
           (SELECT COALESCE(pg_catalog.jsonb_agg(e.enumlabel ORDER BY e.enumsortorder), '[]')
              FROM pg_catalog.pg_enum e WHERE e.enumtypid = typ.oid) END,
         'of', CASE WHEN typ.typtype = 'd' THEN pg_catalog.format_type(typ.typbasetype, typ.typtypmod) END,
         'not_null', CASE WHEN typ.typtype = 'd' AND typ.typnotnull THEN true END,
         'default', CASE WHEN typ.typtype = 'd' THEN typ.typdefault END,
         'checks', CASE WHEN typ.typtype = 'd' THEN
           (SELECT pg_catalog.jsonb_object_agg(con.conname, pg_catalog.pg_get_constraintdef(con.oid)
                     || CASE WHEN con.convalidated THEN '' ELSE ' NOT VALID' END)
              FROM pg_catalog.pg_constraint con WHERE con.contypid = typ.oid AND con.contype = 'c') END,
         'collation', CASE WHEN typ.typtype = 'd' THEN
           (SELECT cn.nspname || '.' || co.collname FROM pg_catalog.pg_collation co
              JOIN pg_catalog.pg_namespace cn ON cn.oid = co.collnamespace
              JOIN pg_catalog.pg_type b ON b.oid = typ.typbasetype
             WHERE co.oid = typ.typcollation AND typ.typcollation <> b.typcollation) END,
         'attributes', CASE WHEN typ.typtype = 'c' THEN
           (SELECT pg_catalog.jsonb_agg(pg_catalog.jsonb_build_array(a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod))
                     ORDER BY a.attnum)
              FROM pg_catalog.pg_attribute a WHERE a.attrelid = typ.typrelid AND a.attnum > 0 AND NOT a.attisdropped) END,
         'subtype', CASE WHEN typ.typtype = 'r' THEN
           (SELECT pg_catalog.format_type(r.rngsubtype, NULL) FROM pg_catalog.pg_range r WHERE r.rngtypid = typ.oid) END
       )) AS definition, typ.id, typ.id AS grp
  FROM typ
UNION ALL
SELECT 'comment', 'type ' || typ.name, pg_catalog.to_jsonb(d.description), 'c:' || typ.id, typ.id
  FROM typ JOIN pg_catalog.pg_description d ON d.classoid = 1247 AND d.objoid = typ.oid
UNION ALL
SELECT 'comment', 'constraint ' || typ.name || '.' || con.conname, pg_catalog.to_jsonb(d.description),
       'c:2606:' || con.oid || ':0', typ.id
  FROM typ JOIN pg_catalog.pg_constraint con ON con.contypid = typ.oid
  JOIN pg_catalog.pg_description d ON d.classoid = 2606 AND d.objoid = con.oid
UNION ALL
SELECT 'comment', 'column ' || typ.name || '.' || a.attname, pg_catalog.to_jsonb(d.description),
       'c:1259:' || a.attrelid || ':' || a.attnum, typ.id
  FROM typ JOIN pg_catalog.pg_attribute a ON typ.typtype = 'c' AND a.attrelid = typ.typrelid AND a.attnum > 0
  JOIN pg_catalog.pg_description d ON d.classoid = 1259 AND d.objoid = a.attrelid AND d.objsubid = a.attnum
