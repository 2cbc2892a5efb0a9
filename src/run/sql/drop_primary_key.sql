DO $aside$
DECLARE
  command text;
BEGIN
  SELECT pg_catalog.format('ALTER TABLE %s DROP CONSTRAINT %I CASCADE', c.conrelid::pg_catalog.regclass, c.conname)
    INTO STRICT command
    FROM pg_catalog.pg_constraint c
   WHERE c.contype = 'p' AND c.conrelid = {{table}}::pg_catalog.regclass;
  EXECUTE command;
END
$aside$
