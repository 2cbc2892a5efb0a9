// What kind of statement a text is, by its first words.
#pragma once

#include <string>
#include <string_view>

namespace windlass::sql {

/// The leading key words in capitals, as a command tag spells them: "CREATE TABLE",
/// "CREATE INDEX", "ALTER TYPE", "SELECT", "COMMIT", "ROLLBACK TO", "DO"; "" for an empty text.
/// Modifiers are left out ("CREATE UNIQUE INDEX CONCURRENTLY" is "CREATE INDEX").
std::string statement_kind(std::string_view text);

/// SELECT, VALUES, TABLE, INSERT, UPDATE, DELETE, MERGE, COPY, or a WITH in front of one.
bool is_data_statement(std::string_view text);

/// Statements that PostgreSQL refuses inside a transaction block (25001): CREATE INDEX
/// CONCURRENTLY, VACUUM, CREATE DATABASE, ALTER SYSTEM and their like.
bool refuses_transaction(std::string_view text);

}  // namespace windlass::sql
