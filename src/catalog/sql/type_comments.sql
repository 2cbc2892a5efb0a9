-- Comments on types, their constraints and attributes.
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
UNION ALL
-- A range's multirange depends on it.
SELECT 'comment', 'type ' || mn.nspname || '.' || m.typname, pg_catalog.to_jsonb(d.description), 'c:1247:' || m.oid || ':0', typ.id
  FROM typ JOIN pg_catalog.pg_depend own ON typ.typtype = 'r' AND own.refclassid = 1247 AND own.refobjid = typ.oid
   AND own.classid = 1247 AND own.deptype = 'i'
  JOIN pg_catalog.pg_type m ON m.oid = own.objid
  JOIN pg_catalog.pg_namespace mn ON mn.oid = m.typnamespace
  JOIN pg_catalog.pg_description d ON d.classoid = 1247 AND d.objoid = m.oid
