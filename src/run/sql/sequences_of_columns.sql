-- Columns that take their values from a sequence (serial, identity, a default that is nextval and nothing else) and
-- may hold each value only once, of tables that have rows.
SELECT sn.nspname, s.relname, tn.nspname, t.relname, a.attname, key.relname, q.seqincrement, q.seqmin, q.seqmax
  FROM (SELECT own.objid AS sequence, own.refobjid AS relation, own.refobjsubid AS attribute
          FROM pg_catalog.pg_depend own
         WHERE own.classid = 1259 AND own.refclassid = 1259 AND own.deptype = 'i' AND own.refobjsubid > 0
        UNION
        SELECT d.refobjid, ad.adrelid, ad.adnum
          FROM pg_catalog.pg_attrdef ad
          JOIN pg_catalog.pg_depend d ON d.classid = 2604 AND d.objid = ad.oid AND d.refclassid = 1259 AND d.refobjsubid = 0
         WHERE pg_catalog.pg_get_expr(ad.adbin, ad.adrelid) ~ '^nextval\(''.*''::regclass\)$') AS uses
  JOIN pg_catalog.pg_class s ON s.oid = uses.sequence AND s.relkind = 'S'
  JOIN pg_catalog.pg_namespace sn ON sn.oid = s.relnamespace
  JOIN pg_catalog.pg_sequence q ON q.seqrelid = s.oid
  JOIN pg_catalog.pg_class t ON t.oid = uses.relation
   AND (t.relkind = 'p' OR (t.relkind = 'r' AND pg_catalog.pg_relation_size(t.oid) > 0))
  JOIN pg_catalog.pg_namespace tn ON tn.oid = t.relnamespace AND tn.nspname !~ '^pg_'
  JOIN pg_catalog.pg_attribute a ON a.attrelid = t.oid AND a.attnum = uses.attribute AND NOT a.attisdropped
  CROSS JOIN LATERAL
       (SELECT ic.relname
          FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class ic ON ic.oid = i.indexrelid
         WHERE i.indrelid = t.oid AND i.indisunique AND i.indisvalid AND i.indnkeyatts = 1 AND i.indkey[0] = a.attnum
           AND i.indpred IS NULL
         ORDER BY i.indisprimary DESC, ic.relname LIMIT 1) AS key
 WHERE NOT q.seqcycle
 ORDER BY 3, 4, 5
