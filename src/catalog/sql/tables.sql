-- Tables, views, materialized views and foreign tables themselves. The group is the relation, as for all its parts.
-- Definitions are put together as text: it costs a tenth of what jsonb_build_object does.
-- What no event trigger tells of (CLUSTER), and what is too rare to be paid for by every command, is in live_attributes.sql.
SELECT rel.kind, rel.name,
       pg_catalog.concat(
         '{"owner":', pg_catalog.to_json(pg_catalog.pg_get_userbyid(rel.relowner)),
         CASE rel.relpersistence WHEN 'u' THEN ',"persistence":"unlogged"' WHEN 't' THEN ',"persistence":"temporary"' END,
         ',"options":' || CASE WHEN rel.relkind = 'f' THEN
           (SELECT pg_catalog.to_json(ft.ftoptions)::text FROM pg_catalog.pg_foreign_table ft WHERE ft.ftrelid = rel.oid)
           ELSE pg_catalog.to_json(rel.reloptions)::text END,
         CASE WHEN rel.reltoastrelid <> 0 THEN ',"toast_options":' ||
           (SELECT pg_catalog.to_json(toast.reloptions)::text FROM pg_catalog.pg_class toast WHERE toast.oid = rel.reltoastrelid) END,
         CASE WHEN rel.relkind = 'f' THEN ',"server":' ||
           (SELECT pg_catalog.to_json(fs.srvname)::text FROM pg_catalog.pg_foreign_table ft
              JOIN pg_catalog.pg_foreign_server fs ON fs.oid = ft.ftserver WHERE ft.ftrelid = rel.oid) END,
         CASE WHEN rel.relkind IN ('v', 'm') THEN ',"definition":' || pg_catalog.to_json(pg_catalog.pg_get_viewdef(rel.oid))::text END,
         CASE WHEN rel.relkind = 'm' AND NOT rel.relispopulated THEN ',"populated":false' END,
         CASE WHEN rel.relkind = 'p' THEN ',"partitioned_by":' || pg_catalog.to_json(pg_catalog.pg_get_partkeydef(rel.oid))::text END,
         CASE WHEN rel.relispartition THEN ',"partition":' || pg_catalog.to_json(pg_catalog.pg_get_expr(rel.relpartbound, rel.oid))::text END,
         CASE WHEN rel.relkind IN ('r', 'p', 'f') THEN ',"parents":' ||
           (SELECT pg_catalog.json_agg(i.inhparent::pg_catalog.regclass::text ORDER BY i.inhseqno)::text
              FROM pg_catalog.pg_inherits i WHERE i.inhrelid = rel.oid) END,
         CASE WHEN rel.relrowsecurity THEN CASE WHEN rel.relforcerowsecurity THEN ',"row_security":"forced"'
                                                ELSE ',"row_security":"enabled"' END
              WHEN rel.relforcerowsecurity THEN ',"row_security":"forced but disabled"' END,
         CASE WHEN rel.relkind IN ('r', 'p') THEN
           CASE rel.relreplident WHEN 'f' THEN ',"replica_identity":"full"' WHEN 'n' THEN ',"replica_identity":"nothing"'
                                 WHEN 'i' THEN ',"replica_identity":"index"' END END,
         CASE WHEN rel.relam NOT IN (0, 2) THEN ',"access_method":' ||
           (SELECT pg_catalog.to_json(am.amname)::text FROM pg_catalog.pg_am am WHERE am.oid = rel.relam) END,
         CASE WHEN rel.reltablespace <> 0 THEN ',"tablespace":' ||
           (SELECT pg_catalog.to_json(ts.spcname)::text FROM pg_catalog.pg_tablespace ts WHERE ts.oid = rel.reltablespace) END,
         CASE WHEN rel.reloftype <> 0 THEN ',"of_type":' || pg_catalog.to_json(pg_catalog.format_type(rel.reloftype, NULL))::text END,
         '}')::json AS definition, rel.grp AS id, rel.grp
  FROM rel
