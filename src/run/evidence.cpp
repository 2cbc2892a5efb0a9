#include "run/evidence.h"

#include "base/text.h"

namespace windlass::run {

std::string to_string(const PythonException& exception) {
  return exception.message.empty() ? exception.type : exception.type + ": " + exception.message;
}

std::string to_string(Isolation isolation) {
  switch (isolation) {
    case Isolation::Namespace:
      return "namespace";
    case Isolation::Drivers:
      return "drivers";
    case Isolation::None:
      return "none";
  }
  return "none";
}

bool tells_of(const PythonException& exception, const record::Statement& statement) {
  return statement.error && !statement.error->message.empty() &&
         base::contains(exception.message, statement.error->message);
}

bool succeeded(const Evidence& evidence) {
  return evidence.exit_code == 0 && evidence.exit_signal == 0 && !evidence.exception && !evidence.timed_out &&
         !evidence.server_died;
}

}  // namespace windlass::run
