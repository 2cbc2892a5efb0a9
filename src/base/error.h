// The one error type, and how it travels.
//
// Every failure says what was attempted, on what, what came back, and what to
// do next: the four fields below are those four answers. Functions return
// Result<T>; only cli::main turns an Error into output and an exit status.
#pragma once

#include <string>
#include <tl/expected.hpp>
#include <utility>

namespace windlass::base {

/// The exit status of the program, as promised in docs/commands.md.
enum class Exit : int {
  Nothing = 0,       ///< looked, and found nothing
  Findings = 1,      ///< findings or differences
  Usage = 2,         ///< wrong usage or configuration
  CouldNotLook = 3,  ///< no server, no interpreter, no network
  Defect = 4,        ///< a defect of windlass itself
};

struct Error {
  std::string attempted;  ///< infinitive-less phrase: "start a scratch server"
  std::string on;         ///< the object it was attempted on: a path, a URL without password, a program
  std::string got;        ///< what came back, as it came back
  std::string hint;       ///< a full sentence that can be acted on; may be empty
  Exit exit = Exit::CouldNotLook;
};

template <typename T>
using Result = tl::expected<T, Error>;

/// Shorthand for returning an Error from a function that returns Result<T>.
inline tl::unexpected<Error> fail(Error error) { return tl::unexpected<Error>(std::move(error)); }

/// "could not start a scratch server on /x: permission denied\nHINT: ..." - one line, then one per hint.
std::string describe(const Error& error);

/// The text of errno value `code` ("No such file or directory").
std::string system_error_text(int code);

}  // namespace windlass::base

/// Unwraps a Result or returns its error from the enclosing function. Not within a braced list behind other
/// members: GCC does not destroy those when the error is returned (its bug 66139).
#define WINDLASS_TRY(expression)                                                       \
  __extension__({                                                                      \
    auto&& windlass_result = (expression);                                             \
    if (!windlass_result) return ::tl::unexpected(std::move(windlass_result).error()); \
    std::move(windlass_result).value();                                                \
  })

/// The same for Result<void>, as a statement.
#define WINDLASS_CHECK(expression)                                                     \
  do {                                                                                 \
    auto&& windlass_result = (expression);                                             \
    if (!windlass_result) return ::tl::unexpected(std::move(windlass_result).error()); \
  } while (false)
