-- Constraints of tables. Those that PostgreSQL makes for itself on the partitions that a foreign key refers to come and
-- go with those partitions: no facts.
SELECT 'constraint', rel.name || '.' || con.conname,
       pg_catalog.concat('{"definition":', pg_catalog.to_json(pg_catalog.pg_get_constraintdef(con.oid)),
                         CASE WHEN NOT con.convalidated THEN ',"valid":false' END, '}')::json,
       '2606:' || con.oid || ':0', rel.grp
  FROM rel JOIN pg_catalog.pg_constraint con ON con.conrelid = rel.oid AND con.contype IN ('c', 'f', 'p', 'u', 'x')
   -- A foreign key to a partitioned table has a hidden copy for each partition there.
   AND NOT (con.contype = 'f' AND con.conparentid <> 0 AND EXISTS (
     SELECT FROM pg_catalog.pg_constraint up
      WHERE up.oid = con.conparentid AND (up.confrelid <> con.confrelid OR up.conrelid = con.conrelid)))
 WHERE {{new con}}
