-- Which extension an object is of. Rows (group of its facts, extension, the extension's owner).
SELECT d.classid || ':' || d.objid || ':0' AS grp, e.extname, pg_catalog.pg_get_userbyid(e.extowner)
  FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_extension e ON d.refclassid = 3079 AND e.oid = d.refobjid
 WHERE d.deptype = 'e' AND e.oid >= 16384
