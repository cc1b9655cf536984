/* SQLite's schema as SQLite tells it; see struct engine_catalogue. */
#include "driver.h"

#define ORDINARY_TABLES                                                                      \
    "pragma_table_list AS t JOIN sqlite_schema AS s ON s.name = t.name AND s.type = 'table'" \
    " AND t.schema = 'main' AND t.type = 'table' AND t.name NOT LIKE 'sqlite!_%' ESCAPE '!'"

const struct engine_catalogue sqlite_catalogue = {
    .columns = "SELECT t.name, c.name,"
               " CASE c.type WHEN 'INTEGER' THEN 'int' WHEN 'TEXT' THEN 'text' WHEN 'BLOB' THEN 'blob'"
               " ELSE c.type END,"
               " CASE WHEN c.\"notnull\" = 1 OR c.pk > 0 THEN 1 ELSE 0 END, c.pk,"
               " CASE WHEN c.pk > 0 AND s.sql LIKE '%AUTOINCREMENT%' THEN 1 ELSE 0 END"
               " FROM " ORDINARY_TABLES " JOIN pragma_table_info(t.name) AS c ORDER BY t.name, c.name",
    .references = "SELECT t.name, f.\"from\", f.\"table\""
                  " FROM " ORDINARY_TABLES
                  " JOIN pragma_foreign_key_list(t.name) AS f ORDER BY t.name, f.\"from\", f.\"table\"",
    .has_table = "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = $1",
    .identity = "SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = $1",
    .set_identity = {"INSERT INTO sqlite_sequence (name, seq)"
                     " SELECT $1, $2 WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = $1)",
                     "UPDATE sqlite_sequence SET seq = $2 WHERE name = $1"},
};
