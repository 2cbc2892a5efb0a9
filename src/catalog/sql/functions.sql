-- Functions, procedures and aggregates.
WITH fun AS MATERIALIZED (
  SELECT p.oid, p.prokind, p.proowner, '1255:' || p.oid || ':0' AS id,
         CASE p.prokind WHEN 'p' THEN 'procedure' WHEN 'a' THEN 'aggregate' ELSE 'function' END AS kind,
         n.nspname || '.' || p.proname || '(' || pg_catalog.oidvectortypes(p.proargtypes) || ')' AS name
    FROM pg_catalog.pg_proc p
    JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
   WHERE p.oid {{only}}
     AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_windlass', 'pg_toast')
     AND n.nspname !~ '^pg_(toast_)?temp_'
     AND {{no member}} (SELECT FROM pg_catalog.pg_depend e
                      WHERE e.classid = 1255 AND e.objid = p.oid AND e.objsubid = 0 AND e.deptype IN ('e', 'i'))
)
SELECT fun.kind, fun.name,
       pg_catalog.jsonb_build_object('owner', pg_catalog.pg_get_userbyid(fun.proowner), 'definition',
         CASE WHEN fun.prokind = 'a' THEN
           (SELECT pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object('transition', a.aggtransfn::pg_catalog.regproc::text,
                   'final', a.aggfinalfn::pg_catalog.regproc::text, 'state', pg_catalog.format_type(a.aggtranstype, NULL),
                   'initial', a.agginitval, 'kind', CASE a.aggkind WHEN 'n' THEN 'normal' WHEN 'o' THEN 'ordered-set' ELSE 'hypothetical-set' END,
                   'arguments', pg_catalog.pg_get_function_arguments(fun.oid), 'direct_arguments', NULLIF(a.aggnumdirectargs, 0),
                   'state_space', NULLIF(a.aggtransspace, 0), 'final_extra', NULLIF(a.aggfinalextra, false),
                   'final_modify', CASE a.aggfinalmodify WHEN 'r' THEN 'read only' WHEN 's' THEN 'shareable' ELSE 'read and write' END,
                   'moving_space', NULLIF(a.aggmtransspace, 0), 'moving_final_extra', NULLIF(a.aggmfinalextra, false),
                   'moving_final_modify', CASE WHEN a.aggmtransfn <> 0 THEN CASE a.aggmfinalmodify WHEN 'r' THEN 'read only'
                                                 WHEN 's' THEN 'shareable' ELSE 'read and write' END END, 'result', pg_catalog.format_type(p.prorettype, NULL),
                   'parallel', CASE p.proparallel WHEN 's' THEN 'safe' WHEN 'r' THEN 'restricted' ELSE 'unsafe' END, 'combine', NULLIF(a.aggcombinefn, 0)::pg_catalog.regproc::text,
                   'serialize', NULLIF(a.aggserialfn, 0)::pg_catalog.regproc::text,
                   'deserialize', NULLIF(a.aggdeserialfn, 0)::pg_catalog.regproc::text,
                   'moving', NULLIF(pg_catalog.concat_ws(' ', NULLIF(a.aggmtransfn, 0)::pg_catalog.regproc::text,
                                      NULLIF(a.aggminvtransfn, 0)::pg_catalog.regproc::text, NULLIF(a.aggmfinalfn, 0)::pg_catalog.regproc::text,
                                      pg_catalog.format_type(NULLIF(a.aggmtranstype, 0), NULL), a.aggminitval), ''),
                   'sort_operator', NULLIF(a.aggsortop, 0)::pg_catalog.regoperator::text))
              FROM pg_catalog.pg_aggregate a JOIN pg_catalog.pg_proc p ON p.oid = a.aggfnoid WHERE a.aggfnoid = fun.oid)
         ELSE pg_catalog.to_jsonb(pg_catalog.pg_get_functiondef(fun.oid)) END) AS definition,
       fun.id, fun.id AS grp
  FROM fun
UNION ALL
SELECT 'comment', fun.kind || ' ' || fun.name, pg_catalog.to_jsonb(d.description), 'c:' || fun.id, fun.id
  FROM fun JOIN pg_catalog.pg_description d ON d.classoid = 1255 AND d.objoid = fun.oid
