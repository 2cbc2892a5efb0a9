-- What only a read of a real database asks: facts of kinds that no event trigger tells of. Rows as the readers'.
SELECT 'security label' AS kind, i.type || ' ' || i.identity || ' by ' || s.provider AS name, pg_catalog.to_jsonb(s.label) AS definition,
       'l:' || s.classoid || ':' || s.objoid || ':' || s.objsubid || ':' || s.provider AS id, s.classoid || ':' || s.objoid || ':0' AS grp
  FROM pg_catalog.pg_seclabel s, LATERAL pg_catalog.pg_identify_object(s.classoid, s.objoid, s.objsubid) i
UNION ALL
-- Privileges on what came with the server or an extension, where they are not as initdb, or the extension's script, left
-- them. Those on information_schema are noted nowhere.
SELECT 'privilege', x.name,
       (SELECT pg_catalog.jsonb_agg(item::text ORDER BY item::text COLLATE "C") FROM pg_catalog.unnest(x.acl) item),
       'a:' || x.classid || ':' || x.oid || ':' || x.subid, 'acl:' || x.classid || ':' || x.oid || ':0'
  FROM (
    SELECT 1259 AS classid, c.oid, 0 AS subid, CASE c.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' WHEN 'S' THEN 'sequence'
             WHEN 'f' THEN 'foreign table' ELSE 'table' END || ' ' || n.nspname || '.' || c.relname AS name,
           c.relacl AS acl, pg_catalog.acldefault(CASE c.relkind WHEN 'S' THEN 's'::"char" ELSE 'r' END, c.relowner) AS usual
      FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     WHERE (c.oid < 16384 OR EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.classid = 1259 AND e.objid = c.oid AND e.objsubid = 0 AND e.deptype = 'e'))
       AND c.relacl IS NOT NULL AND n.nspname <> 'information_schema'
    UNION ALL
    SELECT 1259, c.oid, a.attnum, 'column ' || n.nspname || '.' || c.relname || '.' || a.attname, a.attacl, '{}'
      FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     WHERE (c.oid < 16384 OR EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.classid = 1259 AND e.objid = c.oid AND e.objsubid = 0 AND e.deptype = 'e'))
       AND a.attacl IS NOT NULL AND n.nspname <> 'information_schema'
    UNION ALL
    SELECT 1255, p.oid, 0, CASE p.prokind WHEN 'p' THEN 'procedure' WHEN 'a' THEN 'aggregate' ELSE 'function' END || ' '
             || n.nspname || '.' || p.proname || '(' || pg_catalog.oidvectortypes(p.proargtypes) || ')',
           p.proacl, pg_catalog.acldefault('f', p.proowner)
      FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
     WHERE (p.oid < 16384 OR EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.classid = 1255 AND e.objid = p.oid AND e.objsubid = 0 AND e.deptype = 'e'))
       AND p.proacl IS NOT NULL
    UNION ALL
    SELECT 1247, t.oid, 0, 'type ' || n.nspname || '.' || t.typname, t.typacl, pg_catalog.acldefault('T', t.typowner)
      FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
     WHERE (t.oid < 16384 OR EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.classid = 1247 AND e.objid = t.oid AND e.objsubid = 0 AND e.deptype = 'e'))
       AND t.typacl IS NOT NULL AND n.nspname <> 'information_schema'
    UNION ALL
    SELECT 2615, n.oid, 0, 'schema ' || n.nspname, n.nspacl, pg_catalog.acldefault('n', n.nspowner)
      FROM pg_catalog.pg_namespace n
     WHERE (n.oid < 16384 OR EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.classid = 2615 AND e.objid = n.oid AND e.objsubid = 0 AND e.deptype = 'e'))
       AND n.nspacl IS NOT NULL AND (n.oid >= 16384 OR n.nspname ~ '^pg_')
  ) x
  LEFT JOIN pg_catalog.pg_init_privs p ON p.classoid = x.classid AND p.objoid = x.oid AND p.objsubid = x.subid
 WHERE NOT (x.acl @> COALESCE(p.initprivs, x.usual) AND COALESCE(p.initprivs, x.usual) @> x.acl)
