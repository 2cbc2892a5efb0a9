-- What fewer relations have: triggers, policies, rules, comments on them and on all their parts. Of the relation's group.
, part AS MATERIALIZED (
  -- What belongs to a relation and may bear a comment.
  SELECT 2606 AS class, con.oid, 'constraint' AS kind, rel.name || '.' || con.conname AS name, rel.grp,
         NULL::jsonb AS definition
    FROM rel JOIN pg_catalog.pg_constraint con ON con.conrelid = rel.oid AND con.contype IN ('c', 'f', 'p', 'u', 'x', 'n')
     -- A foreign key to a partitioned table has a hidden copy for each partition there.
     AND NOT (con.contype = 'f' AND con.conparentid <> 0 AND EXISTS (
       SELECT FROM pg_catalog.pg_constraint up
        WHERE up.oid = con.conparentid AND (up.confrelid <> con.confrelid OR up.conrelid = con.conrelid)))
  UNION ALL
  SELECT 1259, i.indexrelid, 'index', n.nspname || '.' || ic.relname, rel.grp, NULL
    FROM rel JOIN pg_catalog.pg_index i ON i.indrelid = rel.oid
    JOIN pg_catalog.pg_class ic ON ic.oid = i.indexrelid
    JOIN pg_catalog.pg_namespace n ON n.oid = ic.relnamespace
  UNION ALL
  SELECT 2620, t.oid, 'trigger', rel.name || '.' || t.tgname, rel.grp,
         pg_catalog.jsonb_build_object('definition', pg_catalog.pg_get_triggerdef(t.oid))
         || CASE t.tgenabled WHEN 'O' THEN '{}'::jsonb
              ELSE pg_catalog.jsonb_build_object('enabled', CASE t.tgenabled WHEN 'D' THEN 'disabled'
                                                  WHEN 'R' THEN 'replica' ELSE 'always' END) END
    FROM rel JOIN pg_catalog.pg_trigger t ON t.tgrelid = rel.oid
     -- Before PostgreSQL 15 what a partition has of its table's trigger is called internal.
     AND (NOT t.tgisinternal OR t.tgparentid <> 0 AND (t.tgconstraint = 0 OR EXISTS (
       SELECT FROM pg_catalog.pg_constraint own WHERE own.oid = t.tgconstraint AND own.contype = 't')))
  UNION ALL
  SELECT 3256, p.oid, 'policy', rel.name || '.' || p.polname, rel.grp,
         pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object(
           'command', CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE'
                                    WHEN 'd' THEN 'DELETE' ELSE 'ALL' END,
           'permissive', p.polpermissive,
           'roles', (SELECT pg_catalog.jsonb_agg(CASE role WHEN 0 THEN 'PUBLIC' ELSE pg_catalog.pg_get_userbyid(role) END
                                                 ORDER BY pg_catalog.pg_get_userbyid(role)) FROM pg_catalog.unnest(p.polroles) role),
           'using', pg_catalog.pg_get_expr(p.polqual, p.polrelid),
           'check', pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid)))
    FROM rel JOIN pg_catalog.pg_policy p ON p.polrelid = rel.oid
  UNION ALL
  SELECT 2618, r.oid, 'rule', rel.name || '.' || r.rulename, rel.grp,
         pg_catalog.jsonb_build_object('definition', pg_catalog.pg_get_ruledef(r.oid))
         || CASE r.ev_enabled WHEN 'O' THEN '{}'::jsonb
              ELSE pg_catalog.jsonb_build_object('enabled', CASE r.ev_enabled WHEN 'D' THEN 'disabled'
                                                  WHEN 'R' THEN 'replica' ELSE 'always' END) END
    FROM rel JOIN pg_catalog.pg_rewrite r ON r.ev_class = rel.oid AND r.rulename <> '_RETURN'
  UNION ALL
  -- The default of a view's column: such a column is no fact of its own.
  SELECT 2604, ad.oid, 'default value', rel.name || '.' || a.attname, rel.grp,
         pg_catalog.jsonb_build_object('default', pg_catalog.pg_get_expr(ad.adbin, ad.adrelid))
    FROM rel JOIN pg_catalog.pg_attrdef ad ON rel.relkind = 'v' AND ad.adrelid = rel.oid
    JOIN pg_catalog.pg_attribute a ON a.attrelid = ad.adrelid AND a.attnum = ad.adnum
)
SELECT part.kind, part.name, part.definition, part.class || ':' || part.oid || ':0' AS id, part.grp
  FROM part WHERE part.definition IS NOT NULL
UNION ALL
SELECT 'comment', CASE WHEN d.objsubid = 0 THEN rel.kind || ' ' || rel.name ELSE 'column ' || rel.name || '.' ||
         (SELECT a.attname FROM pg_catalog.pg_attribute a WHERE a.attrelid = rel.oid AND a.attnum = d.objsubid) END,
       pg_catalog.to_jsonb(d.description), 'c:1259:' || rel.oid || ':' || d.objsubid, rel.grp
  FROM rel JOIN pg_catalog.pg_description d ON d.classoid = 1259 AND d.objoid = rel.oid
UNION ALL
SELECT 'comment', part.kind || ' ' || part.name, pg_catalog.to_jsonb(d.description),
       'c:' || part.class || ':' || part.oid || ':0', part.grp
  FROM part JOIN pg_catalog.pg_description d ON d.classoid = part.class AND d.objoid = part.oid AND d.objsubid = 0
