// What an error of the server says: which object is there already, which one is missing.
//
// By SQLSTATE and the message's fields first; where the server puts the name
// only into the sentence, the sentence is read (English, and any language
// whose translation keeps the quoted names in the same order).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "diagnose/name.h"
#include "record/recording.h"

namespace windlass::diagnose {

/// The names in quotes ("x", «x», „x“) in the order of the text; "a.b" stays one name.
std::vector<std::string> quoted_names(const std::string& text);

/// The object that "already exists". `reading` is what the failing statement's text would have done:
/// it says what a "relation" was meant to be.
std::optional<Name> existing_object(const record::ServerMessage& error, const sql::Reading& reading);

/// The object that "does not exist". nullopt where the error is about something else
/// (a missing FROM entry is 42P01 too).
std::optional<Name> missing_object(const record::ServerMessage& error, const sql::Reading& reading);

/// A value that is no label of the enum type it was given to.
struct UnknownLabel {
  std::string schema,
      type;  ///< as the server names it: without a schema where it needs none; ALTER TYPE: empty
  std::string label;
};

/// Of ALTER TYPE (22023, ""mid" is not an existing enum label"), and of 22P02 about an enum ("invalid input
/// value for enum app."Mood": "hapy"), in any language that puts the type before the colon. The same sentence
/// about a type that is no enum is not told apart in all of them.
std::optional<UnknownLabel> unknown_label(const record::ServerMessage& error);

/// "no schema has been selected to create in".
bool no_schema_selected(const record::ServerMessage& error);

}  // namespace windlass::diagnose
