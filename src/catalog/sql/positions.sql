-- Where sequences stand; null where none was drawn yet, and where the role may not look.
SELECT s.schemaname || '.' || s.sequencename AS name, s.last_value,
       pg_catalog.has_sequence_privilege(c.oid, 'USAGE, SELECT') AS visible
  FROM pg_catalog.pg_sequences s
  JOIN pg_catalog.pg_namespace n ON n.nspname = s.schemaname
  JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = s.sequencename
