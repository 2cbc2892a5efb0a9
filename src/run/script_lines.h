// Where in a script's file its statements stand: of psql and of programs that say nothing of it. Pure.
#pragma once

#include <string>
#include <string_view>

#include "record/recording.h"

namespace windlass::run {

/// Gives each statement without a place the script as its file, and the line at which its text stands in
/// `text`, whatever white space and comments are in it; line 0 where it is not found: psql had put a variable
/// in, a program had put it together. Statements are looked for behind one another, and again from the top.
void name_lines(record::Recording& recording, const std::string& script, std::string_view text);

}  // namespace windlass::run
